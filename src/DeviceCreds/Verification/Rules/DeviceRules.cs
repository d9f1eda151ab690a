namespace DeviceCreds;

/// <summary>Whether the device itself can read what is stored on it; it refuses unreadable items before it verifies anything.</summary>
internal static class DeviceRules
{
    /// <summary>The first year that the device can express.</summary>
    const int FirstYear = 1970;

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "ParsedByDevice",
            Title = "The device can read every certificate that is stored on it.",
            Compares = "version, algorithms, names and their string types, times, key and extensions of each certificate with what the "
                + "device's parser supports",
            Advice = "Issue the named certificate again without what the message names. What New-CertificateAuthority and "
                + "New-BootstrapDeviceCredential make can be read.",
            Source = "Device-side code, X.509 parser",
            Check = c => c.Stored.FirstOrDefault(s => s.Certificate.Facts.ParserProblem is not null) is { Certificate: { } certificate,
                Name: var name }
                ? Finding.Fail($"{name} cannot be read: {certificate.Facts.ParserProblem}.", FollowsLongSignature(c, certificate)
                    ? DeviceStatus.Kcm
                    : DeviceStatus.KcmCrypto)
                : c.Pass($"{SubjectText.Count(c.Stored.Count(), "certificate")} can be read."),
        },
        new()
        {
            Id = "DatesFrom1970",
            Title = "No date of the certificates stored with the device's is before 1970.",
            Compares = "notBefore and notAfter of the device's certificate, and of those stored with it, with 1970-01-01",
            Advice = "Issue the named certificate again, on a computer whose clock is right.",
            Source = "Device-side code, dates",
            Check = c => c.Bundle.FirstOrDefault(IsTooEarly) is { } early
                ? Finding.Fail($"{c.Name(early)} has a date before {FirstYear}: valid from {Lifetime.Text(early.Fields.NotBefore)}.",
                    DeviceStatus.InvalidCertAttribute)
                : c.Pass($"All dates are in {FirstYear} or later."),
        },
    ];

    // The device stores the signature below before it reads the certificate above, and stops there when it is too long.
    static bool FollowsLongSignature(VerificationCase c, DeviceCertificate certificate) =>
        c.Bundle.TakeWhile(x => !x.Equals(certificate)).Any(x => x.Fields.Signature.Length > FccLimits.SignatureLength);

    /// <summary>The status for a signature that does not verify: another one when it does not have the form of ECDSA, or is longer than any
    /// on P-256.</summary>
    public static string StatusOfWrongSignature(DeviceCertificate certificate) =>
        certificate.Fields.Signature is var signature && signature.Length <= FccLimits.SignatureLength && HasForm(signature)
            ? DeviceStatus.KcmCrypto
            : DeviceStatus.Kcm;

    static bool HasForm(byte[] signature)
    {
        try
        {
            var sequence = new DerCursor(signature, 0, signature.Length).Enter(DerCursor.Sequence);
            sequence.Enter(DerCursor.Integer);
            sequence.Enter(DerCursor.Integer);
            return sequence.IsAtEnd;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether it has a date that the device cannot express.</summary>
    public static bool IsTooEarly(DeviceCertificate certificate) => certificate.IsBefore1970;
}
