using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>The extensions that our certificates use (RFC 5280, 4.2.1): written, read and named.</summary>
internal static class Extensions
{
    /// <summary>Netscape's predecessor of the extended key usage; some CAs still have it.</summary>
    public static readonly DerObjectIdentifier NetscapeCertificateType = new("2.16.840.1.113730.1.1");

    /// <summary>anyPolicy (RFC 5280, 4.2.1.4).</summary>
    public static readonly DerObjectIdentifier AnyPolicy = new("2.5.29.32.0");

    static readonly Dictionary<DerObjectIdentifier, string> KnownNames = new()
    {
        [X509Extensions.BasicConstraints] = "basicConstraints", [X509Extensions.KeyUsage] = "keyUsage",
        [X509Extensions.ExtendedKeyUsage] = "extendedKeyUsage",
        [X509Extensions.SubjectKeyIdentifier] = "subjectKeyIdentifier", [X509Extensions.AuthorityKeyIdentifier] = "authorityKeyIdentifier",
        [X509Extensions.SubjectAlternativeName] = "subjectAltName", [X509Extensions.IssuerAlternativeName] = "issuerAltName",
        [X509Extensions.NameConstraints] = "nameConstraints", [X509Extensions.CertificatePolicies] = "certificatePolicies",
        [X509Extensions.PolicyConstraints] = "policyConstraints", [X509Extensions.PolicyMappings] = "policyMappings",
        [X509Extensions.InhibitAnyPolicy] = "inhibitAnyPolicy",
        [X509Extensions.CrlDistributionPoints] = "cRLDistributionPoints", [X509Extensions.AuthorityInfoAccess] = "authorityInfoAccess",
        [NetscapeCertificateType] = "netscape-cert-type",
    };

    static readonly Dictionary<DerObjectIdentifier, string> PurposeNames = new()
    {
        [KeyPurposeID.AnyExtendedKeyUsage] = "anyExtendedKeyUsage", [KeyPurposeID.id_kp_serverAuth] = "serverAuth",
        [KeyPurposeID.id_kp_clientAuth] = "clientAuth",
        [KeyPurposeID.id_kp_codeSigning] = "codeSigning", [KeyPurposeID.id_kp_emailProtection] = "emailProtection",
        [KeyPurposeID.id_kp_timeStamping] = "timeStamping", [KeyPurposeID.id_kp_OCSPSigning] = "OCSPSigning",
    };

    public static string Name(DerObjectIdentifier id) => KnownNames.TryGetValue(id, out var name) ? name : id.Id;

    public static string PurposeName(DerObjectIdentifier id) => PurposeNames.TryGetValue(id, out var name) ? name : id.Id;

    public static DerSequence Write(DerObjectIdentifier id, bool critical, Asn1Encodable value) =>
        Write(id, critical, value.GetDerEncoded());

    /// <summary>An extension whose value is encoded already.</summary>
    public static DerSequence Write(DerObjectIdentifier id, bool critical, byte[] der)
    {
        var octets = new DerOctetString(der);
        return critical ? new DerSequence(id, DerBoolean.True, octets) : new DerSequence(id, octets);
    }

    /// <summary>SHA-1 of the public point: RFC 5280's method 1 (4.2.1.2), which all common tools use.</summary>
    public static byte[] KeyIdentifier(byte[] point) => Digest.Sha1(point);

    /// <summary>The parsers of the known extensions: each throws when an extension does not have the form of RFC 5280.</summary>
    static readonly Dictionary<DerObjectIdentifier, Func<Asn1Object, object?>> Readers = new()
    {
        [X509Extensions.BasicConstraints] = ReadBasicConstraints,
        [X509Extensions.KeyUsage] = value => DerBitString.GetInstance(value).IntValue,
        [X509Extensions.ExtendedKeyUsage] = value => Asn1Sequence.GetInstance(value).Select(DerObjectIdentifier.GetInstance).ToList(),
        [X509Extensions.SubjectKeyIdentifier] = value => Asn1OctetString.GetInstance(value).GetOctets(),
        [X509Extensions.AuthorityKeyIdentifier] = Org.BouncyCastle.Asn1.X509.AuthorityKeyIdentifier.GetInstance,
        [X509Extensions.SubjectAlternativeName] = GeneralNames.GetInstance,
        [X509Extensions.IssuerAlternativeName] = GeneralNames.GetInstance,
        [X509Extensions.NameConstraints] = Org.BouncyCastle.Asn1.X509.NameConstraints.GetInstance,
        [X509Extensions.CertificatePolicies] = ReadPolicies,
        [X509Extensions.PolicyMappings] = ReadPolicyMappings,
        [X509Extensions.PolicyConstraints] = ReadPolicyConstraints,
        [X509Extensions.InhibitAnyPolicy] = value => Number(DerInteger.GetInstance(value)),
        [X509Extensions.CrlDistributionPoints] = CrlDistPoint.GetInstance,
        [X509Extensions.AuthorityInfoAccess] = AuthorityInformationAccess.GetInstance,
    };

