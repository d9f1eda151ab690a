using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// Whether a path has a certificate policy where a certificate of it requires one (RFC 5280, 4.2.1.11 and 6.1). Every policy is accepted
/// here, so where none is required, a path is valid whatever its policies, if their extensions have the form of RFC 5280: one that maps
/// anyPolicy, for example, does not (<see cref="Extensions.FindMalformed"/>).
/// </summary>
internal static class ExplicitPolicy
{
    /// <summary>
    /// Whether a CA requires a policy of a device's certificate below it, whether its policyConstraints are critical or not.
    /// </summary>
    /// <param name="authority">The CA.</param>
    /// <param name="authoritiesBelow">How many CAs stand between, as <see cref="IssuerRights.Count"/> counts them.</param>
    // 6.1.4 (h) and 6.1.5 (a): each certificate below counts the number down, those that only renew a key excepted.
    public static bool IsRequired(DeviceCertificate authority, int authoritiesBelow) =>
        Extensions.RequireExplicitPolicy(authority.Fields) <= authoritiesBelow + 1;

    /// <summary>Which policy is required and missing, in a sentence; null when none is.</summary>
    /// <param name="path">A path, the leaf first; its last certificate is the anchor, whose policies do not count.</param>
    public static string? FindProblem(IReadOnlyList<DeviceCertificate> path)
    {
        if (FindRequiring(path) is not { } requiring) return null;
        var requires = $"'{SubjectText.Shorten(requiring.Subject)}' requires a certificate policy (requireExplicitPolicy)";
        for (var i = 1; i < path.Count - 1; i++)
        {
            if (path[i].Fields.Extension(X509Extensions.PolicyMappings) is not null)
                return $"{requires}, and the policyMappings of '{SubjectText.Shorten(path[i].Subject)}' are not processed here.";
        }

        return HasPolicy(path) ? null : $"{requires}, and there is none that the certificate and the CAs above it have in common.";
    }

    static DeviceCertificate? FindRequiring(IReadOnlyList<DeviceCertificate> path)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            if (IsRequired(path[i], IssuerRights.Count(path, i))) return path[i];
        }

        // 6.1.5 (b): the last certificate counts only with 0.
        return Extensions.RequireExplicitPolicy(path[0].Fields) == 0 ? path[0] : null;
    }

    // 6.1.3 (d) and (e), without a tree: as no policy is mapped to another, those that are left are the same at each depth.
    static bool HasPolicy(IReadOnlyList<DeviceCertificate> path)
    {
        HashSet<DerObjectIdentifier>? common = null;
        var untilInhibited = Extensions.InhibitAnyPolicy(path[path.Count - 1].Fields);
        for (var i = path.Count - 2; i >= 0; i--)
        {
            var (fields, isRenewal) = (path[i].Fields, i > 0 && path[i].IsSelfIssued);
            if (Extensions.Policies(fields) is not { } own) return false;
            if (!own.Contains(Extensions.AnyPolicy) || (untilInhibited <= 0 && !isRenewal))
                common = [.. own.Where(p => !p.Equals(Extensions.AnyPolicy) && common?.Contains(p) != false)];
            untilInhibited = Math.Min(isRenewal ? untilInhibited : untilInhibited - 1, Extensions.InhibitAnyPolicy(fields));
        }

        return common is not { Count: 0 };
    }
}
