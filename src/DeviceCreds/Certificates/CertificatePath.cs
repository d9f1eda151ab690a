namespace DeviceCreds;

/// <summary>
/// Finds who issued whom in a heap of certificates that anybody may have put together. Where several have the issuer's name
/// (cross-signed, a renewed key, a forgery), every way is tried until one leads to an anchor (RFC 5280, 6.1; RFC 4158).
/// </summary>
internal sealed class CertificatePath
{
    /// <summary>Deeper than any chain that a device takes; what is longer is a mistake or an attack.</summary>
    const int MaximumDepth = 16;

    /// <summary>How many of one name are looked at where any will do.</summary>
    const int MaximumCandidates = 64;

    /// <summary>How many candidates one heap may cost, each a signature at most, and how many more each leaf of it: an honest leaf costs a candidate a CA.</summary>
    const int Steps = 1024, StepsOfLeaf = 6;

    readonly ILookup<string, DeviceCertificate> _index;
    readonly HashSet<DeviceCertificate> _anchors;
    readonly DateTime? _now;
    int _steps = Steps;

    public CertificatePath(IEnumerable<DeviceCertificate> certificates, IReadOnlyCollection<DeviceCertificate> anchors, DateTime? now)
        : this(Index(certificates), [.. anchors], now)
    {
    }

    CertificatePath(ILookup<string, DeviceCertificate> index, HashSet<DeviceCertificate> anchors, DateTime? now) => (_index, _anchors, _now) = (index, anchors, now);

    /// <summary>The same heap at another time, to search it anew; from any thread.</summary>
    public CertificatePath Again(DateTime now) => new(_index, _anchors, now);

    /// <summary>The certificates from a leaf upwards, the leaf first: a valid path to an anchor where there is one, otherwise as far as the heap leads.</summary>
    public List<DeviceCertificate> Build(DeviceCertificate leaf)
    {
        _steps += StepsOfLeaf;
        var path = new List<DeviceCertificate> { leaf };
        if (_anchors.Count > 0 && !Ascend(path, isValid: true)) Ascend(path, isValid: false);
        Climb(path);
        return path;
    }

    /// <summary>The certificates from a leaf upwards, as far as the heap leads, when nobody is trusted more than others.</summary>
    public static List<DeviceCertificate> Build(DeviceCertificate leaf, IEnumerable<DeviceCertificate> certificates) => new CertificatePath(certificates, [], null).Build(leaf);

    /// <summary>The certificates of one subject, in any order.</summary>
    public IEnumerable<DeviceCertificate> Named(string subjectKey) => _index[subjectKey];

    /// <summary>Whether valid signatures lead from this certificate up to an anchor.</summary>
    public bool LeadsToAnchor(DeviceCertificate certificate) => _anchors.Contains(certificate) || (_anchors.Count > 0 && Ascend([certificate], isValid: true));

    /// <summary>
    /// Every certificate of each CA from whose keys signatures lead down to a leaf. Where a hostile heap costs too much,
    /// all of its CAs: who asks this wants to miss none.
    /// </summary>
    public HashSet<DeviceCertificate> Above(DeviceCertificate leaf)
    {
        var above = new HashSet<DeviceCertificate>();
        var waiting = new Queue<DeviceCertificate>([leaf]);
        var steps = Steps;
        while (waiting.Count > 0)
        {
            var current = waiting.Dequeue();
            foreach (var candidate in _index[current.IssuerKey])
            {
                if (--steps < 0) return [.. _index.SelectMany(g => g).Where(c => c.IsCertificateAuthority)];
                if (!above.Contains(candidate) && current.IsSignedBy(candidate) && above.Add(candidate)) waiting.Enqueue(candidate);
            }
        }

        above.Remove(leaf);
        return above;
    }

    bool Ascend(List<DeviceCertificate> path, bool isValid)
    {
        var current = path[^1];
        if (path.Count > 1 && _anchors.Contains(current)) return true;
        if (path.Count == MaximumDepth) return false;
        foreach (var candidate in Candidates(current))
        {
            // Also one that is passed over costs: thousands may stand here with one name and key.
            if (--_steps < 0) return false;
            if (IsOn(path, candidate) || (isValid && !MayStandAbove(candidate, path)) || !current.IsSignedBy(candidate)) continue;
            path.Add(candidate);
            if (Ascend(path, isValid)) return true;
            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    // Upwards from wherever the path has got to: the best of each step, without coming back.
    void Climb(List<DeviceCertificate> path)
    {
        while (path.Count < MaximumDepth && !path[^1].IsSelfSigned)
        {
            var candidates = Candidates(path[^1]).Take(MaximumCandidates).Where(c => !IsOn(path, c)).Take(MaximumDepth).ToList();
            if (candidates.Count == 0) break;
            _steps -= candidates.Count;
            var signers = _steps < 0 ? [] : candidates.Where(path[^1].IsSignedBy).ToList();
            // What merely has the name is worth telling of, but nothing above a self-issued certificate is.
            if (signers.Count == 0 && path[^1].IsSelfIssued) break;
            path.Add(signers.FirstOrDefault(c => MayStandAbove(c, path)) ?? signers.FirstOrDefault() ?? candidates[0]);
        }
    }

    // Those with the key that is named come first; only a hostile heap has many others.
    IEnumerable<DeviceCertificate> Candidates(DeviceCertificate current)
    {
        var all = _index[current.IssuerKey];
        return Extensions.AuthorityKeyIdentifier(current.Fields) is not { } key ? all
            : _index[Name(current.IssuerKey, key)].Concat(all.Where(c => !key.AsSpan().SequenceEqual(Extensions.SubjectKeyIdentifier(c.Fields))));
    }

    // A name and key that the path has already lead nowhere new.
    static bool IsOn(List<DeviceCertificate> path, DeviceCertificate candidate)
    {
        foreach (var certificate in path)
        {
            if (certificate.Equals(candidate) || IsSame(certificate, candidate)) return true;
        }

        return false;
    }

    static bool IsSame(DeviceCertificate a, DeviceCertificate b) => a.Point is { } point && a.SubjectKey == b.SubjectKey && point.AsSpan().SequenceEqual(b.Point);

    bool MayStandAbove(DeviceCertificate authority, List<DeviceCertificate> below) =>
        (_now is not { } time || (authority.Fields.NotBefore <= time && authority.Fields.NotAfter >= time))
        && IssuerRights.Problems(authority, IssuerRights.Count(below)).Count == 0
        && !below.Where((c, i) => ConstrainedNames.Find(authority, c, isLast: i == 0) is not null).Any();

    static string Name(string subject, byte[] keyIdentifier) => subject + " " + Hex.Encode(keyIdentifier);

    static ILookup<string, DeviceCertificate> Index(IEnumerable<DeviceCertificate> certificates) =>
        (from certificate in certificates.Distinct()
         let keyIdentifier = Extensions.SubjectKeyIdentifier(certificate.Fields)
         from key in keyIdentifier is null ? new[] { certificate.SubjectKey } : [certificate.SubjectKey, Name(certificate.SubjectKey, keyIdentifier)]
         select (key, certificate)).ToLookup(x => x.key, x => x.certificate);

    /// <summary>The certificates that issued no other one of the heap, in its order.</summary>
    public static List<DeviceCertificate> Leaves(IReadOnlyList<DeviceCertificate> certificates)
    {
        var issuers = new HashSet<string>(certificates.Where(c => !c.IsSelfIssued).Select(c => c.IssuerKey));
        return certificates.Where(c => !issuers.Contains(c.SubjectKey)).Distinct().ToList();
    }
}
