using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// A table with one row per certificate (RFC 4180), made for Excel: a byte-order mark, and no cell that a spreadsheet would read
/// as a formula. One row per check would exceed Excel's 1,048,576 rows at 32,000 devices.
/// </summary>
internal sealed class CsvReport : IReportFormat
{
    static readonly string[] Columns =
    [
        "Verdict", "EndpointName", "Kind", "Failed", "Warnings", "Skipped", "Messages",
        "NotBeforeUtc", "NotAfterUtc", "SerialNumber", "Subject", "Path",
    ];

    public string Name => "Csv";

    public string Description => "A table for Excel and scripts, with one row per certificate.";

    public IReadOnlyList<string> Endings { get; } = [".csv"];

    public IReportWriter Open(Stream output, ReportOptions options) => new Writer(output);

    sealed class Writer : IReportWriter
    {
        readonly StreamWriter _text;

        public Writer(Stream output)
        {
            _text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true);
            Row(Columns);
        }

        public void Add(ReportEntry entry)
        {
            var report = entry.About;
            Row(
                entry.Verdict.ToString(), entry.EndpointName, report?.Kind.ToString(),
                Ids(entry, CheckOutcome.Failed), Ids(entry, CheckOutcome.Warning), Ids(entry, CheckOutcome.Skipped),
                string.Join("\n", entry.Findings.Select(c => $"{c.Id}: {c.Message}")),
                Time(report?.NotBefore), Time(report?.NotAfter), report?.SerialNumber, entry.Subject, entry.Path);
        }

        public void Complete(IReadOnlyList<ReportTable> tables) => _text.Dispose();

        void Row(params string?[] cells) => _text.Write(string.Join(",", cells.Select(Cell)) + "\r\n");
    }

    /// <summary>A cell that a spreadsheet shows unchanged.</summary>
    internal static string Cell(string? text)
    {
        var safe = CsvCell.Guard(text ?? "");
        return safe.IndexOfAny([',', '"', '\r', '\n', ';', '\t', ' ']) < 0 ? safe : CsvCell.Quote(safe);
    }

    static string Ids(ReportEntry entry, CheckOutcome outcome) =>
        string.Join(" ", entry.Checks.Where(c => c.Outcome == outcome).Select(c => c.Id));

    static string? Time(DateTime? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
