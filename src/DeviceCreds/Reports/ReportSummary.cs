using System.Globalization;

namespace DeviceCreds;

/// <summary>The summary of a fleet's reports, counted as they come, so that a million need no more memory than ten.</summary>
internal sealed class ReportSummary
{
    readonly Dictionary<(CredentialKind? Kind, ReportVerdict Verdict), int> _counts = [];
    readonly Dictionary<string, RuleCount> _rules = [];
    readonly SortedDictionary<int, ExpiryCount> _months = [];

    /// <summary>How many there are.</summary>
    public int Total { get; private set; }

    /// <summary>The noun for one of them.</summary>
    public string Noun { get; private set; } = "certificate";

    /// <summary>How many did not pass: failed, or could not be read.</summary>
    public int NotPassed => Count(ReportVerdict.Failed) + Count(ReportVerdict.Unread);

    /// <summary>The earliest expiry, in UTC.</summary>
    public DateTime? FirstExpiry { get; private set; }

    /// <summary>The rules that failed or warned, the most frequent first.</summary>
    public IReadOnlyList<RuleCount> Rules =>
        [.. _rules.Values.OrderByDescending(r => r.Failed).ThenByDescending(r => r.Warned).ThenBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>The kinds; null for what could not be read.</summary>
    public IReadOnlyList<CredentialKind?> Kinds => [.. _counts.Keys.Select(k => k.Kind).Distinct().OrderBy(k => k is null).ThenBy(k => k)];

    /// <summary>How many certificates expire in each month that has any; a month is its year times 12 and its number from 0.</summary>
    public IReadOnlyDictionary<int, ExpiryCount> Months => _months;

    public int Count(ReportVerdict verdict) => _counts.Where(c => c.Key.Verdict == verdict).Sum(c => c.Value);

    public int Count(CredentialKind? kind, ReportVerdict verdict) => _counts.TryGetValue((kind, verdict), out var count) ? count : 0;

    public void Add(ReportEntry entry)
    {
        Total++;
        var key = (entry.About?.Kind, entry.Verdict);
        _counts[key] = Count(key.Kind, key.Verdict) + 1;
        foreach (var check in entry.Findings)
        {
            if (!_rules.TryGetValue(check.Id, out var rule)) _rules[check.Id] = rule = new RuleCount(check.Id, check.Rule);
            if (check.Outcome == CheckOutcome.Failed) rule.Failed++;
            else rule.Warned++;
        }

        Noun = Total == 1 || Noun == entry.Noun ? entry.Noun : "result";
        if (entry.About?.NotAfter is not { } notAfter) return;
        var end = notAfter.ToUniversalTime();
        if (FirstExpiry is null || end < FirstExpiry) FirstExpiry = end;
        var month = end.Year * 12 + end.Month - 1;
        if (!_months.TryGetValue(month, out var expiry)) _months[month] = expiry = new ExpiryCount();
        if (entry.Verdict != ReportVerdict.Failed) expiry.Passed++;
        else expiry.Failed++;
    }

    /// <summary>A count with separators, the same in every culture.</summary>
    public static string Text(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    internal sealed class RuleCount(string id, string title)
    {
        public string Id { get; } = id;

        public string Title { get; } = title;

        public int Failed { get; set; }

        public int Warned { get; set; }
    }

    internal sealed class ExpiryCount
    {
        public int Passed { get; set; }

        public int Failed { get; set; }

        public int Total => Passed + Failed;
    }
}
