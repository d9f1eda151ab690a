namespace DeviceCreds;

/// <summary>Makes CAs and records them in a ledger, or in none. A CA that cannot be recorded is not made.</summary>
public sealed class AuthorityRun : IDisposable
{
    readonly IssuanceLedger? _ledger;
    readonly EarlierRuns _earlier;

    AuthorityRun(IssuanceLedger? ledger, bool allowDuplicate, Action<string> warn)
    {
        _ledger = ledger;
        _earlier = new EarlierRuns(ledger, null, allowDuplicate, warn);
    }

    /// <summary>Begins a run.</summary>
    /// <param name="ledger">The ledger's path; null for none.</param>
    /// <param name="allowDuplicate">Whether a name may get a second valid certificate.</param>
    /// <param name="options">How long to wait for the ledger, and who is warned.</param>
    /// <exception cref="OutputException">Another run has the ledger open, or it cannot be written.</exception>
    /// <exception cref="InputException">The file is there and is not a ledger, or a line of it is wrong.</exception>
    public static AuthorityRun Open(string? ledger, bool allowDuplicate, LedgerOptions options) =>
        new(ledger is null ? null : IssuanceLedger.Open(ledger, options), allowDuplicate, options.Warn ?? (_ => { }));

    /// <summary>Makes a new CA.</summary>
    /// <param name="order">What it must be.</param>
    /// <param name="make">Makes it.</param>
    /// <exception cref="IssuanceException">The ledger has a valid certificate of this name, or the issuer as revoked; or the order is not
    /// possible.</exception>
    public CertificateAuthority Issue(AuthorityOrder order, Func<AuthorityOrder, CertificateAuthority> make)
    {
        if (_ledger is not { } ledger) return make(order);
        if (order.Issuer is { } issuer) ledger.EnsureNotRevoked(issuer);
        _earlier.EnsureNameFree(order.Name);
        return make(order with { Record = authority => ledger.Record(authority) });
    }

    /// <summary>Renews a CA, and records which certificate it renews.</summary>
    /// <inheritdoc cref="AuthorityRenewal.Renew"/>
    /// <exception cref="IssuanceException">It is revoked, or may have a compromised key, and would keep its key; or as above.</exception>
    public CertificateAuthority Renew(
        CertificateAuthority authority, AuthorityOrder order, bool newKey, CancellationToken cancel = default)
    {
        if (_ledger is not { } ledger) return AuthorityRenewal.Renew(authority, order, newKey, cancel);
        if (order.Issuer is { } issuer) ledger.EnsureNotRevoked(issuer);
        if (!newKey) ledger.EnsureKeyMayBeKept(authority.SerialNumber, authority.Name, "Renew it with -NewKey, or make a new CA.");
        var recorded = order with { Record = made => ledger.Record(made, authority.SerialNumber, newKey) };
        return AuthorityRenewal.Renew(authority, recorded, newKey, cancel);
    }

    /// <summary>Makes a chain of new CAs, the root first.</summary>
    /// <inheritdoc cref="CertificateChain.Create"/>
    public CertificateChain IssueChain(IReadOnlyList<string> names, ValidityRequest? validity)
    {
        if (_ledger is not { } ledger) return CertificateChain.Create(names, validity);
        foreach (var name in names) _earlier.EnsureNameFree(name);
        var chain = CertificateChain.Create(names, validity);
        ledger.RecordChain(chain.Authorities);
        return chain;
    }

    /// <summary>Ends the run: what was recorded is there.</summary>
    /// <exception cref="OutputException">The ledger cannot be written.</exception>
    public void Complete() => _ledger?.Complete();

    /// <summary>Releases the ledger.</summary>
    public void Dispose() => _ledger?.Dispose();
}
