namespace DeviceCreds;

/// <summary>Certificates from the leaf to the root, each signed by the next.</summary>
public sealed class CertificateChain
{
    internal CertificateChain(IReadOnlyList<DeviceCertificate> certificates, IReadOnlyList<CertificateAuthority>? authorities = null)
    {
        // Arrays: PowerShell cannot index into a type that only implements IReadOnlyList.
        Certificates = certificates.ToArray();
        Authorities = authorities?.ToArray() ?? [];
    }

    /// <summary>The certificates, leaf first.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates { get; }

    /// <summary>How many certificates there are.</summary>
    public int Length => Certificates.Count;

    /// <summary>The first certificate: the one that issued no other certificate here.</summary>
    public DeviceCertificate Leaf => Certificates[0];

    /// <summary>The self-signed certificate at the end; null when the chain ends before its root.</summary>
    public DeviceCertificate? Root => Certificates[Certificates.Count - 1] is { IsSelfSigned: true } root ? root : null;

    /// <summary>
    /// Every CA of the chain whose key is at hand, the root first: all of a chain that was made here, none of one that was read. Anyone who
    /// does not keep the root's key can never sign another CA, or a revocation list of the root's.
    /// </summary>
    public IReadOnlyList<CertificateAuthority> Authorities { get; }

    /// <summary>The authority at the bottom of the chain, when its key is at hand: it issues devices.</summary>
    public CertificateAuthority? Issuer => Authorities.Count > 0 ? Authorities[Authorities.Count - 1] : null;

    /// <summary>The certificates in PEM, leaf first, with a line feed at the end.</summary>
    /// <param name="depth">How many certificates at most; 0 for all.</param>
    /// <param name="excludeRoot">Whether to leave out a self-signed certificate at the end.</param>
    public string ToPem(int depth = 0, bool excludeRoot = false) =>
        string.Concat(Select(depth, excludeRoot).Select(c => c.CertificatePem + "\n"));

    /// <summary>The certificates that are written when depth and root are limited; the leaf always is.</summary>
    internal IReadOnlyList<DeviceCertificate> Select(int depth, bool excludeRoot) =>
        [Leaf, .. Above(Certificates.Skip(1).ToList(), depth, excludeRoot)];

    /// <summary>Of the certificates above a leaf those that are written with it.</summary>
    internal static IEnumerable<DeviceCertificate> Above(IReadOnlyList<DeviceCertificate> issuers, int depth, bool excludeRoot)
    {
        var count = excludeRoot && issuers.Count > 0 && issuers[issuers.Count - 1].IsSelfIssued ? issuers.Count - 1 : issuers.Count;
        return issuers.Take(depth > 0 ? Math.Min(depth - 1, count) : count);
    }

    /// <summary>Creates one CA under the other, the root first; each may have as many CAs below it as follow here.</summary>
    /// <param name="names">The CAs' common names, root first.</param>
    /// <param name="validity">How long they are valid.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The chain, whose <see cref="Issuer"/> is the last CA.</returns>
    /// <exception cref="IssuanceException">A name or the validity is not possible, or two CAs have one name.</exception>
    public static CertificateChain Create(IReadOnlyList<string> names, ValidityRequest? validity = null, TimeProvider? time = null)
    {
        if (names.Count == 0)
            throw new IssuanceException("NameMissing", ErrorKind.InvalidArgument, "A chain has at least one CA.",
                "Give at least the root's name.");
        if (names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new IssuanceException("NameDuplicate", ErrorKind.Conflict,
                $"The CA's name '{SubjectText.Shorten(twice.Key)}' "
                    + $"is used {twice.Count()} times in one chain: the lower would look self-signed.", "Give each CA a name of its own.");
        var authorities = new List<CertificateAuthority>();
        for (var i = 0; i < names.Count; i++)
            authorities.Add(CertificateAuthority.Create(
                names[i], authorities.LastOrDefault(), validity?.Delayed(i), names.Count - 1 - i, null, time));
        return new CertificateChain(authorities[authorities.Count - 1].Chain.Certificates, authorities);
    }

    /// <summary>Orders the certificates of one chain, and checks that each is signed by the next.</summary>
    /// <exception cref="InputException">They are not one chain, or a signature does not verify.</exception>
    public static CertificateChain Order(IReadOnlyList<DeviceCertificate> certificates)
    {
        var distinct = certificates.Distinct().ToList();
        if (distinct.Count == 0) throw Broken("ChainEmpty", "There are no certificates here.", "Give at least one.");
        var leaves = CertificatePath.Leaves(distinct);
        if (leaves.Count != 1)
        {
            var subjects = string.Join("; ", leaves.Take(3).Select(l => SubjectText.Shorten(l.Subject)));
            throw leaves.Count == 0
                ? Broken("ChainCircular",
                    "The certificates name each other as issuers in a circle.",
                    "Give the certificates of one chain.")
                : Broken("ChainSeveralLeaves",
                    $"expected one chain, found {leaves.Count}: {subjects} issued no other certificate here.",
                    "Give the certificates of one chain, with none missing between them.");
        }

        var path = EnsureSigned(CertificatePath.Build(leaves[0], distinct));
        if (path.Count != distinct.Count)
            throw Broken("ChainLeftover",
                $"{distinct.Count - path.Count} of the {distinct.Count} certificates "
                    + $"do not belong to the chain of '{SubjectText.Shorten(leaves[0].Subject)}'.",
                "Give the certificates of one chain.");
        return new CertificateChain(path);
    }

    /// <exception cref="InputException">One of the path's certificates is not signed by the next.</exception>
    internal static IReadOnlyList<DeviceCertificate> EnsureSigned(IReadOnlyList<DeviceCertificate> path)
    {
        for (var i = 0; i + 1 < path.Count; i++)
        {
            var (certificate, issuer) = (path[i], path[i + 1]);
            if (certificate.IsSignedBy(issuer)) continue;
            var (name, issuerName) = (SubjectText.Shorten(certificate.Subject), SubjectText.Shorten(issuer.Subject));
            throw certificate.FindUnverifiable(issuer) is { } reason
                ? Broken("ChainSignatureInvalid", $"The signature of '{name}' cannot be verified: {reason}.",
                    $"Devices accept only ecdsa-with-SHA256 and P-256. Use a CA below a root on P-256, or leave '{issuerName}' out.")
                : Broken("ChainSignatureInvalid", $"'{name}' names '{issuerName}' as its issuer, but is not signed by its key.",
                    "Give the issuer's right certificate: another CA may have the same name.");
        }

        return path;
    }

    static InputException Broken(string id, string message, string advice) => new(id, ErrorKind.InvalidData, message, advice);

    /// <summary>The subjects, leaf first.</summary>
    public override string ToString() => string.Join(" <- ", Certificates);
}
