namespace DeviceCreds;

/// <summary>A CA key in this process's memory.</summary>
internal sealed class SoftwareSigner(DeviceKey key, string location) : ICertificateSigner
{
    readonly P256.Signer _signer = key.CreateSigner();

    public string Location { get; } = location;

    public byte[] PublicPoint => key.Point;

    /// <summary>The key itself: only a software key can be exported.</summary>
    public DeviceKey Key => key;

    public byte[] Sign(byte[] data, CancellationToken cancel = default) => _signer.Sign(data);

    public void Dispose()
    {
        _signer.Dispose();
        key.Dispose();
    }
}
