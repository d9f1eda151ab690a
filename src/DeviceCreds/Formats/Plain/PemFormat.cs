namespace DeviceCreds;

/// <summary>Text files: the key, and the certificate with its chain when there is an intermediate CA.</summary>
internal sealed class PemFormat : IDeviceFormat, IReadableFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "Pem",
        Description = "PEM: the private key, and the certificate with its chain, device first",
        Audience = "The vendor's factory tool (FCU), OpenSSL, and most others",
        Files = "`BootstrapDevicePrivateKey.pem` and `BootstrapDeviceCert.pem`, or `LwM2MDevicePrivateKey.pem` and `LwM2MDeviceCert.pem`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Pem",
        Source = "RFC 7468; the vendor's property table",
        KeyForm = PrivateKeyForm.EncryptedOnRequest,
    };

    public FormatSign Sign => FormatSign.Objects;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".pem",
                key.ToPemBytes(options.KeyEncoding, options.Password), IsSecret: true);
        var certificates = credential.HasChain ? credential.ToPem(options.ChainDepth, options.ExcludeRoot) : credential.CertificatePem;
        yield return OutputFile.Text(FileNames.Certificate(credential.Kind) + ".pem", certificates, isSecret: false);
    }

    // Also plain Base64 and hexadecimal, and JSON that holds objects.
    public bool Recognises(InputFile file)
    {
        if (file.LooksLikeDer) return false;
        var text = file.Text;
        return Pem.IsPem(text) ? !BeginsBinary(text) : FileObjects.TryFind(file).Count > 0;
    }

    // Binary files may hold PEM as well.
    static bool BeginsBinary(string text) => text.Take(16).Any(c => char.IsControl(c) && !char.IsWhiteSpace(c));

    public void Read(InputFile file, char[]? password, CredentialParts parts) => PlainObjects.Read(file, password, parts);
}
