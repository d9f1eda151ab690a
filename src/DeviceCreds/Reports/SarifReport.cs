using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// SARIF 2.1.0 (OASIS), for the scan views of Azure DevOps, GitHub and Visual Studio: the catalogue's rules with their help, and
/// one result for each check that failed or warns.
/// </summary>
internal sealed class SarifReport : IReportFormat
{
    const string BaseId = "SRCROOT";
    const int FlushAt = 1 << 16;

    static readonly IReadOnlyList<Rule> Rules =
        [.. RuleCatalogue.All.Concat(ConfigurationCatalogue.All).GroupBy(r => r.Id).Select(g => g.First()), .. ReportEntry.Injection,
            .. ReportEntry.Account, ReportEntry.Readable];

    static readonly IReadOnlyDictionary<string, int> Indices =
        Rules.Select((rule, index) => (rule.Id, index)).ToDictionary(r => r.Id, r => r.index);

    public string Name => "Sarif";

    public string Description => "SARIF 2.1.0 for the scan views of Azure DevOps, GitHub and Visual Studio.";

    public IReadOnlyList<string> Endings { get; } = [".sarif", ".sarif.json", ".json"];

    public IReportWriter Open(Stream output, ReportOptions options) => new Writer(output, options);

    sealed class Writer : IReportWriter
    {
        readonly Utf8JsonWriter _json;
        readonly ReportOptions _options;

        public Writer(Stream output, ReportOptions options)
        {
            _options = options;
            // Not indented: line ends differ between systems, so the same report would be a different file on Windows.
            _json = new Utf8JsonWriter(output);
            _json.WriteStartObject();
            _json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            _json.WriteString("version", "2.1.0");
            _json.WriteStartArray("runs");
            _json.WriteStartObject();
            Tool();
            _json.WriteStartObject("automationDetails");
            _json.WriteString("id", options.Heading + "/");
            _json.WriteEndObject();
            if (options.BaseFolder is { } folder)
            {
                _json.WriteStartObject("originalUriBaseIds");
                _json.WriteStartObject(BaseId);
                _json.WriteString("uri", FileUri(folder) + "/");
                _json.WriteEndObject();
                _json.WriteEndObject();
            }

            _json.WriteString("columnKind", "utf16CodeUnits");
            _json.WriteStartArray("results");
        }

        public void Add(ReportEntry entry)
        {
            foreach (var check in entry.Findings) Result(entry, check);
            if (_json.BytesPending > FlushAt) _json.Flush();
        }

        public void Complete(IReadOnlyList<ReportTable> tables)
        {
            _json.WriteEndArray();
            _json.WriteStartArray("invocations");
            _json.WriteStartObject();
            _json.WriteBoolean("executionSuccessful", true);
            _json.WriteString("endTimeUtc", _options.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.Dispose();
        }

        void Tool()
        {
            _json.WriteStartObject("tool");
            _json.WriteStartObject("driver");
            _json.WriteString("name", "DeviceCreds");
            _json.WriteString("version", typeof(SarifReport).Assembly.GetName().Version!.ToString(3));
            _json.WriteStartArray("rules");
            foreach (var rule in Rules)
            {
                _json.WriteStartObject();
                _json.WriteString("id", rule.Id);
                Message("shortDescription", rule.Title);
                Message("fullDescription", $"{rule.Title} Compares {rule.Compares}. Source: {rule.Source}.");
                Message("help", rule.Advice);
                _json.WriteStartObject("defaultConfiguration");
                _json.WriteString("level", Level(rule.Severity));
                _json.WriteEndObject();
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        void Result(ReportEntry entry, DeviceCertificateCheck check)
        {
            _json.WriteStartObject();
            _json.WriteString("ruleId", check.Id);
            // The list of rules is written before the first report says whether a service was asked for: its rules are not in it.
            if (Indices.TryGetValue(check.Id, out var index)) _json.WriteNumber("ruleIndex", index);
            _json.WriteString("level", Level(check.Outcome));
            Message("message", $"{entry.Name}: {check.Message} {check.Recommendation}");
            _json.WriteStartArray("locations");
            _json.WriteStartObject();
            if (entry.File is { Length: > 0 } path) Location(path);
            _json.WriteStartArray("logicalLocations");
            _json.WriteStartObject();
            _json.WriteString("name", entry.Name);
            _json.WriteString("kind", "resource");
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        void Location(string path)
        {
            var file = FileUri(path);
            var root = _options.BaseFolder is { } folder ? FileUri(folder) + "/" : null;
            var inside = root is not null && file.StartsWith(root, StringComparison.Ordinal);
            _json.WriteStartObject("physicalLocation");
            _json.WriteStartObject("artifactLocation");
            _json.WriteString("uri", inside ? file.Substring(root!.Length) : file);
            if (inside) _json.WriteString("uriBaseId", BaseId);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        // Text in brackets would be a link, and in braces a placeholder (SARIF 3.11.5 and 3.11.6).
        void Message(string property, string text)
        {
            _json.WriteStartObject(property);
            var escaped = text.TrimEnd().Replace("\\", "\\\\").Replace("[", "\\[").Replace("]", "\\]").Replace("{", "{{").Replace("}",
                "}}");
            _json.WriteString("text", escaped);
            _json.WriteEndObject();
        }
    }

    /// <summary>The file as a URI, escaped name by name: "%", "#" and "?" are a file name's own.</summary>
    internal static string FileUri(string path)
    {
        var names = path.Replace('\\', '/').TrimEnd('/').Split('/');
        var drive = names[0].Length == 2 && names[0][1] == ':' && char.IsLetter(names[0][0]);
        var server = names.Length > 3 && names[0].Length + names[1].Length == 0 && Uri.CheckHostName(names[2]) != UriHostNameType.Unknown;
        var rooted = names[0].Length == 0 && names.Length > 1;
        var escaped = names.Skip(server ? 2 : rooted ? 1 : 0)
            .Select((name, i) => drive && i == 0 ? name : Uri.EscapeDataString(Valid(name)));
        return (server ? "file://" : "file:///") + string.Join("/", escaped);
    }

    static string Level(CheckOutcome outcome) => outcome == CheckOutcome.Failed ? "error" : "warning";

    // An unpaired surrogate, which a file's name may have, becomes U+FFFD.
    static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
