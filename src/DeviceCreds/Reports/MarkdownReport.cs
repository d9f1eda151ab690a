using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>A summary for the page of a build or a comment on a pull request: counts, rules, and the first that did not pass.</summary>
internal sealed class MarkdownReport : IReportFormat
{
    // Enough to see what is wrong; GitHub's comments end at 65,536 characters.
    const int Shown = 50;

    public string Name => "Markdown";

    public string Description => "A summary for the page of a build or a pull request.";

    public IReadOnlyList<string> Endings { get; } = [".md", ".markdown"];

    public IReportWriter Open(Stream output, ReportOptions options) => new Writer(output, options);

    sealed class Writer(Stream output, ReportOptions options) : IReportWriter
    {
        readonly ReportSummary _summary = new();
        readonly List<ReportEntry> _notPassed = [];

        public void Add(ReportEntry entry)
        {
            _summary.Add(entry);
            if (entry.Verdict is ReportVerdict.Failed or ReportVerdict.Unread && _notPassed.Count < Shown) _notPassed.Add(entry);
        }

        public void Complete(IReadOnlyList<ReportTable> tables)
        {
            using var text = new StreamWriter(output, new UTF8Encoding(false), 1 << 12, leaveOpen: true) { NewLine = "\n" };
            text.WriteLine($"## {Escape(options.Heading)}\n");
            text.WriteLine($"**{Verdict(_summary)}**\n");
            if (_summary.Total > 0) Counts(text);
            if (_summary.Rules.Count > 0) Rules(text);
            if (_notPassed.Count > 0) Failures(text);
            if (_summary.FirstExpiry is { } first) text.WriteLine($"The first certificate expires on {Date(first)}.\n");
            text.WriteLine($"Tested on {Date(options.Now)} with DeviceCreds.");
        }

        void Counts(StreamWriter text)
        {
            text.WriteLine("| Kind | Passed | Warnings | Failed | Not readable |\n| --- | ---: | ---: | ---: | ---: |");
            foreach (var kind in _summary.Kinds)
                text.WriteLine(Row(kind?.ToString() ?? "Unknown", Count(kind, ReportVerdict.Passed), Count(kind, ReportVerdict.Warning),
                    Count(kind, ReportVerdict.Failed), Count(kind, ReportVerdict.Unread)));
            text.WriteLine();
        }

        static string Row(params string[] cells) => $"| {string.Join(" | ", cells)} |";

        string Count(CredentialKind? kind, ReportVerdict verdict) => ReportSummary.Text(_summary.Count(kind, verdict));

        void Rules(StreamWriter text)
        {
            text.WriteLine("| Rule | Failed | Warnings | Requirement |\n| --- | ---: | ---: | --- |");
            foreach (var rule in _summary.Rules)
                text.WriteLine(Row(Escape(rule.Id), ReportSummary.Text(rule.Failed), ReportSummary.Text(rule.Warned), Escape(rule.Title)));
            text.WriteLine();
        }

        void Failures(StreamWriter text)
        {
            text.WriteLine("| Device | Failed checks |\n| --- | --- |");
            foreach (var entry in _notPassed)
            {
                var failed = entry.Checks.Where(c => c.Outcome == CheckOutcome.Failed);
                text.WriteLine(Row(Escape(entry.Name), string.Join("<br>", failed.Select(c => $"**{Escape(c.Id)}** {Escape(c.Message)}"))));
            }

            if (_summary.NotPassed > Shown) text.WriteLine($"\n{ReportSummary.Text(_summary.NotPassed - Shown)} more did not pass.");
            text.WriteLine();
        }
    }

    /// <summary>The verdict on all, in a sentence.</summary>
    internal static string Verdict(ReportSummary summary) => summary.Total switch
    {
        0 => "Nothing was tested.",
        _ when summary.NotPassed > 0 =>
            $"{ReportSummary.Text(summary.NotPassed)} of {SubjectText.Count(summary.Total, summary.Noun)} did not pass.",
        1 => $"The {summary.Noun} passed.",
        _ => $"All {SubjectText.Count(summary.Total, summary.Noun)} passed.",
    };

    /// <summary>Text for Markdown and the HTML in it: every character with a special meaning is escaped.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (c >= '\x80' || char.IsLetterOrDigit(c) || " ,.()'=/?+-".IndexOf(c) >= 0) escaped.Append(c);
            else escaped.Append("&#").Append(((int)c).ToString(CultureInfo.InvariantCulture)).Append(';');
        }

        return escaped.ToString();
    }

    static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
