namespace DeviceCreds;

/// <summary>Binary files: the key, and the device certificate alone, since DER has no chains.</summary>
internal sealed class DerFormat : IDeviceFormat, IReadableFormat
{
    public string Name => "Der";

    public string Description => "DER: the private key, and the device certificate alone";

    public string Audience => "The vendor's factory tool (FCU), and devices that store DER";

    public string Files => "`BootstrapDevicePrivateKey.der` and `BootstrapDeviceCert.der`, or `LwM2MDevicePrivateKey.der` and `LwM2MDeviceCert.der`";

    public string Example => "$credentials | Export-DeviceCredential -Path out -Format Der";

    public string Source => "X.690; the vendor's property table";

    public PrivateKeyForm KeyForm => PrivateKeyForm.EncryptedOnRequest;

    public IReadOnlyList<string> Endings => [".der", ".crt", ".cer", ".key"];

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".der", key.ToDer(options.KeyEncoding, options.Password), IsSecret: true);
        yield return new OutputFile(FileNames.Certificate(credential.Kind) + ".der", credential.CertificateDer, IsSecret: false);
    }

    // PKCS#12 is DER as well, and has a reader of its own.
    public bool Recognises(InputFile file) => file.LooksLikeDer && !DerObject.IsPkcs12(file.Bytes);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        // A key in the clear begins with its version. It is not tried as a certificate, which would leave copies of it behind.
        if (DerObject.Content(file.Bytes) is [DerCursor.Integer, ..])
        {
            ReadKey();
            return;
        }

        try
        {
            parts.Certificates.AddRange(CertificateReader.Read(file));
        }
        catch (InputException e) when (e.ErrorId == "CertificateNotFound")
        {
            ReadKey();
        }

        void ReadKey() => parts.Keys.Add((DeviceKey.Read(file, password), file.Path));
    }
}
