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

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        if (credential.PrivateKey is { } key && !options.NoPrivateKey)
            yield return new OutputFile(FileNames.Key(credential.Kind) + ".der", key.ToDer(options.KeyEncoding, options.Password), IsSecret: true);
        yield return new OutputFile(FileNames.Certificate(credential.Kind) + ".der", credential.CertificateDer, IsSecret: false);
    }

    // PKCS#12 is DER as well, and has a reader of its own: it begins with the version 3, which no key or certificate does.
    public bool Recognises(InputFile file) => file.LooksLikeDer && !IsPkcs12(file.Bytes);

    /// <summary>Whether the DER begins as PFX of RFC 7292 does: a sequence whose first element is the integer 3.</summary>
    internal static bool IsPkcs12(byte[] der)
    {
        if (der.Length < 2 || der[0] != 0x30) return false;
        var content = der[1] < 0x81 ? 2 : 2 + (der[1] & 0x7F);
        return der.AsSpan().Slice(Math.Min(content, der.Length)).StartsWith((ReadOnlySpan<byte>)[2, 1, 3]);
    }

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        try
        {
            parts.Certificates.AddRange(CertificateReader.Read(file));
        }
        catch (InputException e) when (e.ErrorId == "CertificateNotFound")
        {
            parts.Keys.Add((DeviceKey.Read(file, password), file.Path));
        }
    }
}
