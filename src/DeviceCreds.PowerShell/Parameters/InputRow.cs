namespace DeviceCreds.PowerShell;

/// <summary>One input of a cmdlet that takes devices.</summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="target">What an error about it has as its target.</param>
/// <param name="isOfPipeline">Whether it came through the pipeline: then errors name its number.</param>
sealed class InputRow(int number, object? target, bool isOfPipeline)
{
    /// <summary>What an error about it has as its target.</summary>
    public object? Target { get; } = target;

    /// <summary>Whether its error was told for an earlier row: it counts, and is not told again.</summary>
    public bool IsTold { get; set; }

    /// <summary>Where it is, for an error; null when there is nothing to tell apart.</summary>
    public string? Place => isOfPipeline ? FormattableString.Invariant($"Row {number}") : null;
}
