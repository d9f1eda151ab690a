using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// When the certificates expire, as two charts in SVG and as a table: how many are still valid over time, and how many expire in
/// each year.
/// </summary>
internal static class ExpiryCharts
{
    const double Width = 520, Height = 200, Left = 60, Right = 16, Top = 12, Bottom = 28;

    // Certificates that never expire (the year 9999) and those made with a wrong clock would squeeze all others together.
    const int YearsBack = 5, YearsAhead = 50;

    public static string Create(ReportSummary summary, DateTime now)
    {
        if (summary.Months.Count == 0) return "";
        var first = Math.Min(Math.Max(summary.Months.Keys.First() / 12, now.Year - YearsBack), now.Year + YearsAhead);
        var last = Math.Max(first, Math.Min(summary.Months.Keys.Last() / 12, now.Year + YearsAhead));
        var years = Enumerable.Range(first, last - first + 1).ToDictionary(y => y, _ => new ReportSummary.ExpiryCount());
        foreach (var month in summary.Months)
        {
            var year = years[Math.Min(Math.Max(month.Key / 12, first), last)];
            year.Passed += month.Value.Passed;
            year.Failed += month.Value.Failed;
        }

        var html = new StringBuilder("<section aria-labelledby=\"expiry\">\n<h2 id=\"expiry\">Expiry</h2>\n<div class=\"charts\">\n");
        Timeline(html, summary, now, first, last);
        Histogram(html, years);
        Table(html, years);
        return html.Append("</div>\n</section>\n").ToString();
    }

    static void Timeline(StringBuilder html, ReportSummary summary, DateTime now, int first, int last)
    {
        var total = summary.Months.Values.Sum(m => m.Total);
        double from = Math.Min(now.Year, first) * 12, to = (Math.Max(last, now.Year + 10) + 1) * 12;
        double X(double month) => Left + (Width - Left - Right) * (month - from) / (to - from);
        double Y(double count) => Height - Bottom - (Height - Top - Bottom) * count / Math.Max(total, 1);

        var today = now.Year * 12 + (now.DayOfYear - 1) / 30.44;
        var valid = total;
        var line = new StringBuilder($"M{N(X(from))} {N(Y(valid))}");
        foreach (var month in summary.Months.Where(m => m.Key < to))
        {
            line.Append($"H{N(X(Math.Max(month.Key + 0.5, from)))}");
            valid -= month.Value.Total;
            line.Append($"V{N(Y(valid))}");
        }

        line.Append($"H{N(X(to))}");
        var early = summary.Months.Where(m => m.Key < today + 120).Sum(m => m.Value.Total);
        Open(html, "timeline", "Valid certificates over time",
            $"Of {SubjectText.Count(total, "certificate")}, {ReportSummary.Text(early)} {(early == 1 ? "expires" : "expire")} "
            + "within 10 years of the test. "
            + $"The first expires on {HtmlReport.Date(summary.FirstExpiry!.Value)}.");
        html.Append($"<path class=\"area\" d=\"{line}V{N(Y(0))}H{N(X(from))}Z\"/>\n");
        Axis(html, total, Y);
        foreach (var year in Ticks((int)(from / 12), (int)(to / 12) - 1))
            Label(html, X(year * 12), Height - 8, year.ToString(CultureInfo.InvariantCulture), "middle");
        Mark(html, X(today), "test");
        Mark(html, X(today + 120), "+10 years");
        html.Append($"<path class=\"line\" d=\"{line}\"/>\n</svg>\n</figure>\n");
    }

