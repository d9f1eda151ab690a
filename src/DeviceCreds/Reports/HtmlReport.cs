using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// One page that needs no network and no server. The summary and the charts are plain HTML; the table of devices is
/// drawn by a script, a page at a time, from compact rows in JSON, so that a browser stays fast with 100,000 of them.
/// </summary>
internal sealed class HtmlReport : IReportFormat
{
    public string Name => "Html";

    public string Description => "One page for people, with charts, search and filters; needs no network.";

    public IReadOnlyList<string> Endings { get; } = [".html", ".htm"];

    public IReportWriter Open(Stream output, ReportOptions options) => new Writer(output, options);

    sealed class Writer : IReportWriter
    {
        const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

        readonly ReportSummary _summary = new();
        readonly Interned<DeviceCertificateCheck> _rules = new();
        readonly Interned<IReadOnlyList<int>> _patterns = new();
        readonly Interned<string> _messages = new();
        readonly Stream _output;
        readonly ReportOptions _options;
        readonly Utf8JsonWriter _rows;

        public Writer(Stream output, ReportOptions options)
        {
            _output = output;
            _options = options;
            // The rows come first, as they are known first: a script element with data is not shown.
            Write($"""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="{Policy}">
                <title>{Encode(options.Heading)}</title>
                <style>
                {Resource("report.css")}</style>
                </head>
                <body>
                <script type="application/json" id="rows">

                """);
            _rows = new Utf8JsonWriter(output);
            _rows.WriteStartArray();
        }

        // The JSON writer escapes "<", ">", "&" and "'", so nothing in a row can end the script element.
        public void Add(ReportEntry entry)
        {
            _summary.Add(entry);
            _rows.WriteStartArray();
            _rows.WriteStringValue(entry.Name);
            _rows.WriteNumberValue(entry.About is { } about ? (int)about.Kind : -1);
            _rows.WriteNumberValue((int)entry.Verdict);
            _rows.WriteStringValue(entry.Subject);
            _rows.WriteStringValue(entry.Path);
            _rows.WriteStringValue(entry.About?.NotAfter is { } end ? Date(end.ToUniversalTime()) : "");
            var pattern = entry.Checks.Select(c => _rules.IndexOf(c.Id, c) * 4 + (int)c.Outcome).ToList();
            _rows.WriteNumberValue(_patterns.IndexOf(string.Join(",", pattern), pattern));
            _rows.WriteStartArray();
            foreach (var check in entry.Checks.Where(c => c.Outcome != CheckOutcome.Passed))
                _rows.WriteNumberValue(_messages.IndexOf(check.Message, check.Message));
            _rows.WriteEndArray();
            _rows.WriteStringValue(entry.About?.SerialNumber ?? "");
            _rows.WriteEndArray();
            if (_rows.BytesPending > 1 << 16) _rows.Flush();
        }

        public void Complete(IReadOnlyList<ReportTable> tables)
        {
            _rows.WriteEndArray();
            _rows.Dispose();
            var verdict = _summary.NotPassed > 0 || _summary.Total == 0 ? "failed" : "passed";
            var machines = _options.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var peoples = _options.Now.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
            Write($"""

                </script>
                <header>
                <h1>{Encode(_options.Heading)}</h1>
                <p class="verdict {verdict}">{Encode(MarkdownReport.Verdict(_summary))}</p>
                <p class="muted">Tested on <time datetime="{machines}">{peoples}</time> with DeviceCreds.</p>
                </header>
                <main>

                """);
            Write(HtmlSummary.Counts(_summary));
            Write(HtmlSummary.Rules(_summary));
            Write(ExpiryCharts.Create(_summary, _options.Now));
            foreach (var table in tables) Write(HtmlSummary.Section(table));
            Write(Resource("report.html"));
            Write("</main>\n<script type=\"application/json\" id=\"tables\">\n");
            WriteTables();
            Write($"\n</script>\n<script>\n{Resource("report.js")}</script>\n</body>\n</html>\n");
        }

        void WriteTables()
        {
            using var json = new Utf8JsonWriter(_output);
            json.WriteStartObject();
            json.WriteStartArray("kinds");
            foreach (var kind in Enum.GetNames(typeof(CredentialKind))) json.WriteStringValue(kind);
            json.WriteEndArray();
            json.WriteStartArray("rules");
            foreach (var rule in _rules.Values)
            {
                json.WriteStartArray();
                json.WriteStringValue(rule.Id);
                json.WriteStringValue(rule.Rule);
                json.WriteStringValue(HtmlSummary.Advice(rule));
                json.WriteStringValue(rule.Source);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("patterns");
            foreach (var pattern in _patterns.Values)
            {
                json.WriteStartArray();
                foreach (var check in pattern) json.WriteNumberValue(check);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("messages");
            foreach (var message in _messages.Values) json.WriteStringValue(message);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        void Write(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n"));
            _output.Write(bytes, 0, bytes.Length);
        }
    }

    internal static string Encode(string text) => WebUtility.HtmlEncode(text);

    internal static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Repeated values, by number.</summary>
    sealed class Interned<T>
    {
        readonly Dictionary<string, int> _indices = [];
        readonly List<T> _values = [];

        public IReadOnlyList<T> Values => _values;

        public int IndexOf(string key, T value)
        {
            if (_indices.TryGetValue(key, out var index)) return index;
            _values.Add(value);
            return _indices[key] = _values.Count - 1;
        }
    }
}
