namespace DeviceCreds;

/// <summary>
/// Tests device certificates against the rule catalogue. Certificates in a file are never trusted: only the issuers given
/// here are anchors, and without them the report says that trust was not checked.
/// </summary>
public sealed class CertificateVerifier
{
    volatile Heap? _heap;
    IReadOnlyList<Rule>? _rules;

    /// <summary>The kind to test as; null to take it from the credential, the file's name, or an account ID, known or in the
    /// certificate.</summary>
    public CredentialKind? Kind { get; init; }

    /// <summary>The endpoint name that the certificate must carry; null to leave the comparison out.</summary>
    public string? EndpointName { get; init; }

    /// <summary>The account ID that an LwM2M certificate must carry; null to leave the comparison out.</summary>
    public string? AccountId { get; init; }

    /// <summary>The certificates to trust.</summary>
    public IReadOnlyList<DeviceCertificate> Issuers { get; init; } = [];

    /// <summary>The revocation lists in which the certificates are looked up; of any CAs and in any order.</summary>
    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; init; } = [];

    /// <summary>The device's key; null to leave the comparison out.</summary>
    public DeviceKey? Key { get; init; }

    /// <summary>How many certificates the device stores (device-certificate-chain-depth); null for what it can hold, 5.</summary>
    public int? ChainDepth { get; init; }

    /// <summary>The services whose rules are also tested; a report without them has no rule of a service.</summary>
    public IReadOnlyCollection<DeviceService> Services { get; init; } = [];

    /// <summary>The time to test for; null for now.</summary>
    public DateTime? At { get; init; }

    /// <summary>What is known about the certificates seen so far; several verifiers of one fleet may share it.</summary>
    public CertificateCache Cache { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Tests the certificates of one file: each that issued no other one there counts as a device's.</summary>
    public IEnumerable<DeviceCertificateReport> Test(IReadOnlyList<DeviceCertificate> bundle)
    {
        Cache.Share(bundle);
        var leaves = CertificatePath.Leaves(bundle);
        var devices = new HashSet<DeviceCertificate>(leaves.Where(l => !l.IsCertificateAuthority));
        var others = bundle.Where(c => !devices.Contains(c)).ToList();
        // Beside one device's certificate, a CA that issued nothing here is an unrelated certificate, not another device.
        if (leaves.Count(l => !l.IsCertificateAuthority) == 1) leaves.RemoveAll(l => l.IsCertificateAuthority);
        var heap = PathsAbove(others);
        var chains = leaves.Count > 1 ? new StoredChains(bundle, leaves) : null;
        foreach (var leaf in leaves.Count > 0 ? leaves : [.. bundle.Take(1)])
            yield return Run(leaf, chains?.Of(leaf) ?? bundle, heap, Kind
                ?? KindRule.Of([leaf.Path], AccountId ?? leaf.AccountId), EndpointName, AccountId, Key);
    }

    /// <summary>Tests a credential: its certificate, its chain as it is exported, and its key.</summary>
    // A credential that was read has its names only from its certificate: comparing them would prove nothing.
    public DeviceCertificateReport Test(DeviceCredential credential) =>
        Test(credential, credential.IsIssuedHere ? credential.EndpointName : null, credential.IsIssuedHere ? credential.AccountId : null);

    /// <summary>The same for a credential whose names are known from elsewhere.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="endpointName">The endpoint name that it must carry, unless this verifier has one; null to leave it out.</param>
    /// <param name="accountId">The same for the account ID.</param>
    internal DeviceCertificateReport Test(DeviceCredential credential, string? endpointName, string? accountId)
    {
        var chain = Cache.Share(credential.Chain.Certificates);
        var leaf = chain[0];
        var bundle = credential.HasChain ? chain : [leaf];
        return Run(leaf, bundle, PathsAbove([.. chain.Skip(1)]), Kind ?? credential.Kind, EndpointName ?? endpointName,
            AccountId ?? accountId, Key ?? credential.PrivateKey, credential.IsForDevelopment).With(credential.Columns);
    }

    // Each device has its own leaf and the same few CAs as the one before: the CAs are ordered once.
    CertificatePath PathsAbove(IReadOnlyList<DeviceCertificate> others)
    {
        var heap = _heap;
        if (heap is null || !heap.Others.SequenceEqual(others))
            _heap = heap = new(others, new CertificatePath(Cache.Share(Issuers).Concat(others), Issuers, Now));
        return heap.Paths.Again(Now);
    }

    DateTime Now => At?.ToUniversalTime() ?? Time.GetUtcNow().UtcDateTime;

    // Where several paths are possible, the best one counts: a rule passes when it passes on one of them.
    DeviceCertificateReport Run(DeviceCertificate leaf, IReadOnlyList<DeviceCertificate> bundle, CertificatePath heap, CredentialKind kind,
        string? endpointName, string? accountId, DeviceKey? key,
        bool isForDevelopment = false)
    {
        var paths = heap.Paths(leaf);
        var reports = paths.Select(path => new DeviceCertificateReport(new VerificationCase
        {
            Certificate = leaf, Bundle = bundle, Path = path, Heap = heap, Anchors = Issuers, Kind = kind, EndpointName = endpointName,
            AccountId = accountId, Key = key?.WithoutPrivateKey(), IsForDevelopment = isForDevelopment, ChainDepth = ChainDepth,
            RevocationLists = RevocationLists, Now = Now,
        }, Rules));
        return paths.Count == 1
            ? reports.Single()
            : reports.OrderBy(r => Count(r, CheckOutcome.Failed))
                .ThenBy(r => Count(r, CheckOutcome.Warning))
                .ThenBy(r => Count(r, CheckOutcome.Skipped))
                .First();
    }

    IReadOnlyList<Rule> Rules =>
        _rules ??= Services.Count == 0 ? RuleCatalogue.All : [.. RuleCatalogue.All, .. ServiceCatalogue.Of(Services)];

    static int Count(DeviceCertificateReport report, CheckOutcome outcome) => report.Checks.Count(c => c.Outcome == outcome);

    sealed record Heap(IReadOnlyList<DeviceCertificate> Others, CertificatePath Paths);
}
