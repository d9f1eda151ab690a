using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Reads a PowerShell data file (psd1) without running anything: one hashtable of constants.</summary>
static class DataFile
{
    public static bool Recognises(InputFile file) =>
        string.Equals(Path.GetExtension(file.Path), ".psd1", StringComparison.OrdinalIgnoreCase)
            || file.Text.TrimStart().StartsWith("@{", StringComparison.Ordinal);

    /// <exception cref="InputException">It is not a data file, or holds code.</exception>
    public static IReadOnlyList<ConfigurationEntry> Read(InputFile file)
    {
        var script = Parser.ParseInput(file.RequireText("ConfigurationMalformed"), file.Path, out _, out var errors);
        if (errors.Length > 0) throw Invalid(file, $"this is not a PowerShell data file: {errors[0].Message}", errors[0].Extent);
        return script is { ParamBlock: null, BeginBlock: null, ProcessBlock: null, EndBlock.Statements: [var statement] }
            && Expression(statement) is HashtableAst table
            ? Entries(file, table)
            : throw Invalid(file, "this is not a PowerShell data file: it must hold one hashtable, @{ ... }.", script.Extent);
    }

    static List<ConfigurationEntry> Entries(InputFile file, HashtableAst table) =>
        [.. table.KeyValuePairs.Select(
            p => new ConfigurationEntry(Constant(file, p.Item1) as string ?? p.Item1.Extent.Text, Value(file, p.Item2),
                p.Item1.Extent.StartLineNumber))];

    static object? Value(InputFile file, StatementAst statement) => Expression(statement) switch
    {
        HashtableAst table => Entries(file, table),
        { } expression => Constant(file, expression),
        null => throw NotConstant(file, statement.Extent),
    };

    static object? Constant(InputFile file, ExpressionAst expression)
    {
        try
        {
            return expression.SafeGetValue();
        }
        catch (InvalidOperationException)
        {
            throw NotConstant(file, expression.Extent);
        }
    }

    static ExpressionAst? Expression(StatementAst statement) =>
        statement is PipelineAst { PipelineElements: [CommandExpressionAst { Redirections.Count: 0 } command] } ? command.Expression : null;

    static InputException NotConstant(InputFile file, IScriptExtent extent) =>
        Invalid(file, "a data file may hold only constants, not code.", extent);

    static InputException Invalid(InputFile file, string message, IScriptExtent extent) =>
        new("ConfigurationMalformed", ErrorKind.InvalidData, message, null, file.Path, extent.StartLineNumber, extent.StartColumnNumber);
}
