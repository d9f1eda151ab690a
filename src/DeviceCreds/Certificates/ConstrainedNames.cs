using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Pkix;

namespace DeviceCreds;

/// <summary>
/// Name constraints (RFC 5280, 4.2.1.10 and 6.1.3 (b) and (c)): which names are allowed below a CA. BouncyCastle compares them.
/// </summary>
internal static class ConstrainedNames
{
    /// <summary>The forms of names that are compared; a constraint on another form forbids every name of that form.</summary>
    static readonly HashSet<int> Forms = [GeneralName.Rfc822Name, GeneralName.DnsName, GeneralName.DirectoryName,
        GeneralName.UniformResourceIdentifier, GeneralName.IPAddress];

    /// <summary>Why a CA's constraints forbid a subject with its alternative names; null when they do not, or there are none.</summary>
    public static string? Find(DeviceCertificate authority, Asn1Sequence subject, GeneralNames? alternatives = null)
    {
        if (authority.Fields.Extension(X509Extensions.NameConstraints) is null) return null;
        if (Extensions.NameConstraints(authority.Fields) is not { } constraints) return "the constraints are damaged";
        try
        {
            var permitted = Subtrees(constraints.PermittedSubtreesValue);
            var excluded = Subtrees(constraints.ExcludedSubtreesValue);
            var names = Names(subject, alternatives).ToList();
            foreach (var subtree in permitted.Concat(excluded))
            {
                // RFC 5280 does not use minimum and maximum; a constraint that has them cannot be judged.
                if (subtree.MinimumObject is { Value.SignValue: not 0 } || subtree.MaximumObject is not null)
                    return "a constraint has a minimum or maximum, which is not processed here";
                if (!Forms.Contains(subtree.Base.TagNo) && names.Any(n => n.TagNo == subtree.Base.TagNo))
                    return $"there is a constraint on names of the form {subtree.Base.TagNo}, which is not processed here";
            }

            var validator = new PkixNameConstraintValidator();
            // Each form separately: only names of a constrained form are restricted.
            if (permitted.Length > 0)
                validator.IntersectPermittedSubtree(
                    new DerSequence(permitted.Where(s => Forms.Contains(s.Base.TagNo)).ToArray<Asn1Encodable>()));
            foreach (var subtree in excluded.Where(s => Forms.Contains(s.Base.TagNo))) validator.AddExcludedSubtree(subtree);
            foreach (var name in names.Where(n => Forms.Contains(n.TagNo))) validator.CheckName(name);
            return null;
        }
        catch (PkixNameConstraintValidatorException)
        {
            return "its names are not permitted, or are excluded";
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return "the names cannot be compared with the constraints";
        }
    }

    /// <summary>The same for an existing certificate; also null for a CA that only renews its own key.</summary>
    public static string? Find(DeviceCertificate authority, DeviceCertificate below, bool isLast)
    {
        if (authority.Fields.Extension(X509Extensions.NameConstraints) is null || (below.IsSelfIssued && !isLast)) return null;
        var alternatives = Extensions.AlternativeNames(below.Fields);
        return alternatives is null && below.Fields.Extension(X509Extensions.SubjectAlternativeName) is not null
            ? "its alternative names are damaged"
            : Find(authority, below.Fields.Subject, alternatives);
    }

    // An e-mail address in the subject counts as one among the alternative names (4.2.1.10).
    static IEnumerable<GeneralName> Names(Asn1Sequence subject, GeneralNames? alternatives) =>
    [
        .. subject.Count == 0 ? [] : new[] { new GeneralName(GeneralName.DirectoryName, subject) },
        .. DistinguishedName.Values(subject, X509Name.EmailAddress).Select(address => new GeneralName(GeneralName.Rfc822Name, address)),
        .. alternatives?.GetNames() ?? [],
    ];

    static GeneralSubtree[] Subtrees(GeneralSubtrees? subtrees) => subtrees?.GetElements() ?? [];
}
