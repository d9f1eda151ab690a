using System.Collections.Concurrent;

namespace DeviceCreds;

/// <summary>
/// Finds who issued whom in a set of certificates that may come from anybody. Where several have the issuer's name
/// (cross-signed, renewed, forged), every path is tried (RFC 5280, 6.1; RFC 4158). The order of the certificates
/// does not matter.
/// </summary>
internal sealed class CertificatePath
{
    /// <summary>Deeper than any chain that a device accepts; a longer one is a mistake or an attack.</summary>
    public const int MaximumDepth = 16;

    /// <summary>How many paths upwards are distinguished; only a hostile set has more.</summary>
    const int MaximumWays = 64;

    /// <summary>How many paths of a leaf are worth judging.</summary>
    const int MaximumPaths = 16;

    /// <summary>
    /// How many signatures one set may cost, and how many more for each leaf in it: an honest leaf costs one for each CA above it,
    /// and, when it does not name its issuer's key, one for each trusted CA of its issuer's name.
    /// </summary>
    const int Steps = 1024,
        StepsOfLeaf = 6;

    /// <summary>How many of the signatures above a leaf may be ones that devices do not verify: those cost up to 20 ms each.</summary>
    const int ServerSteps = 16;

    readonly Dictionary<string, KnownAuthority[]> _authorities;
    readonly HashSet<DeviceCertificate> _anchors;
    readonly ConcurrentDictionary<DeviceCertificate, IReadOnlyList<DeviceCertificate[]>> _ways;
    readonly DateTime? _now;
    int _steps = Steps;

    public CertificatePath(IEnumerable<DeviceCertificate> certificates, IReadOnlyCollection<DeviceCertificate> anchors, DateTime? now)
        : this(Index(certificates), [.. anchors], new(), now) { }

    CertificatePath(Dictionary<string, KnownAuthority[]> authorities, HashSet<DeviceCertificate> anchors,
        ConcurrentDictionary<DeviceCertificate, IReadOnlyList<DeviceCertificate[]>> ways, DateTime? now) =>
        (_authorities, _anchors, _ways, _now) = (authorities, anchors, ways, now);

    /// <summary>The same set at another time, to search it again; from any thread.</summary>
    public CertificatePath Again(DateTime now) => new(_authorities, _anchors, _ways, now);

    /// <summary>
    /// The paths from a leaf upwards, the leaf first: the valid ones to an anchor, otherwise those whose signatures
    /// are right, otherwise one as far as the set leads. There is always one.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<DeviceCertificate>> Paths(DeviceCertificate leaf)
    {
        _steps += StepsOfLeaf + Of(leaf.IssuerKey).Count(a => a.Certificates.Any(_anchors.Contains));
        var all = _anchors.Count == 0 ? [] : WaysUp(leaf);
        var valid = all.Where(IsValid).Take(MaximumPaths).ToList();
        var paths = valid.Count > 0 ? valid : [.. all.Take(MaximumPaths)];
        foreach (var path in paths) Climb(path, isTrusted: true);
        if (paths.Count > 0) return paths;
        var alone = new List<DeviceCertificate> { leaf };
        Climb(alone, isTrusted: false);
        return [alone];
    }

    /// <summary>The first of the paths from a leaf upwards.</summary>
    public IReadOnlyList<DeviceCertificate> Build(DeviceCertificate leaf) => Paths(leaf)[0];

    /// <summary>The certificates from a leaf upwards, as far as the set leads, when there are no anchors.</summary>
    public static IReadOnlyList<DeviceCertificate> Build(DeviceCertificate leaf, IEnumerable<DeviceCertificate> certificates) =>
        new CertificatePath(certificates, [], null).Build(leaf);

    /// <summary>Whether the set had more CAs of one name than are tried: a path may have been missed.</summary>
    public bool IsExhausted => _steps < 0;

    /// <summary>The certificates of one subject.</summary>
    public IEnumerable<DeviceCertificate> Named(string subjectKey) => Of(subjectKey).SelectMany(a => a.Certificates);

    /// <summary>The CA whose certificate this is, with all of its certificates.</summary>
    public KnownAuthority Authority(DeviceCertificate certificate) =>
        Array.Find(Of(certificate.SubjectKey), a => a.Has(certificate)) ?? new([certificate]);

    /// <summary>Whether valid signatures lead from a CA up to an anchor.</summary>
    public bool LeadsToAnchor(DeviceCertificate authority) => _anchors.Count > 0 && WaysToAnchor(authority).Any(IsValid);

    /// <summary>
    /// Every certificate of each CA whose signatures, by any algorithm that servers verify, lead down to a leaf. Where a hostile
    /// set costs too much, all of its CAs, so that none is missed.
    /// </summary>
    public HashSet<DeviceCertificate> Above(DeviceCertificate leaf)
    {
        var above = new HashSet<DeviceCertificate>();
        var waiting = new Queue<DeviceCertificate>([leaf]);
        var (steps, serverSteps) = (Steps, ServerSteps);
        while (waiting.Count > 0)
        {
            var current = waiting.Dequeue();
            foreach (var authority in Of(current.IssuerKey))
            {
                var isKnown = above.Contains(authority.Oldest);
                if (--steps < 0 || (!isKnown && !current.IsForDevices(authority.Oldest) && --serverSteps < 0))
                    return [.. _authorities.Values.SelectMany(g => g).SelectMany(a => a.Certificates).Where(c => c.IsCertificateAuthority)];
                if (isKnown || !current.IsIssuedBy(authority.Oldest)) continue;
                above.UnionWith(authority.Certificates);
                foreach (var certificate in authority.Certificates) waiting.Enqueue(certificate);
            }
        }

        above.Remove(leaf);
        return above;
    }

