namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Timezone</c> with names of the tz database.</summary>
public sealed class TimeZoneCompleter : ValueCompleter
{
    static readonly Lazy<IReadOnlyList<KeyValuePair<string, string>>> Names = new(() =>
        [.. TimeZoneInfo.GetSystemTimeZones().Select(z => Iana(z.Id)).Where(n => n is not null).Select(n => n!).Concat(Fixed)
            .Distinct(StringComparer.Ordinal).OrderBy(n => n, StringComparer.Ordinal)
            .Select(n => new KeyValuePair<string, string>(n, n))]);

    private protected override IReadOnlyList<KeyValuePair<string, string>> Values => Names.Value;

    // In the tz database these have the opposite sign: Etc/GMT-2 is two hours east of Greenwich.
    static IEnumerable<string> Fixed => Enumerable.Range(-14, 27).Select(h => h == 0 ? "Etc/UTC" : $"Etc/GMT{(h > 0 ? "+" : "")}{h}");

    // A city is enough: Helsinki finds Europe/Helsinki.
    private protected override bool Begins(string value, string word) =>
        base.Begins(value, word) || value.IndexOf("/" + word, StringComparison.OrdinalIgnoreCase) >= 0;

    static string? Iana(string id)
    {
        if (id.IndexOf('/') >= 0) return id;
#if NET
        return TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out var name) ? name : null;
#else
        // The .NET Framework has only Windows' own names.
        return null;
#endif
    }
}
