using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>A Chromium of a test class's own, without a window, with an empty profile. Without Chromium, the test is skipped.</summary>
public sealed class Browser : IDisposable
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    readonly TempFolder _profile = new();
    readonly Process? _process;
    readonly Uri? _endpoint;

    public Browser()
    {
        if (Names.FirstOrDefault(Tool.Exists) is not { } name) return;
        _process = Process.Start(new ProcessStartInfo(name,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--hide-scrollbars", $"--user-data-dir={_profile.Path}", "--remote-debugging-port=0", "about:blank",
        ]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        // Chromium writes the port that it chose, and the address, into its profile.
        var file = _profile.File("DevToolsActivePort");
        var watch = Stopwatch.StartNew();
        string[] lines = [];
        while (lines.Length < 2 && watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            Thread.Sleep(50);
            if (File.Exists(file)) lines = File.ReadAllLines(file);
        }

        _endpoint = new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}");
    }

    /// <summary>Opens a file in a page of its own.</summary>
    internal async Task<Page> Open(string path, int width = 1200, int height = 900, bool dark = false, bool scripts = true)
    {
        if (_endpoint is null) Assert.Skip("chromium not found");
        var page = new Page();
        await page.Connect(_endpoint!, width, height, dark, scripts);
        await page.Navigate(new Uri(path).AbsoluteUri);
        return page;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
        }

        // Its last helpers may still be writing.
        for (var i = 0; i < 20; i++)
        {
            try
            {
                _profile.Dispose();
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(100);
            }
        }
    }
}

/// <summary>A page of the browser: what a person sees and does, and what the page said to the console and asked of the network.</summary>
sealed class Page : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    readonly ClientWebSocket _socket = new();
    readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(3));
    string? _session;
    int _id;

    /// <summary>Errors and warnings: of the console, of scripts that failed, and of the content security policy.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>The addresses that the page asked for.</summary>
    public List<string> Requests { get; } = [];

    public async Task Connect(Uri endpoint, int width, int height, bool dark, bool scripts)
    {
        await _socket.ConnectAsync(endpoint, _stop.Token);
        var target = await Send("Target.createTarget", new { url = "about:blank" });
        _session =
            (await Send("Target.attachToTarget",
                new { targetId = target.GetProperty("targetId").GetString(), flatten = true })).GetProperty("sessionId").GetString();
        foreach (var domain in new[] { "Page", "Runtime", "Network", "Log" }) await Send($"{domain}.enable");
        await Send("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await Send("Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        if (!scripts) await Send("Emulation.setScriptExecutionDisabled", new { value = true });
    }

    public async Task Navigate(string address)
    {
        await Send("Page.navigate", new { url = address });
        while (await Evaluate<string>("document.URL + ' ' + document.readyState") != address + " complete")
            await Task.Delay(20, _stop.Token);
    }

    /// <summary>The value of a JavaScript expression.</summary>
    public async Task<T> Evaluate<T>(string expression)
    {
        var answer = await Send("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        if (answer.TryGetProperty("exceptionDetails", out var exception)) Assert.Fail($"{expression}: {exception}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value.Deserialize<T>()! : default!;
    }

    public Task<string[]> Texts(string selector) =>
        Evaluate<string[]>($"[...document.querySelectorAll({JsonSerializer.Serialize(selector)})].map(e => e.textContent)");

    /// <summary>A click in the middle of the element, where it is on the screen.</summary>
    public async Task Click(string selector)
    {
        var at = await Evaluate<double[]>(
            $"(e => {{ e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, "
                + $"r.y + r.height / 2]; }})(document.querySelector({JsonSerializer.Serialize(selector)}))");
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
            await Send("Input.dispatchMouseEvent", new { type, x = at[0], y = at[1], button = "left", clickCount = 1 });
    }

    public Task Type(string text) => Send("Input.insertText", new { text });

    /// <summary>A key: Tab, Enter, ArrowRight, ...</summary>
    public async Task Press(string key, int code, string? text = null)
    {
        await Send("Input.dispatchKeyEvent",
            new { type = text is null ? "rawKeyDown" : "keyDown", key, code = key, windowsVirtualKeyCode = code, text = text ?? "" });
        await Send("Input.dispatchKeyEvent", new { type = "keyUp", key, code = key, windowsVirtualKeyCode = code });
    }

    /// <summary>What is on the screen, as a PNG; with <paramref name="whole"/>, the page in full.</summary>
    public async Task<byte[]> Screenshot(bool whole = false) =>
        (await Send("Page.captureScreenshot", new { format = "png", captureBeyondViewport = whole })).GetProperty("data")
            .GetBytesFromBase64();

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    async Task<JsonElement> Send(string method, object? parameters = null)
    {
        var id = ++_id;
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { }, sessionId = _session },
                new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull }),
            WebSocketMessageType.Text, true, _stop.Token);
        while (true)
        {
            var message = await Receive().WaitAsync(Limit, _stop.Token);
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return message.TryGetProperty("error", out var error)
                    ? throw new InvalidOperationException($"{method}: {error}") : message.GetProperty("result");
            if (message.TryGetProperty("method", out var name)) Note(name.GetString()!, message.GetProperty("params"));
        }
    }

    void Note(string name, JsonElement parameters)
    {
        switch (name)
        {
            case "Runtime.exceptionThrown":
                Complaints.Add(parameters.ToString());
                break;
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning" or "assert":
                Complaints.Add(parameters.ToString());
                break;
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                Complaints.Add(parameters.ToString());
                break;
            case "Network.requestWillBeSent":
                Requests.Add(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
        }
    }

    async Task<JsonElement> Receive()
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, _stop.Token);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(Encoding.UTF8.GetString(text.ToArray())).RootElement;
    }
}
