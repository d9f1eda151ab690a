namespace DeviceCreds;

/// <summary>DER as hexadecimal digits.</summary>
internal sealed class HexFormat : EncodedDerFormat
{
    public override FormatInfo Info { get; } = new()
    {
        Name = "Hex",
        Description = "Hexadecimal: the DER of the private key and of the device certificate alone, one line each",
        Audience = "Modem commands, consoles and flash tools that take bytes as text",
        Files = "`BootstrapDevicePrivateKey.hex` and `BootstrapDeviceCert.hex`, or `LwM2MDevicePrivateKey.hex` and `LwM2MDeviceCert.hex`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Hex",
        Source = "RFC 4648, section 8, without separators",
        KeyForm = PrivateKeyForm.EncryptedOnRequest,
    };

    protected override string Ending => ".hex";

    // No text of a key may stay in memory, so the digits are made as bytes.
    protected override byte[] Encode(byte[] der)
    {
        var line = new byte[der.Length * 2 + 1];
        for (var i = 0; i < der.Length; i++)
        {
            line[2 * i] = (byte)Hex.Digits[der[i] >> 4];
            line[2 * i + 1] = (byte)Hex.Digits[der[i] & 15];
        }

        line[line.Length - 1] = (byte)'\n';
        return line;
    }
}
