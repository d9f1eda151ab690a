namespace DeviceCreds;

/// <summary>Binary files: the key, and only the device certificate, since DER has no chains.</summary>
internal sealed class DerFormat : IDeviceFormat, IReadableFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "Der",
        Description = "DER: the private key, and only the device certificate",
        Audience = "The vendor's factory tool (FCU), and devices that store DER",
        Files = "`BootstrapDevicePrivateKey.der` and `BootstrapDeviceCert.der`, or `LwM2MDevicePrivateKey.der` and `LwM2MDeviceCert.der`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Der",
        Source = "X.690; the vendor's property table",
        KeyForm = PrivateKeyForm.EncryptedOnRequest,
    };

    public FormatSign Sign => FormatSign.Objects;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".der",
                key.ToDer(options.KeyEncoding, options.Password), IsSecret: true);
        yield return new OutputFile(FileNames.Certificate(credential.Kind) + ".der", credential.CertificateDer, IsSecret: false);
    }

    // PKCS#12 is DER as well, and has a reader of its own.
    public bool Recognises(InputFile file) => file.LooksLikeDer && FileShapes.Of(file.Bytes) != FileShape.Pkcs12;

    public void Read(InputFile file, char[]? password, CredentialParts parts) => PlainObjects.Read(file, password, parts);
}
