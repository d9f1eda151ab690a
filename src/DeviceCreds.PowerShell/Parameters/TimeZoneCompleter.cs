using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Timezone</c> with names of the tz database.</summary>
public sealed class TimeZoneCompleter : IArgumentCompleter
{
    static readonly Lazy<IReadOnlyList<string>> Names = new(() =>
        [.. TimeZoneInfo.GetSystemTimeZones().Select(z => Iana(z.Id)).Where(n => n is not null).Select(n => n!).Concat(Fixed)
            .Distinct(StringComparer.Ordinal).OrderBy(n => n, StringComparer.Ordinal)]);

    // In the tz database the signs of these are turned around: Etc/GMT-2 is two hours east of Greenwich.
    static IEnumerable<string> Fixed => Enumerable.Range(-14, 27).Select(h => h == 0 ? "Etc/UTC" : $"Etc/GMT{(h > 0 ? "+" : "")}{h}");

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        // A city is enough: Helsinki finds Europe/Helsinki.
        return Names.Value.Where(
            n => n.StartsWith(word, StringComparison.OrdinalIgnoreCase) || n.IndexOf("/" + word, StringComparison.OrdinalIgnoreCase) >= 0)
            .Select(n => new CompletionResult(n));
    }

    static string? Iana(string id)
    {
        if (id.IndexOf('/') >= 0) return id;
#if NET
        return TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out var name) ? name : null;
#else
        // The .NET Framework knows Windows' own names alone.
        return null;
#endif
    }
}
