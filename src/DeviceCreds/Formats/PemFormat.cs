namespace DeviceCreds;

/// <summary>Text files: the key, and the certificate with its chain when there is an intermediate CA.</summary>
internal sealed class PemFormat : ICredentialFormat
{
    public string Name => "Pem";

    public string Description => "PEM: the private key, and the certificate with its chain, device first";

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return OutputFile.Text(FileNames.Key(credential.Kind) + ".pem", key.ToPem(options.KeyEncoding, options.Password), isSecret: true);
        var certificates = credential.HasChain ? credential.Chain.ToPem(options.ChainDepth, options.ExcludeRoot) : credential.CertificatePem;
        yield return OutputFile.Text(FileNames.Certificate(credential.Kind) + ".pem", certificates, isSecret: false);
    }
}
