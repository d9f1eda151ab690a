namespace DeviceCreds;

/// <summary>Text files: the key, and the certificate with its chain when there is an intermediate CA.</summary>
internal sealed class PemFormat : IDeviceFormat, IEmbeddedFormat
{
    public string Name => "Pem";

    public string Description => "PEM: the private key, and the certificate with its chain, device first";

    public string Audience => "The vendor's factory tool (FCU), OpenSSL, and most others";

    public string Files => "`BootstrapDevicePrivateKey.pem` and `BootstrapDeviceCert.pem`, or `LwM2MDevicePrivateKey.pem` and `LwM2MDeviceCert.pem`";

    public string Example => "$credentials | Export-DeviceCredential -Path out -Format Pem";

    public string Source => "RFC 7468; the vendor's property table";

    public PrivateKeyForm KeyForm => PrivateKeyForm.EncryptedOnRequest;

    public IReadOnlyList<string> Endings => [".pem", ".crt", ".cer", ".key"];

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".pem", key.ToPemBytes(options.KeyEncoding, options.Password), IsSecret: true);
        var certificates = credential.HasChain ? credential.ToPem(options.ChainDepth, options.ExcludeRoot) : credential.CertificatePem;
        yield return OutputFile.Text(FileNames.Certificate(credential.Kind) + ".pem", certificates, isSecret: false);
    }

    public bool Recognises(InputFile file) => !file.LooksLikeDer && Pem.IsPem(file.Text);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var labels = Pem.ReadLabels(file);
        var hasCertificate = labels.Any(l => l.EndsWith("CERTIFICATE", StringComparison.Ordinal));
        if (hasCertificate) parts.Certificates.AddRange(CertificateReader.Read(file));
        // A request beside its certificate (openssl req -out) has served its purpose.
        var isRequest = labels.Any(l => l.EndsWith("CERTIFICATE REQUEST", StringComparison.Ordinal));
        if (labels.Any(l => l.EndsWith("PRIVATE KEY", StringComparison.Ordinal)) || (!hasCertificate && !isRequest)) parts.Keys.Add((DeviceKey.Read(file, password), file.Path));
    }
}
