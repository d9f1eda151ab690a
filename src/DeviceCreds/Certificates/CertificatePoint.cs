using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>A distribution point of revocation lists (RFC 5280, 4.2.1.13). Equal names are the same text here.</summary>
/// <param name="Names">The point's names; empty when it has none of its own.</param>
/// <param name="Issuers">Who signs its lists; null for the certificate's own issuer.</param>
/// <param name="Reasons">The reasons that its lists cover, as ReasonFlags.</param>
internal sealed record CertificatePoint(IReadOnlyList<string> Names, IReadOnlyList<string>? Issuers, int Reasons)
{
    /// <summary>The points that a certificate names itself; empty when it names none, or its extension is damaged.</summary>
    public static IReadOnlyList<CertificatePoint> Of(CertificateFields certificate)
    {
        try
        {
            return
            [
                .. (Extensions.DistributionPoints(certificate)?.GetDistributionPoints() ?? []).Select(p => Read(p, certificate.Issuer)),
            ];
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return [];
        }
    }

    static CertificatePoint Read(DistributionPoint point, Asn1Sequence certificateIssuer)
    {
        var issuers = point.CrlIssuer is { } names ? Keys(names) : null;
        var issuer = point.CrlIssuer?.GetNames().FirstOrDefault(n => n.TagNo == GeneralName.DirectoryName) is { } name
            ? Asn1Sequence.GetInstance(name.Name.ToAsn1Object())
            : certificateIssuer;
        var own = point.DistributionPointName is { } pointName ? Keys(pointName, issuer) : issuers ?? [];
        return new(own, issuers, point.Reasons?.IntValue ?? RevocationScope.AllReasons);
    }

    /// <summary>The names of a point.</summary>
    /// <param name="name">Full names, or one that is relative to the issuer of its lists.</param>
    /// <param name="issuer">That issuer.</param>
    /// <exception cref="ArgumentException">It is not what it should be.</exception>
    public static IReadOnlyList<string> Keys(DistributionPointName name, Asn1Sequence issuer) =>
        name.Type == DistributionPointName.FullName
            ? Keys(GeneralNames.GetInstance(name.Name))
            : [Key(DerSequence.FromCollection([.. issuer, Asn1Set.GetInstance(name.Name)]))];

    static IReadOnlyList<string> Keys(GeneralNames names) => [.. names.GetNames().Select(Key)];

    /// <summary>A directory name.</summary>
    public static string Key(Asn1Sequence directoryName) => $"{GeneralName.DirectoryName}:{DistinguishedName.Normalise(directoryName)}";

    static string Key(GeneralName name) =>
        name.TagNo == GeneralName.DirectoryName
            ? Key(Asn1Sequence.GetInstance(name.Name.ToAsn1Object()))
            : $"{name.TagNo}:{Hex.Encode(name.GetDerEncoded())}";

    /// <summary>A point's name for people.</summary>
    public static string Describe(DistributionPointName name) =>
        name.Type == DistributionPointName.FullName
            ? string.Join(", ", GeneralNames.GetInstance(name.Name).GetNames().Take(3).Select(n => SubjectText.Shorten($"{n.Name}")))
            : "a name below the issuer's";
}