    /// <summary>
    /// The extensions that are processed when critical; those of policies by <see cref="ExplicitPolicy"/>. Key identifiers only help to
    /// find an issuer: they must not be critical (RFC 5280, 4.2.1.1 and 4.2.1.2), and other programs refuse them then.
    /// </summary>
    static readonly HashSet<DerObjectIdentifier> Processed =
    [
        X509Extensions.BasicConstraints, X509Extensions.KeyUsage, X509Extensions.ExtendedKeyUsage, X509Extensions.SubjectAlternativeName,
        X509Extensions.NameConstraints, X509Extensions.CertificatePolicies,
        X509Extensions.PolicyMappings, X509Extensions.PolicyConstraints, X509Extensions.InhibitAnyPolicy,
    ];

    public static BasicConstraints? BasicConstraints(CertificateFields fields) =>
        Read<BasicConstraints>(fields, X509Extensions.BasicConstraints);

    public static IReadOnlyList<DerObjectIdentifier>? ExtendedKeyUsage(CertificateFields fields) =>
        Read<IReadOnlyList<DerObjectIdentifier>>(fields, X509Extensions.ExtendedKeyUsage);

    public static byte[]? SubjectKeyIdentifier(CertificateFields fields) => Read<byte[]>(fields, X509Extensions.SubjectKeyIdentifier);

    public static AuthorityKeyIdentifier? AuthorityKey(CertificateFields fields) =>
        Read<AuthorityKeyIdentifier>(fields, X509Extensions.AuthorityKeyIdentifier);

    public static byte[]? AuthorityKeyIdentifier(CertificateFields fields) => AuthorityKey(fields)?.KeyIdentifier?.GetOctets();

    public static GeneralNames? AlternativeNames(CertificateFields fields) =>
        Read<GeneralNames>(fields, X509Extensions.SubjectAlternativeName);

    public static CrlDistPoint? DistributionPoints(CertificateFields fields) =>
        Read<CrlDistPoint>(fields, X509Extensions.CrlDistributionPoints);

    public static IReadOnlyList<DerObjectIdentifier>? Policies(CertificateFields fields) =>
        Read<IReadOnlyList<DerObjectIdentifier>>(fields, X509Extensions.CertificatePolicies);

    /// <summary>requireExplicitPolicy; <see cref="int.MaxValue"/> when it is absent.</summary>
    public static int RequireExplicitPolicy(CertificateFields fields) =>
        Read<object>(fields, X509Extensions.PolicyConstraints) is int number ? number : int.MaxValue;

    /// <summary>inhibitAnyPolicy; <see cref="int.MaxValue"/> when it is absent.</summary>
    public static int InhibitAnyPolicy(CertificateFields fields) =>
        Read<object>(fields, X509Extensions.InhibitAnyPolicy) is int number ? number : int.MaxValue;

    public static NameConstraints? NameConstraints(CertificateFields fields) =>
        Read<NameConstraints>(fields, X509Extensions.NameConstraints);

    /// <summary>Whether netscape-cert-type is absent, or has the bit of SSL clients.</summary>
    public static bool AllowsNetscapeClient(CertificateFields fields) => fields.Extension(NetscapeCertificateType) is not { } extension
        || (extension.Read(value => DerBitString.GetInstance(value).IntValue) is int bits && (bits & 0x80) != 0);

    // The flags of .NET are the octets of the BIT STRING, first octet lowest; so are BouncyCastle's.
    public static X509KeyUsageFlags? KeyUsage(CertificateFields fields) =>
        Read<object>(fields, X509Extensions.KeyUsage) is int bits ? (X509KeyUsageFlags)bits : null;

    /// <summary>Whether an extension is basicConstraints that say CA:TRUE.</summary>
    public static bool IsAuthority(ExtensionField basicConstraints) => Constraints(basicConstraints)?.IsCA() == true;

    /// <summary>The content of a basicConstraints extension; null when it is damaged.</summary>
    public static BasicConstraints? Constraints(ExtensionField basicConstraints) =>
        basicConstraints.Read(Readers[X509Extensions.BasicConstraints]) as BasicConstraints;

    /// <summary>The flags of a keyUsage extension; null when it is damaged.</summary>
    public static X509KeyUsageFlags? Usage(ExtensionField keyUsage) =>
        keyUsage.Read(Readers[X509Extensions.KeyUsage]) is int bits ? (X509KeyUsageFlags)bits : null;

    /// <summary>The purposes of an extendedKeyUsage extension; null when it is damaged.</summary>
    public static IReadOnlyList<DerObjectIdentifier>? Purposes(ExtensionField extendedKeyUsage) =>
        extendedKeyUsage.Read(Readers[X509Extensions.ExtendedKeyUsage]) as IReadOnlyList<DerObjectIdentifier>;

