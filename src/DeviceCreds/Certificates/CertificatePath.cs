namespace DeviceCreds;

/// <summary>Finds who issued whom in a heap of certificates.</summary>
internal static class CertificatePath
{
    /// <summary>Deeper than any chain that a device takes; what is longer is a mistake or an attack.</summary>
    const int MaximumDepth = 16;

    /// <summary>The certificates from a leaf upwards, as far as the heap leads; the leaf comes first.</summary>
    /// <remarks>A certificate is the issuer when its subject is the issuer's name; where several have it, the one whose key signed.</remarks>
    public static List<DeviceCertificate> Build(DeviceCertificate leaf, ILookup<string, DeviceCertificate> bySubject)
    {
        var path = new List<DeviceCertificate> { leaf };
        while (path.Count < MaximumDepth && !path[^1].IsSelfIssued)
        {
            var current = path[^1];
            var candidates = bySubject[DistinguishedName.Normalise(current.Fields.Issuer)].Where(c => !path.Contains(c)).Take(MaximumDepth).ToList();
            if (candidates.Count == 0) break;
            path.Add(candidates.FirstOrDefault(current.IsSignedBy) ?? candidates[0]);
        }

        return path;
    }

    public static ILookup<string, DeviceCertificate> Index(IEnumerable<DeviceCertificate> certificates) => certificates.ToLookup(c => DistinguishedName.Normalise(c.Fields.Subject));

    /// <summary>The certificates that issued no other one of the heap, in its order.</summary>
    public static List<DeviceCertificate> Leaves(IReadOnlyList<DeviceCertificate> certificates)
    {
        var issuers = new HashSet<string>(certificates.Where(c => !c.IsSelfIssued).Select(c => DistinguishedName.Normalise(c.Fields.Issuer)));
        return certificates.Where(c => !issuers.Contains(DistinguishedName.Normalise(c.Fields.Subject))).Distinct().ToList();
    }
}
