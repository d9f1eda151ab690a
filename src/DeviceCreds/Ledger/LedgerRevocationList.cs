namespace DeviceCreds;

/// <summary>Makes a CA's revocation list from its ledger.</summary>
public static class LedgerRevocationList
{
    /// <summary>How long a list holds, unless told otherwise: what OpenSSL's own configuration has.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);

    /// <summary>A list of all that the ledger says is revoked, with the next number.</summary>
    /// <param name="issuer">The CA whose ledger it is, with its private key.</param>
    /// <param name="ledger">The ledger; a run may be writing to it.</param>
    /// <param name="nextUpdate">When the next list will come at the latest; by default in 30 days.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="timeout">How long to wait while another process makes a list from this ledger.</param>
    /// <param name="cancel">Ends the waits.</param>
    /// <exception cref="InputException">The ledger cannot be read.</exception>
    /// <exception cref="IssuanceException">The CA may not sign lists, or the next update is not later than now.</exception>
    /// <exception cref="OutputException">The number cannot be kept.</exception>
    public static CertificateRevocationList Create(CertificateAuthority issuer, string ledger, DateTime? nextUpdate = null,
        TimeProvider? time = null, TimeSpan timeout = default,
        CancellationToken cancel = default)
    {
        var path = Path.GetFullPath(ledger);
        if (!File.Exists(path)) throw InputFile.Explain(new FileNotFoundException(), path)!;
        var now = Lifetime.EnsureClock((time ?? TimeProvider.System).GetUtcNow().UtcDateTime);
        // The ledger is read while the number is held: a list with a higher number never knows less.
        using var number = RevocationListNumber.Open(path, new LedgerOptions { Timeout = timeout, Cancel = cancel });
        var list = CertificateRevocationList.Create(issuer, Revoked(path), number.Next, now, nextUpdate ?? now + DefaultPeriod, cancel);
        number.Use();
        return list;
    }

    static IEnumerable<RevokedCertificate> Revoked(string path) =>
        from entry in Ledger.Read(path, e => { if (e.ErrorId != "LedgerLineTorn") throw e; })
        let revocation = entry.Revocation
        where revocation is not null
        select new RevokedCertificate(entry.SerialNumber, revocation.At, revocation.Reason);
}
