namespace DeviceCreds;

/// <summary>Does not really sign: for a sample certificate that shows what the CA's real ones will be like.</summary>
internal sealed class SampleSigner(byte[] publicPoint) : ICertificateSigner
{
    public string Location => "nowhere";

    public byte[] PublicPoint { get; } = publicPoint;

    // SEQUENCE { 1, 1 }: the form of a signature.
    public byte[] Sign(byte[] data, CancellationToken cancel = default) => [0x30, 6, 2, 1, 1, 2, 1, 1];

    public void Dispose() { }
}