    static void Histogram(StringBuilder html, Dictionary<int, ReportSummary.ExpiryCount> years)
    {
        var most = years.Values.Max(y => y.Total);
        var step = (Width - Left - Right) / Math.Max(years.Count, 5);
        double Y(double count) => Height - Bottom - (Height - Top - Bottom) * count / Math.Max(most, 1);

        var peak = years.OrderByDescending(y => y.Value.Total).ThenBy(y => y.Key).First();
        Open(html, "histogram", "Certificates that expire in each year",
            $"Most expire in {peak.Key}: {ReportSummary.Text(peak.Value.Total)}. Certificates that did not pass are hatched.");
        html.Append("""
            <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs>

            """);
        Axis(html, most, Y);
        var ticks = Ticks(years.Keys.First(), years.Keys.Last()).ToList();
        foreach (var (year, count) in years.Select(y => (y.Key, y.Value)))
        {
            var x = Left + step * (year - years.Keys.First());
            Bar("passed-bar", 0, count.Passed);
            Bar("failed-bar", count.Passed, count.Total);
            if (ticks.Contains(year)) Label(html, x + step / 2, Height - 8, year.ToString(CultureInfo.InvariantCulture), "middle");

            void Bar(string name, int low, int high)
            {
                if (high == low) return;
                html.Append($"<rect class=\"{name}\" x=\"{N(x + step * 0.1)}\" y=\"{N(Y(high))}\" ");
                html.Append($"width=\"{N(step * 0.8)}\" height=\"{N(Math.Max(Y(low) - Y(high), 1))}\"/>\n");
            }
        }

        html.Append("</svg>\n</figure>\n");
    }

    static void Table(StringBuilder html, Dictionary<int, ReportSummary.ExpiryCount> years)
    {
        html.Append("""
            <details class="full">
            <summary>Show as a table</summary>
            <table class="numbers">
            <thead><tr><th scope="col">Year</th><th scope="col">Passed</th><th scope="col">Not passed</th></tr></thead>
            <tbody>

            """);
        foreach (var year in years.Where(y => y.Value.Total > 0))
        {
            html.Append($"<tr><th scope=\"row\">{year.Key}</th>");
            html.Append($"<td>{ReportSummary.Text(year.Value.Passed)}</td><td>{ReportSummary.Text(year.Value.Failed)}</td></tr>\n");
        }

        html.Append("""
            </tbody>
            </table>
            <p class="muted">The first year includes all earlier ones, and the last year all later ones.
            A certificate that never expires has the year 9999.</p>
            </details>

            """);
    }

    static void Open(StringBuilder html, string id, string title, string description) =>
        html.Append($"""
            <figure>
            <figcaption>{title}</figcaption>
            <svg id="{id}" viewBox="0 0 {N(Width)} {N(Height)}" role="img" aria-labelledby="{id}-title {id}-description">
            <title id="{id}-title">{title}</title>
            <desc id="{id}-description">{description}</desc>

            """);

    static void Axis(StringBuilder html, int most, Func<double, double> y)
    {
        foreach (var count in new[] { 0, most / 2, most }.Distinct())
        {
            html.Append($"<line class=\"grid\" x1=\"{N(Left)}\" x2=\"{N(Width - Right)}\" y1=\"{N(y(count))}\" y2=\"{N(y(count))}\"/>\n");
            Label(html, Left - 6, y(count) + 4, ReportSummary.Text(count), "end");
        }
    }

    static void Mark(StringBuilder html, double x, string text)
    {
        html.Append($"<line class=\"mark\" x1=\"{N(x)}\" x2=\"{N(x)}\" y1=\"{N(Top)}\" y2=\"{N(Height - Bottom)}\"/>\n");
        Label(html, x + 4, Height - Bottom - 6, text, "start");
    }

    static void Label(StringBuilder html, double x, double y, string text, string anchor) =>
        html.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{text}</text>\n");

    // Nine labels at most: every year, or every fifth or tenth.
    static IEnumerable<int> Ticks(int first, int last)
    {
        var step = new[] { 1, 2, 5, 10, 20 }.First(s => s == 20 || (last - first) / s < 9);
        return Enumerable.Range(first, last - first + 1).Where(y => y % step == 0 || last == first);
    }

    static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