    List<List<DeviceCertificate>> WaysUp(DeviceCertificate leaf)
    {
        var ways = new List<List<DeviceCertificate>>();
        foreach (var authority in IssuersOf(leaf))
        {
            // Another CA did not make this signature, too.
            if (ways.Count > 0 && Extensions.AuthorityKeyIdentifier(leaf.Fields) is { } named && !authority.HasIdentifier(named)) break;
            if (!Afford() || authority.Has(leaf) || !authority.Signed(leaf)) continue;
            foreach (var certificate in authority.Certificates)
            {
                foreach (var way in WaysToAnchor(certificate))
                {
                    if (ways.Count == MaximumWays) return ways;
                    ways.Add([leaf, .. way]);
                }
            }
        }

        return ways;
    }

    // Computed once for each CA, as many leaves share it.
    IReadOnlyList<DeviceCertificate[]> WaysToAnchor(DeviceCertificate authority) =>
        _ways.GetOrAdd(authority, start =>
        {
            var found = new List<DeviceCertificate[]>();
            Ascend([start], found);
            return found;
        });

    void Ascend(List<DeviceCertificate> path, List<DeviceCertificate[]> found)
    {
        var current = path[^1];
        if (_anchors.Contains(current)) found.Add([.. path]);
        else if (path.Count < MaximumDepth - 1)
        {
            foreach (var authority in IssuersOf(current).Where(a => Afford() && !IsOn(path, a) && a.Signed(current)))
            {
                foreach (var certificate in authority.Certificates)
                {
                    if (found.Count == MaximumWays || !Afford()) return;
                    path.Add(certificate);
                    Ascend(path, found);
                    path.RemoveAt(path.Count - 1);
                }
            }
        }
    }

    // Continues the path upwards with the best candidate of each step, without backtracking.
    void Climb(List<DeviceCertificate> path, bool isTrusted)
    {
        while (path.Count < MaximumDepth && !path[^1].IsSelfSigned)
        {
            var current = path[^1];
            var authorities = IssuersOf(current).Where(a => Afford() && !IsOn(path, a)).ToList();
            var signers = authorities.Where(a => a.Signed(current))
                .SelectMany(a => _now is null ? a.BestFirst(current, TimeProvider.System.GetUtcNow().UtcDateTime) : a.Certificates)
                .Take(MaximumWays);
            var next = signers.FirstOrDefault(c => MayStandAbove(c, path, path.Count)) ?? signers.FirstOrDefault();
            // A certificate that only has the name is worth reporting, but nothing above a self-issued or trusted certificate is.
            if (next is null && !current.IsSelfIssued && !isTrusted) next = authorities.FirstOrDefault()?.Oldest;
            if (next is null) break;
            path.Add(next);
        }
    }

    bool Afford() => --_steps >= 0;

    KnownAuthority[] Of(string subjectKey) => _authorities.TryGetValue(subjectKey, out var authorities) ? authorities : [];

    // Those with the key that is named come first; only a hostile set has many others.
    IReadOnlyList<KnownAuthority> IssuersOf(DeviceCertificate certificate)
    {
        var all = Of(certificate.IssuerKey);
        return all.Length > 1 && Extensions.AuthorityKeyIdentifier(certificate.Fields) is { } key
            ? [.. all.OrderBy(a => !a.HasIdentifier(key))]
            : all;
    }

    // A CA that is already in the path leads nowhere new.
    static bool IsOn(List<DeviceCertificate> path, KnownAuthority authority) => path.Exists(authority.Has);

    bool IsValid(IReadOnlyList<DeviceCertificate> path)
    {
        for (var i = 1; i < path.Count; i++)
        {
            if (!MayStandAbove(path[i], path, i)) return false;
        }

        return ExplicitPolicy.FindProblem(path) is null;
    }

    /// <param name="authority">The CA.</param>
    /// <param name="path">The certificates below it.</param>
    /// <param name="length">How many of the path's certificates are below it.</param>
    bool MayStandAbove(DeviceCertificate authority, IReadOnlyList<DeviceCertificate> path, int length)
    {
        if (_now is { } time && (authority.Fields.NotBefore > time || authority.Fields.NotAfter < time)) return false;
        if (IssuerRights.Problems(authority, IssuerRights.Count(path, length)).Count > 0) return false;
        for (var i = 0; i < length; i++)
        {
            if (ConstrainedNames.Find(authority, path[i], isLast: i == 0) is not null) return false;
        }

        return true;
    }

    static Dictionary<string, KnownAuthority[]> Index(IEnumerable<DeviceCertificate> certificates) =>
        certificates
            .Distinct()
            .GroupBy(c => (c.SubjectKey, Key: Hex.Encode(c.KeyBytes)))
            .Select(g => new KnownAuthority(g))
            .OrderBy(a => a.Oldest, KnownAuthority.Order)
            .GroupBy(a => a.Oldest.SubjectKey)
            .ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    /// <summary>The certificates that issued no other certificate of the set, in its order.</summary>
    public static List<DeviceCertificate> Leaves(IReadOnlyList<DeviceCertificate> certificates)
    {
        var issuers = new HashSet<string>(certificates.Where(c => c.IssuerKey != c.SubjectKey).Select(c => c.IssuerKey));
        return certificates.Where(c => !issuers.Contains(c.SubjectKey)).Distinct().ToList();
    }
}
