using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Format</c> with the formats there are.</summary>
public sealed class FormatCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CredentialFormats.Descriptions
            .Where(f => f.Key.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(f => new CompletionResult(f.Key, f.Key, CompletionResultType.ParameterValue, f.Value));
}
