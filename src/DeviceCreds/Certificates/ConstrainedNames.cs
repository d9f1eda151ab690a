using System.Net;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Name constraints (RFC 5280, 4.2.1.10 and 6.1.3 (b) and (c)): which names are allowed below a CA.</summary>
internal static class ConstrainedNames
{
    // As OpenSSL limits it; only a hostile certificate has as many names.
    const int MaximumComparisons = 1 << 20;

    const string HostLabel = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";

    // Two labels or more.
    static readonly Regex HostLike = new($@"^{HostLabel}(?:\.{HostLabel})+\z", RegexOptions.CultureInvariant);

    /// <summary>Why a CA's constraints forbid a subject with its alternative names; null when they do not, or there are none.</summary>
    public static string? Find(DeviceCertificate authority, Asn1Sequence subject, GeneralNames? alternatives = null) =>
        Find(authority, () => Names(subject, alternatives));

    /// <summary>The same for an existing certificate; also null for a CA that only renews its own key.</summary>
    public static string? Find(DeviceCertificate authority, DeviceCertificate below, bool isLast)
    {
        if (authority.Fields.Extension(X509Extensions.NameConstraints) is null || (below.IsSelfIssued && !isLast)) return null;
        var alternatives = Extensions.AlternativeNames(below.Fields);
        return alternatives is null && below.Fields.Extension(X509Extensions.SubjectAlternativeName) is not null
            ? "its alternative names are damaged"
            : Find(authority, below.Fields.Subject, alternatives);
    }

    /// <summary>
    /// Why programs that take a common name for a host's forbid a device's certificate, which RFC 5280 does not ask: as OpenSSL does
    /// where the name has two labels or more and no alternative name is a DNS name. Null when they do not.
    /// </summary>
    public static string? FindHost(DeviceCertificate authority, DeviceCertificate device)
    {
        if (Extensions.AlternativeNames(device.Fields)?.GetNames().Any(n => n.TagNo == GeneralName.DnsName) == true) return null;
        return Find(authority, () => DistinguishedName.Values(device.Fields.Subject, X509Name.CN).Where(cn => HostLike.IsMatch(cn))
            .Select(cn => new GeneralName(GeneralName.DnsName, cn)));
    }

    static string? Find(DeviceCertificate authority, Func<IEnumerable<GeneralName>> names)
    {
        if (authority.Fields.Extension(X509Extensions.NameConstraints) is null) return null;
        if (Extensions.NameConstraints(authority.Fields) is not { } constraints) return "the constraints are damaged";
        try
        {
            var (permitted, excluded) = (Subtrees(constraints.PermittedSubtreesValue), Subtrees(constraints.ExcludedSubtreesValue));
            var all = names().ToList();
            return (long)all.Count * (permitted.Length + excluded.Length) > MaximumComparisons
                ? $"{all.Count} names are too many to compare with {permitted.Length + excluded.Length} constraints"
                : all.Select(name => FindProblem(permitted, excluded, name)).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return "the names cannot be compared with the constraints";
        }
    }

    // Only names of a constrained form are restricted.
    static string? FindProblem(GeneralSubtree[] permitted, GeneralSubtree[] excluded, GeneralName name)
    {
        var isExcluded = Verdicts(excluded, name);
        if (isExcluded.Contains(true)) return $"{Describe(name)} is excluded";
        var isPermitted = Verdicts(permitted, name);
        if (isExcluded.Contains(null) || (isPermitted.Contains(null) && !isPermitted.Contains(true)))
            return $"{Describe(name)} cannot be compared with the constraints on names of this form";
        return isPermitted.Count > 0 && !isPermitted.Contains(true) ? $"{Describe(name)} is not permitted" : null;
    }

    static List<bool?> Verdicts(GeneralSubtree[] subtrees, GeneralName name) =>
        [.. subtrees.Where(s => s.Base.TagNo == name.TagNo).Select(s => NameSubtree.Contains(s, name))];

    static GeneralSubtree[] Subtrees(GeneralSubtrees? subtrees) => subtrees?.GetElements() ?? [];

    // An e-mail address in the subject counts as one among the alternative names (4.2.1.10).
    static IEnumerable<GeneralName> Names(Asn1Sequence subject, GeneralNames? alternatives) =>
    [
        .. subject.Count == 0 ? [] : new[] { new GeneralName(GeneralName.DirectoryName, subject) },
        .. DistinguishedName.Values(subject, X509Name.EmailAddress).Select(address => new GeneralName(GeneralName.Rfc822Name, address)),
        .. alternatives?.GetNames() ?? [],
    ];

    static string Describe(GeneralName name) => name.TagNo switch
    {
        GeneralName.DirectoryName =>
            $"the name '{SubjectText.Shorten(DistinguishedName.Format(Asn1Sequence.GetInstance(name.Name.ToAsn1Object())))}'",
        GeneralName.Rfc822Name => $"the e-mail address {Quote(name)}",
        GeneralName.DnsName => $"the DNS name {Quote(name)}",
        GeneralName.UniformResourceIdentifier => $"the URI {Quote(name)}",
        GeneralName.IPAddress when Asn1OctetString.GetInstance(name.Name).GetOctets() is { Length: 4 or 16 } octets =>
            $"the IP address {new IPAddress(octets)}",
        _ => $"a name of the form {name.TagNo}",
    };

    static string Quote(GeneralName name) => $"'{SubjectText.Shorten(((IAsn1String)name.Name).GetString())}'";
}
