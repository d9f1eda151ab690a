namespace DeviceCreds;

/// <summary>DER as Base64 without the lines of PEM.</summary>
internal sealed class Base64Format : EncodedDerFormat
{
    public override FormatInfo Info { get; } = new()
    {
        Name = "Base64",
        Description = "Base64: the DER of the private key and of the device certificate alone, one line each",
        Audience = "Databases, JSON documents and REST services that take a certificate in one line",
        Files = "`BootstrapDevicePrivateKey.b64` and `BootstrapDeviceCert.b64`, or `LwM2MDevicePrivateKey.b64` and `LwM2MDeviceCert.b64`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Base64",
        Source = "RFC 4648, section 4",
        KeyForm = PrivateKeyForm.EncryptedOnRequest,
    };

    protected override string Ending => ".b64";

    protected override byte[] Encode(byte[] der)
    {
        var line = new byte[System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(der.Length) + 1];
        System.Buffers.Text.Base64.EncodeToUtf8(der, line, out _, out var written);
        line[written] = (byte)'\n';
        return line;
    }
}
