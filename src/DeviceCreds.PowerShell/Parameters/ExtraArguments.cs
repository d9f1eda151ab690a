using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes arguments that no parameter of a cmdlet takes, to refuse them: PowerShell's own error would show them, and one may be a key. Only
/// a call has these parameters: Get-Command, Get-Help and completion do not see them, and unknown names stay PowerShell's errors.
/// </summary>
public sealed class ExtraArguments
{
    const string Name = "ExtraArgument";
    const int After = 1000;

    /// <summary>The first argument too many.</summary>
    [Parameter(Position = After, DontShow = true)]
    public object? ExtraArgument0 { get; set; }

    /// <inheritdoc cref="ExtraArgument0"/>
    [Parameter(Position = After + 1, DontShow = true)]
    public object? ExtraArgument1 { get; set; }

    /// <inheritdoc cref="ExtraArgument0"/>
    [Parameter(Position = After + 2, DontShow = true)]
    public object? ExtraArgument2 { get; set; }

    /// <inheritdoc cref="ExtraArgument0"/>
    [Parameter(Position = After + 3, DontShow = true)]
    public object? ExtraArgument3 { get; set; }

    /// <inheritdoc cref="ExtraArgument0"/>
    [Parameter(Position = After + 4, DontShow = true)]
    public object? ExtraArgument4 { get; set; }

    /// <inheritdoc cref="ExtraArgument0"/>
    [Parameter(Position = After + 5, DontShow = true)]
    public object? ExtraArgument5 { get; set; }

    /// <summary>PowerShell's error about the first of them, without a secret; null when there is none.</summary>
    internal static ErrorRecord? FindProblem(InvocationInfo call)
    {
        if (!call.BoundParameters.TryGetValue(Name + "0", out var argument)) return null;
        var shown = RowReader.Unwrap(argument) switch
        {
            null => "$null",
            string text when !MessageText.IsSecret(text) => MessageText.Shorten(text),
            string => MessageText.HiddenSecret,
            var value => value.GetType().Name,
        };
        return new(new ParameterBindingException($"A positional parameter cannot be found that accepts argument '{shown}'."),
            "PositionalParameterNotFound", ErrorCategory.InvalidArgument, null);
    }
}
