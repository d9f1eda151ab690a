using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>What AWS IoT Core requires of a device's certificate.</summary>
internal static class AwsIotRules
{
    const int MinimumRsaBits = 2048;

    const string Guide = "https://docs.aws.amazon.com/iot/latest/developerguide/";
    const string Audit = "AWS IoT developer guide, \"DEVICE_CERTIFICATE_KEY_QUALITY_CHECK\", "
        + $"{Guide}audit-chk-device-cert-key-quality.html (read on 2026-11-26)";

    /// <summary>The names that <see cref="Algorithms"/> gives them; the last is DSA with SHA-256.</summary>
    static readonly string[] Signatures =
    [
        "ecdsa-with-SHA256", "ecdsa-with-SHA384", "ecdsa-with-SHA512", "sha256WithRSAEncryption", "sha384WithRSAEncryption",
        "sha512WithRSAEncryption", "2.16.840.1.101.3.4.3.2",
    ];

    static readonly DerObjectIdentifier[] Curves =
        [X9ObjectIdentifiers.Prime256v1, SecObjectIdentifiers.SecP384r1, SecObjectIdentifiers.SecP521r1];

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "AwsIotName",
            Severity = CheckOutcome.Warning,
            Title = "The common name can be a thing's name in AWS IoT.",
            Compares = "the common name with the characters of a thing's name: a-z A-Z 0-9 : _ -",
            Advice = "Issue it again with another name, or use a provisioning template that takes the thing's name from elsewhere.",
            Source = "AWS IoT API reference, CreateThing, https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html "
                + "(read on 2026-11-26)",
            Check = c => ServiceFindings.Name(c, Finding.Warn("There is no common name from which a template could make a thing's name."),
                ServiceNames.FindAwsIotProblem, CheckOutcome.Warning),
        },
        new()
        {
            Id = "AwsIotKey",
            Title = "AWS IoT accepts the key.",
            Compares = "the key with RSA of 2,048 bits and more, and with EC on P-256, P-384 or P-521",
            Advice = "Make a key on P-256 (New-DeviceKey) and issue the certificate again.",
            Source = $"{Audit}; AWS IoT API reference, CreateCertificateFromCsr, "
                + "https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html (read on 2026-11-26)",
            Check = CheckKey,
        },
        new()
        {
            Id = "AwsIotSignature",
            Title = "AWS IoT supports the algorithm of the certificate's signature.",
            Compares = "the signature algorithm with RSA and ECDSA with SHA-256, SHA-384 or SHA-512, and DSA with SHA-256",
            Advice = "Issue it again from a CA that signs with SHA-256.",
            Source = $"AWS IoT developer guide, \"X.509 client certificates\", {Guide}x509-client-certs.html (read on 2026-11-26)",
            Check = c => Signatures.Contains(c.Certificate.SignatureAlgorithm)
                ? c.Pass($"Signed with {c.Certificate.SignatureAlgorithm}.")
                : Finding.Fail($"The certificate is signed with {c.Certificate.SignatureAlgorithm}."),
        },
        new()
        {
            Id = "AwsIotValidity",
            Title = "The certificate is valid when it is registered with AWS IoT.",
            Compares = "notBefore and notAfter of the device's certificate with the current time",
            Advice = "Issue it again, and register it before it expires.",
            Source = Audit,
            Check = c => ServiceFindings.Validity(c, [c.Certificate]),
        },
        new()
        {
            Id = "AwsIotChain",
            Severity = CheckOutcome.Warning,
            Title = "The CA that signed the certificate is registered with AWS IoT.",
            Compares = "the signature with the issuers given as the registered CAs; another CA of the chain is not enough",
            Advice = "Register the CA that issues. A certificate that is registered without its CA needs none, "
                + "but its device must send the server's name (SNI).",
            Source = $"AWS IoT developer guide, \"Create your own client certificates\", {Guide}device-certs-your-own.html "
                + "(read on 2026-11-26)",
            Check = CheckChain,
        },
    ];

    static Finding CheckKey(VerificationCase c)
    {
        var rsaBits = KeyReader.FindRsaSize(c.Fields.KeyInfo);
        if (rsaBits < MinimumRsaBits) return Finding.Fail($"The key is an RSA key of {rsaBits} bits, expected {MinimumRsaBits} at least.");
        return rsaBits is not null || IsOnCurve(c.Fields.KeyInfo.Algorithm)
            ? c.Pass($"The certificate holds {ServiceFindings.Key(c)}.")
            : Finding.Warn($"The certificate holds {ServiceFindings.Key(c)}, of which AWS IoT's documentation says nothing.");
    }

    static bool IsOnCurve(AlgorithmIdentifier algorithm) =>
        algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) && Curves.Contains(algorithm.Parameters?.ToAsn1Object());

    static Finding CheckChain(VerificationCase c)
    {
        if (c.Anchors.Count == 0) return c.Skip("No CA was given that is registered: use -Issuer.");
        var named = c.Anchors.Where(a => a.SubjectKey == c.Certificate.IssuerKey).ToList();
        if (named.Any(c.Certificate.IsSignedBy)) return c.Pass($"Signed by '{SubjectText.Shorten(c.Certificate.Issuer)}'.");
        return named.Select(c.Certificate.FindUnverifiable).FirstOrDefault(reason => reason is not null) is { } unverifiable
            ? Finding.Skip($"The signature cannot be verified: {unverifiable}.")
            : Finding.Warn($"The CA that signed it, '{SubjectText.Shorten(c.Certificate.Issuer)}', is not among the issuers given.");
    }
}
