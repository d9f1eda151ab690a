namespace DeviceCreds;

/// <summary>A way to a device.</summary>
internal interface ITransport
{
    /// <summary>Whether the device's text shares the line with its replies, and an earlier attempt may have left bytes on it.</summary>
    bool IsShared { get; }

    /// <summary>Opens the line.</summary>
    /// <exception cref="InjectionException">It cannot be opened.</exception>
    Task<LineConnection> OpenAsync(CancellationToken cancel);
}
