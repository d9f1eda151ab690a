using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Which certificates and which reasons a revocation list covers, as its extensions say (RFC 5280, 5.2).</summary>
internal sealed class RevocationScope
{
    /// <summary>Every reason for which a certificate is revoked (RFC 5280, 4.2.1.13: ReasonFlags).</summary>
    public const int AllReasons =
        ReasonFlags.KeyCompromise
        | ReasonFlags.CACompromise
        | ReasonFlags.AffiliationChanged
        | ReasonFlags.Superseded
        | ReasonFlags.CessationOfOperation
        | ReasonFlags.CertificateHold
        | ReasonFlags.PrivilegeWithdrawn
        | ReasonFlags.AACompromise;

    static readonly DerObjectIdentifier[] Processed =
    [
        X509Extensions.AuthorityKeyIdentifier,
        X509Extensions.CrlNumber,
        X509Extensions.DeltaCrlIndicator,
        X509Extensions.IssuingDistributionPoint,
    ];

    /// <exception cref="ArgumentException">An extension is not what it should be.</exception>
    public RevocationScope(IReadOnlyList<ExtensionField> extensions, Asn1Sequence issuer)
    {
        Number = Integer(extensions, X509Extensions.CrlNumber);
        BaseNumber = Integer(extensions, X509Extensions.DeltaCrlIndicator);
        UnknownExtension = extensions.FirstOrDefault(e => e.IsCritical && !Processed.Contains(e.Id)) is { } unknown
            ? Extensions.Name(unknown.Id)
            : null;
        if (extensions.FirstOrDefault(e => e.Id.Equals(X509Extensions.IssuingDistributionPoint)) is not { } extension)
            return;
        DistributionPoint = extension.Value;
        var point = IssuingDistributionPoint.GetInstance(Asn1Object.FromByteArray(extension.Value));
        if (point.DistributionPoint is { } name)
            (Points, PointText) = (CertificatePoint.Keys(name, issuer), CertificatePoint.Describe(name));
        CoversDevices = !point.OnlyContainsCACerts && !point.OnlyContainsAttributeCerts;
        CoversAuthorities = !point.OnlyContainsUserCerts && !point.OnlyContainsAttributeCerts;
        IsIndirect = point.IsIndirectCrl;
        Reasons = point.OnlySomeReasons is { } some ? some.IntValue & AllReasons : AllReasons;
    }

    /// <summary>The list's number (5.2.3); null when it has none.</summary>
    public BigInteger? Number { get; }

    /// <summary>Of a delta list, the number of the list whose changes it holds (5.2.4); null of a complete list.</summary>
    public BigInteger? BaseNumber { get; }

    /// <summary>The issuingDistributionPoint as it stands; null when there is none. A delta and its base have the same.</summary>
    public byte[]? DistributionPoint { get; }

    /// <summary>The names of the distribution point whose certificates it covers, in a form to compare; null when it covers all.</summary>
    public IReadOnlyList<string>? Points { get; }

    /// <summary>The same names for people.</summary>
    public string? PointText { get; }

    /// <summary>Whether it covers certificates that are no CA's.</summary>
    public bool CoversDevices { get; } = true;

    /// <summary>Whether it covers CA certificates.</summary>
    public bool CoversAuthorities { get; } = true;

    /// <summary>Whether it also covers certificates of other CAs.</summary>
    public bool IsIndirect { get; }

    /// <summary>The reasons that it covers, as ReasonFlags.</summary>
    public int Reasons { get; } = AllReasons;

    /// <summary>A critical extension that is not processed here; the list must not be used then (RFC 5280, 5.2).</summary>
    public string? UnknownExtension { get; }

    static BigInteger? Integer(IReadOnlyList<ExtensionField> extensions, DerObjectIdentifier id) =>
        extensions.FirstOrDefault(e => e.Id.Equals(id)) is { } extension
            ? DerInteger.GetInstance(Asn1Object.FromByteArray(extension.Value)).Value
            : null;
}
