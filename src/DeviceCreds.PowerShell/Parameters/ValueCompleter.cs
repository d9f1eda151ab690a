using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes a parameter with the values that it may have, each with its description; also inside quotes.</summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    private protected abstract IReadOnlyList<KeyValuePair<string, string>> Values { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var quote = wordToComplete.Length > 0 && wordToComplete[0] is '\'' or '"' ? wordToComplete.Substring(0, 1) : "";
        var word = wordToComplete.Trim('\'', '"');
        return Values
            .Where(v => Begins(v.Key, word))
            .Select(v =>
                new CompletionResult(Quoted(v.Key, quote), v.Key == "\t" ? "tab" : v.Key, CompletionResultType.ParameterValue, v.Value));
    }

    private protected virtual bool Begins(string value, string word) => value.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    // Some values are signs of PowerShell's own.
    static string Quoted(string value, string quote) => value switch
    {
        "\t" => "\"`t\"",
        _ when quote.Length > 0 => quote + value + quote,
        _ => value.All(char.IsLetterOrDigit) ? value : $"'{value}'",
    };
}