    /// <summary>Whether the extended key usage is absent, or has this purpose or any.</summary>
    public static bool AllowsPurpose(CertificateFields fields, DerObjectIdentifier purpose) =>
        fields.Extension(X509Extensions.ExtendedKeyUsage) is null
            || (ExtendedKeyUsage(fields) is { } purposes
                && (purposes.Contains(purpose) || purposes.Contains(KeyPurposeID.AnyExtendedKeyUsage)));

    /// <summary>
    /// The first extension that occurs twice or does not have the form of RFC 5280, as a clause; null when there is
    /// none.
    /// </summary>
    public static string? FindMalformed(CertificateFields fields)
    {
        // An honest certificate has few: comparing all pairs costs less than a set.
        var seen = fields.Extensions.Length > 16 ? new HashSet<DerObjectIdentifier>() : null;
        for (var i = 0; i < fields.Extensions.Length; i++)
        {
            var extension = fields.Extensions[i];
            if (seen is null ? IsAmong(fields.Extensions, extension.Id, i) : !seen.Add(extension.Id))
                return $"{Name(extension.Id)} comes {Count(fields, extension.Id)} times";
        }

        for (var i = 0; i < fields.Extensions.Length; i++)
        {
            var extension = fields.Extensions[i];
            if (Readers.TryGetValue(extension.Id, out var reader) && extension.Read(reader) is null)
                return $"{Name(extension.Id)} is damaged";
        }

        return null;
    }

    static int Count(CertificateFields fields, DerObjectIdentifier id) => fields.Extensions.Count(e => e.Id.Equals(id));

    static bool IsAmong(IReadOnlyList<ExtensionField> extensions, DerObjectIdentifier id, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (extensions[i].Id.Equals(id)) return true;
        }

        return false;
    }

    /// <summary>The names of the critical extensions that are not processed here; empty when there are none.</summary>
    public static string NotProcessed(CertificateFields fields) =>
        Names(fields.Extensions.Where(e => e.IsCritical && !Processed.Contains(e.Id)));

    public static string Names(IEnumerable<ExtensionField> extensions) => string.Join(", ", extensions.Take(10).Select(e => Name(e.Id)));

    // Null for absent and for damaged; FindMalformed tells the two apart.
    static T? Read<T>(CertificateFields fields, DerObjectIdentifier id)
        where T : class => (T?)fields.Extension(id)?.Read(Readers[id]);

    // 4.2.1.4.
    static List<DerObjectIdentifier> ReadPolicies(Asn1Object value)
    {
        var policies = CertificatePolicies.GetInstance(value).GetPolicyInformation().Select(p => p.PolicyIdentifier).ToList();
        return policies.Distinct().Count() == policies.Count ? policies : throw new ArgumentException("A policy comes once.");
    }

    // 4.2.1.5 and 6.1.4 (a): pairs of policies, none of them anyPolicy.
    static List<Asn1Sequence> ReadPolicyMappings(Asn1Object value)
    {
        var mappings = Asn1Sequence.GetInstance(value).Select(m => Asn1Sequence.GetInstance(m)).ToList();
        return mappings.Count > 0 && mappings.TrueForAll(IsMapping)
            ? mappings
            : throw new ArgumentException("A policy is mapped to another, and anyPolicy is not mapped.");
    }

    static bool IsMapping(Asn1Sequence pair) => pair.Count == 2 && !pair.Select(DerObjectIdentifier.GetInstance).Contains(AnyPolicy);

    // 4.2.1.11: requireExplicitPolicy is [0], inhibitPolicyMapping [1]; one of them may be absent.
    static object ReadPolicyConstraints(Asn1Object value)
    {
        var fields = Asn1Sequence.GetInstance(value).Select(f => Asn1TaggedObject.GetInstance(f)).ToList();
        var numbers = fields.Select(field => Number(DerInteger.GetInstance(field, false))).ToList();
        return string.Concat(fields.Select(field => field.TagNo)) switch
        {
            "0" or "01" => numbers[0],
            "1" => int.MaxValue,
            _ => throw new ArgumentException("It has requireExplicitPolicy, inhibitPolicyMapping, or both."),
        };
    }

    // How many certificates may follow; a number that does not fit sets no limit.
    static int Number(DerInteger skip) => skip.Value.SignValue < 0
        ? throw new ArgumentException("A number of certificates is not negative.")
        : skip.Value.BitLength < 32 ? skip.Value.IntValue
        : int.MaxValue;

    static readonly byte[] True = DerBoolean.True.GetDerEncoded();

    static BasicConstraints ReadBasicConstraints(Asn1Object value)
    {
        var sequence = Asn1Sequence.GetInstance(value);
        var constraints = Org.BouncyCastle.Asn1.X509.BasicConstraints.GetInstance(sequence);
        // Some readers take every number except zero as TRUE; DER has one.
        if (constraints.IsCA() && !sequence[0].GetDerEncoded().AsSpan().SequenceEqual(True))
            throw new ArgumentException("TRUE is FF.");
        if (constraints.PathLenConstraint is { } length && length.SignValue < 0)
            throw new ArgumentException("A path length is not negative.");
        return constraints;
    }
}
