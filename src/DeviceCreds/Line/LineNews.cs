namespace DeviceCreds;

/// <summary>A message about an injection, during it or at its end.</summary>
/// <param name="Order">The device.</param>
/// <param name="Kind">What sort of news.</param>
/// <param name="Text">The words; empty when there are none.</param>
public sealed record LineNews(InjectionOrder Order, LineNewsKind Kind, string Text = "")
{
    /// <summary>The result; null until the end.</summary>
    public DeviceInjection? Injection { get; init; }

    /// <summary>What went wrong; null while nothing has.</summary>
    public Exception? Error { get; init; }
}
