using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>A request that a service documents. In its path, {id} stands for one segment.</summary>
sealed record ServiceRequest(string Method, string Path, params IReadOnlyList<ServiceField> Fields)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>What the service would not take of a body in JSON.</summary>
    public IEnumerable<string> Problems(string body)
    {
        using var document = JsonDocument.Parse(body);
        var values = Flatten(document.RootElement, "").ToDictionary(v => v.Path, v => v.Value);
        return
        [
            .. values.Keys.Except(Fields.Select(f => f.Path)).Select(p => $"{p}: the service has no such field"),
            .. Fields.Where(f => f.Required && !values.ContainsKey(f.Path)).Select(f => $"{f.Path}: missing"),
            .. Fields.Where(f => values.TryGetValue(f.Path, out var value) && !f.Takes(value)).Select(f => $"{f.Path}: {values[f.Path]}"),
        ];
    }

    /// <summary>Whether a request's method and path are these.</summary>
    public bool Is(string method, string path)
    {
        var (segments, expected) = (path.Split('/'), Path.Split('/'));
        return method == Method && segments.Length == expected.Length
            && segments.Zip(expected).All(s => s.Second == "{id}" ? s.First.Length > 0 : s.First == s.Second);
    }

    static IEnumerable<(string Path, JsonElement Value)> Flatten(JsonElement element, string path) =>
        element.ValueKind != JsonValueKind.Object ? [(path, element)]
        : element.EnumerateObject().SelectMany(p => Flatten(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}"));
}
