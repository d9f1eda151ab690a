namespace DeviceCreds.Tests;

static class KeyExtensions
{
    /// <summary>One signature with a key of the test's own.</summary>
    public static byte[] Sign(this DeviceKey key, byte[] data)
    {
        using var signer = key.CreateSigner();
        return signer.Sign(data);
    }
}
