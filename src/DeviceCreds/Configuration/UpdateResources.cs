namespace DeviceCreds;

/// <summary>
/// What the manifest tool writes for the client in C (update_default_resources.c): the certificate that firmware updates are
/// signed with, and the 16 bytes each that name the vendor and the class of the device.
/// </summary>
internal static class UpdateResources
{
    const string Certificate = "arm_uc_default_certificate", Vendor = "arm_uc_vendor_id", Class = "arm_uc_class_id";

    const string Size = "_size";

    const string Advice = "Write the file again with the manifest tool.";

    const int IdentifierLength = 16;

    /// <summary>Whether the bytes are text that names the certificate as the tool does.</summary>
    public static bool Recognises(InputFile file) => !file.LooksLikeDer
        && (file.Bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? file.Text.Contains(Certificate)
            : file.Bytes.AsSpan().IndexOf("arm_uc_default_certificate"u8) >= 0);

    /// <exception cref="InputException">A constant is missing or has the wrong form.</exception>
    public static DeviceCertificate Read(InputFile file)
    {
        var constants = CSource.Read(file,
            [Certificate, Vendor, Class, .. new[] { Certificate, Vendor, Class }.Select(name => name + Size)], Advice);
        using var content = new InputFile(Array(file, constants, Certificate, null));
        var certificate = content.LooksLikeDer && CertificateReader.ReadDer(content) is [var only] ? only
            : throw file.Invalid("SourceValueInvalid", $"{Certificate}: expected one certificate in DER.",
                Advice, constants[Certificate].Line);
        return new DeviceCertificate(certificate.CertificateDer, file.Path)
        {
            Firmware = new(Array(file, constants, Vendor, IdentifierLength), Array(file, constants, Class, IdentifierLength)),
        };
    }

    static byte[] Array(InputFile file, IReadOnlyDictionary<string, CConstant> constants, string name, int? length)
    {
        if (!constants.TryGetValue(name, out var constant))
            throw file.Invalid("SourceFieldMissing", $"{name}: the constant is missing.", Advice);
        if (constant.Kind != CValueKind.Array)
            throw file.Invalid("SourceWrongType", $"{name}: expected an array of bytes.", Advice, constant.Line);
        if (length is { } expected && constant.Bytes.Length != expected)
            throw file.Invalid("SourceValueInvalid", $"{name}: expected {expected} bytes, found {constant.Bytes.Length:N0}.", Advice,
                constant.Line);
        return constant.Bytes;
    }
}
