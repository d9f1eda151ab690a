namespace DeviceCreds;

/// <summary>Binary files: the key, and the device certificate alone, since DER has no chains.</summary>
internal sealed class DerFormat : ICredentialFormat
{
    public string Name => "Der";

    public string Description => "DER: the private key, and the device certificate alone";

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".der", key.ToDer(options.KeyEncoding, options.Password), IsSecret: true);
        yield return new OutputFile(FileNames.Certificate(credential.Kind) + ".der", credential.CertificateDer, IsSecret: false);
    }
}
