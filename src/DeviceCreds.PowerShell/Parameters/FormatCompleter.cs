using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes a parameter with names, each with its description.</summary>
public abstract class DescriptionCompleter : IArgumentCompleter
{
    private protected abstract IReadOnlyList<KeyValuePair<string, string>> Descriptions { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Descriptions
            .Where(f => f.Key.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(f => new CompletionResult(f.Key, f.Key, CompletionResultType.ParameterValue, f.Value));
}

/// <summary>Completes <c>-Format</c> with the formats of credentials.</summary>
public sealed class FormatCompleter : DescriptionCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Descriptions => CredentialFormats.Descriptions;
}

/// <summary>Completes <c>-Format</c> with the formats of reports.</summary>
public sealed class ReportFormatCompleter : DescriptionCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Descriptions => ReportFormats.Descriptions;
}
