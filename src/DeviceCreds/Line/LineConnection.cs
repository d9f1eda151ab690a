namespace DeviceCreds;

/// <summary>An open line to a device.</summary>
/// <param name="stream">What is sent and received.</param>
/// <param name="owner">What is closed with it.</param>
internal sealed class LineConnection(Stream stream, IDisposable owner) : IDisposable
{
    public Stream Stream { get; } = stream;

    /// <summary>Also ends waits of other threads.</summary>
    public void Dispose() => owner.Dispose();
}
