using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>
/// Services on this computer, which take what the real ones document and nothing else. Each answer is the first one left for its request.
/// </summary>
sealed class MockService : IDisposable
{
    readonly HttpListener _listener = new();
    readonly List<(ServiceRequest Request, string Authorization, Queue<(int Status, string Json)> Answers)> _expected = [];
    readonly Task _work;

    public MockService()
    {
        // Windows lets everybody listen at this name.
        Address = $"http://localhost:{FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _work = Task.Run(Serve);
    }

    public string Address { get; }

    /// <summary>Method and path of each request, in their order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the services would not have taken.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Takes a request, sent with this text in the header Authorization or X-Authorization.</summary>
    public void Expect(ServiceRequest request, string authorization, params (int Status, string Json)[] answers) =>
        _expected.Add((request, authorization, new(answers)));

    public void Dispose()
    {
        _listener.Close();
        _work.Wait(TimeSpan.FromSeconds(10));
    }

    async Task Serve()
    {
        try
        {
            while (true) await Answer(await _listener.GetContextAsync());
        }
        // The listener was closed.
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
        }
    }

    async Task Answer(HttpListenerContext context)
    {
        var request = context.Request;
        using var content = new MemoryStream();
        await request.InputStream.CopyToAsync(content);
        var (status, json) = Judge(request, Encoding.UTF8.GetString(content.ToArray()));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
        context.Response.Close();
    }

    (int Status, string Json) Judge(HttpListenerRequest request, string body)
    {
        var what = $"{request.HttpMethod} {request.Url!.PathAndQuery}";
        Requests.Add(what);
        var found = _expected.Find(e => e.Request.Is(request.HttpMethod, request.Url.AbsolutePath));
        if (found.Request is null) return Refuse(what, "there is no such operation", 404);
        if (found.Authorization != (request.Headers["Authorization"] ?? request.Headers["X-Authorization"] ?? ""))
            return Refuse(what, "the token is not the one that was typed", 401);
        var problems = Check(found.Request, request.ContentType ?? "", body).ToList();
        if (problems.Count > 0) return Refuse(what, string.Join("; ", problems), 400);
        return found.Answers.Count > 1 ? found.Answers.Dequeue() : found.Answers.Peek();
    }

    (int Status, string Json) Refuse(string what, string problem, int status)
    {
        Problems.Add($"{what}: {problem}");
        return (status, JsonSerializer.Serialize(new { code = status, message = problem }));
    }

    static IEnumerable<string> Check(ServiceRequest expected, string contentType, string body)
    {
        if (expected.Method == "GET") return body.Length > 0 ? ["a body"] : [];
        if (!contentType.StartsWith(expected.ContentType, StringComparison.Ordinal)) return [$"content type {contentType}"];
        return expected.ContentType == "multipart/form-data" ? CheckList(expected.Fields[0], body) : expected.Problems(body);
    }

    // One file of CSV: a header, and the value first in each line.
    static IEnumerable<string> CheckList(ServiceField field, string body)
    {
        var parts = body.Split("\r\n\r\n", 2);
        if (!parts[0].Contains($"name={field.Path}", StringComparison.Ordinal)
            && !parts[0].Contains($"name=\"{field.Path}\"", StringComparison.Ordinal)) yield return $"no field {field.Path}: {parts[0]}";
        if (!parts[0].Contains("filename=", StringComparison.Ordinal)) yield return "the field is not a file";
        if (body.Length > field.MaximumLength) yield return "the file is too large";
        var rows = parts[^1].Split("\r\n--")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        if (rows.Count == 0) yield return "the list is empty";
        foreach (var row in rows)
        {
            if (!System.Text.RegularExpressions.Regex.IsMatch(row.Split(',')[0], field.Pattern)) yield return $"a row: {row}";
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
