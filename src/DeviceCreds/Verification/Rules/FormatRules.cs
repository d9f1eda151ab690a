using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>What the certificate is made of: encoding, version, serial number, algorithms, size.</summary>
internal static class FormatRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "EncodingIsDer",
            Title = "The certificate is encoded in DER.",
            Compares = "the bytes with their own canonical encoding",
            Advice = "Have it issued again: a certificate in another encoding than DER is rejected by some readers and accepted by others.",
            Source = "RFC 5280, 4.1; X.690, 10 and 11",
            Check = CheckEncoding,
        },
        new()
        {
            Id = "VersionIs3",
            Title = "The certificate is X.509 version 3.",
            Compares = "the version field with 3",
            Advice = "Issue it again with extensions: openssl x509 -req makes v1 certificates unless it is given -extfile.",
            Source = "Property table, Format: X.509; RFC 5280, 4.1.2.1",
            Check = CheckVersion,
        },
        new()
        {
            Id = "SerialNumber",
            Title = "The serial number is positive and has 20 octets at most.",
            Compares = "the serial number with 1 and its length with 20",
            Advice = "Issue it again with a random serial number.",
            Source = "RFC 5280, 4.1.2.2",
            Check = CheckSerial,
        },
        new()
        {
            Id = "KeyIsP256",
            Title = "The key is an EC key on P-256: named curve, uncompressed point.",
            Compares = "the algorithm, the curve and the point of the SubjectPublicKeyInfo with P-256",
            Advice = "Make a key on P-256 (New-DeviceKey) and issue the certificate again.",
            Source = "Property table, Cipher: NIST P-256 (secp256r1); RFC 5480, 2",
            Check = c => c.Certificate.Point is null
                ? Finding.Fail($"The certificate holds {c.Certificate.KeyAlgorithm}.",
                    c.Fields.KeyInfo.Algorithm.Algorithm.Equals(KeyReader.EcDiffieHellman) ? DeviceStatus.KeyCorrelation : null)
                : c.Pass("An EC key on P-256 with its curve's name and an uncompressed point."),
        },
        new()
        {
            Id = "SignatureAlgorithm",
            Title = "The signature algorithm is ecdsa-with-SHA256, the same in both places, without parameters.",
            Compares = "the signature fields inside and outside the signed part with ecdsa-with-SHA256",
            Advice = "Issue it again from a CA on P-256, with SHA-256.",
            Source = "Property table, Signature algorithm; RFC 5758, 3.2; RFC 5280, 4.1.1.2",
            Check = CheckSignatureAlgorithm,
        },
        new()
        {
            Id = "CertificateSize",
            Title = "The certificate fits the device's buffer of 1,024 bytes.",
            Severity = CheckOutcome.Warning,
            Compares = "the length in DER with 1,024 bytes, the client's default MAX_CERTIFICATE_SIZE",
            Advice = "Leave out what the device does not need, or build the client with a larger MAX_CERTIFICATE_SIZE.",
            Source = "Device-side code, MAX_CERTIFICATE_SIZE",
            Check = c => c.Certificate.CertificateDer.Length <= FccLimits.CertificateBuffer
                ? c.Pass($"{c.Certificate.CertificateDer.Length} bytes.")
                : Finding.Warn($"The certificate has {c.Certificate.CertificateDer.Length} bytes; "
                    + $"the client's buffer has {FccLimits.CertificateBuffer} by default."),
        },
    ];

    static Finding CheckEncoding(VerificationCase c)
    {
        if (!c.Fields.IsDer) return Finding.Fail("The bytes are BER, not DER: the same content has a canonical encoding that differs.");
        return c.Certificate.Encoding == FileEncoding.Pem && IsNamedDer(c.Certificate.Path)
            ? Finding.Warn(
                $"The file's name says DER, but the file holds PEM: to PEM in place of DER, the device answers {DeviceStatus.KcmCrypto}.")
            : c.Pass($"{c.Certificate.CertificateDer.Length} bytes of DER.");
    }

    static bool IsNamedDer(string? path) => string.Equals(Path.GetExtension(path), ".der", StringComparison.OrdinalIgnoreCase);

    static Finding CheckVersion(VerificationCase c) => c.Fields.Version switch
    {
        3 => c.Pass("Version 3."),
        1 or 2 when c.Fields.Extensions.Length == 0 =>
            Finding.Fail($"The certificate is version {c.Fields.Version}: this version cannot say what the certificate is for."),
        var version =>
            Finding.Fail($"The certificate is version {version}{(version < 3 ? " and has extensions, which only version 3 has" : "")}."),
    };

    static Finding CheckSerial(VerificationCase c) => FindSerialProblem(c.Certificate) is { } problem
        ? Finding.Fail(problem)
        : c.Pass($"{c.Certificate.SerialNumber} ({c.Fields.Serial.ToByteArray().Length} octets).");

    /// <summary>What is wrong with a certificate's serial number, in a sentence; null when it is right.</summary>
    public static string? FindSerialProblem(DeviceCertificate certificate)
    {
        var serial = certificate.Fields.Serial;
        if (serial.SignValue <= 0) return $"The serial number {SubjectText.Shorten(certificate.SerialNumber)} is not positive.";
        var octets = serial.ToByteArray().Length;
        return octets > SerialNumbers.MaximumOctets
            ? $"The serial number has {octets} octets; {SerialNumbers.MaximumOctets} are allowed." : null;
    }

    static Finding CheckSignatureAlgorithm(VerificationCase c)
    {
        var (inner, outer) = (c.Fields.InnerAlgorithm, c.Fields.OuterAlgorithm);
        var expected = Algorithms.EcdsaWithSha256;
        if (!inner.Equals(outer))
            return Finding.Fail(
                $"The signed part says {Algorithms.Name(inner.Algorithm)}, "
                    + $"the certificate {Algorithms.Name(outer.Algorithm)}, or their parameters differ.");
        if (!outer.Algorithm.Equals(expected.Algorithm))
            return Finding.Fail($"The certificate is signed with {Algorithms.Name(outer.Algorithm)}.");
        return outer.Parameters is null
            ? c.Pass("ecdsa-with-SHA256.")
            : Finding.Fail("ecdsa-with-SHA256 has parameters "
                + $"({(outer.Parameters is Asn1Null ? "NULL" : "not NULL")}), expected none.");
    }
}
