using System.Text;

namespace DeviceCreds;

/// <summary>The page's summary: plain tables, also for readers without scripts.</summary>
internal static class HtmlSummary
{
    static readonly (ReportVerdict Verdict, string Word)[] Verdicts =
    [
        (ReportVerdict.Passed, "Passed"),
        (ReportVerdict.Warning, "Warnings"),
        (ReportVerdict.Failed, "Failed"),
        (ReportVerdict.Unread, "Not readable"),
    ];

    static readonly IReadOnlyDictionary<string, string> Advices = RuleCatalogue.All
        .Concat(ConfigurationCatalogue.All)
        .Concat(ServiceCatalogue.All)
        .Concat(ReportEntry.Injection)
        .Concat(ReportEntry.Account)
        .Append(ReportEntry.Readable)
        .GroupBy(r => r.Id)
        .ToDictionary(g => g.Key, g => g.First().Advice);

    /// <summary>What to do when a rule fails, also for a check that passed.</summary>
    public static string Advice(DeviceCertificateCheck check) => check.Recommendation
        ?? (Advices.TryGetValue(check.Id, out var advice) ? advice : "");

    public static string Counts(ReportSummary summary)
    {
        var html = new StringBuilder("""
            <section aria-labelledby="counts">
            <h2 id="counts">Summary</h2>
            <div class="scroll" role="region" aria-label="Counts" tabindex="0">
            <table class="numbers">
            <thead><tr><th scope="col">Kind</th>
            """);
        foreach (var (_, word) in Verdicts) html.Append($"<th scope=\"col\">{word}</th>");
        html.Append("<th scope=\"col\">All</th></tr></thead>\n<tbody>\n");
        foreach (var kind in summary.Kinds) Row(kind?.ToString() ?? "Unknown", v => summary.Count(kind, v));
        html.Append("</tbody>\n<tfoot>\n");
        Row("All", summary.Count);
        return html.Append("</tfoot>\n</table>\n</div>\n</section>\n").ToString();

        void Row(string name, Func<ReportVerdict, int> count)
        {
            html.Append($"<tr><th scope=\"row\">{name}</th>");
            foreach (var (verdict, _) in Verdicts) html.Append(Cell(verdict, count(verdict)));
            html.Append($"<td>{ReportSummary.Text(Verdicts.Sum(v => count(v.Verdict)))}</td></tr>\n");
        }
    }

    public static string Rules(ReportSummary summary)
    {
        var html = new StringBuilder("""
            <section aria-labelledby="rule-heading">
            <h2 id="rule-heading">Failed rules</h2>

            """);
        if (summary.Rules.Count == 0) return html.Append("<p>No rule failed or warned.</p>\n</section>\n").ToString();
        html.Append("""
            <div class="scroll" role="region" aria-label="Rules" tabindex="0">
            <table class="numbers wide">
            <thead><tr><th scope="col">Rule</th><th scope="col">Failed</th><th scope="col">Warnings</th>
            <th scope="col">Requirement</th></tr></thead>
            <tbody>

            """);
        foreach (var rule in summary.Rules)
        {
            html.Append($"<tr><th scope=\"row\">{HtmlReport.Encode(rule.Id)}</th>");
            html.Append($"<td>{ReportSummary.Text(rule.Failed)}</td><td>{ReportSummary.Text(rule.Warned)}</td>");
            html.Append($"<td class=\"text\">{HtmlReport.Encode(rule.Title)}</td></tr>\n");
        }

        return html.Append("</tbody>\n</table>\n</div>\n</section>\n").ToString();
    }

    /// <summary>A section of its own with a table.</summary>
    public static string Section(ReportTable table)
    {
        var id = HtmlReport.Encode(table.Id);
        var html = new StringBuilder($"<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{HtmlReport.Encode(table.Title)}</h2>\n");
        html.Append($"<p>{HtmlReport.Encode(table.Text)}</p>\n");
        if (table.Rows.Count == 0) return html.Append("</section>\n").ToString();
        html.Append($"<div class=\"scroll\" role=\"region\" aria-label=\"{HtmlReport.Encode(table.Title)}\" tabindex=\"0\">\n");
        html.Append("<table class=\"numbers\">\n<thead><tr>");
        foreach (var name in table.Header) html.Append($"<th scope=\"col\">{HtmlReport.Encode(name)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append($"<tr><th scope=\"row\">{HtmlReport.Encode(row[0])}</th>");
            foreach (var cell in row.Skip(1)) html.Append($"<td>{HtmlReport.Encode(cell)}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>\n</div>\n</section>\n").ToString();
    }

    static string Cell(ReportVerdict verdict, int count) =>
        count > 0 ? $"<td class=\"{verdict.ToString().ToLowerInvariant()}\">{ReportSummary.Text(count)}</td>" : "<td>0</td>";
}
