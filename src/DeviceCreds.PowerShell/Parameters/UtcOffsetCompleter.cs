using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-UtcOffset</c> with the offsets that are in use on earth.</summary>
public sealed class UtcOffsetCompleter : IArgumentCompleter
{
    static readonly string[] Offsets =
    [
        "+00:00", "+01:00", "+02:00", "+03:00", "+03:30", "+04:00", "+04:30", "+05:00", "+05:30", "+05:45", "+06:00", "+06:30",
        "+07:00", "+08:00", "+08:45", "+09:00", "+09:30",
        "+10:00", "+10:30", "+11:00", "+12:00", "+12:45", "+13:00", "+14:00", "-01:00", "-02:00", "-03:00", "-03:30", "-04:00",
        "-05:00", "-06:00", "-07:00", "-08:00", "-09:00", "-09:30", "-10:00", "-11:00", "-12:00",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Offsets.Where(o => o.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.Ordinal))
            .Select(o => new CompletionResult($"'{o}'", o, CompletionResultType.ParameterValue, o));
}
