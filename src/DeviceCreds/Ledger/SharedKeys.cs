namespace DeviceCreds;

/// <summary>
/// Certificates that may have one key: the notes of a ledger say that one renews the other, and not that a new key was made for it.
/// </summary>
internal static class SharedKeys
{
    /// <summary>The digests (<see cref="DigestOf"/>) of all certificates that may have the key of some of them.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="isMeant">Whether a certificate is one of those some.</param>
    public static HashSet<NameHash> Of(string path, Func<LedgerEntry, bool> isMeant)
    {
        var found = new HashSet<NameHash>();
        var renewals = new List<(NameHash New, NameHash Old)>();
        foreach (var entry in Ledger.ReadFile(path, _ => { }))
        {
            var serial = DigestOf(entry.SerialNumber);
            if (isMeant(entry)) found.Add(serial);
            if (entry is { Renews: { } old, HasNewKey: false }) renewals.Add((serial, DigestOf(old)));
        }

        // Lines of ledgers that were merged are in any order.
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var (renewal, old) in renewals)
            {
                if (found.Contains(renewal)) found.Add(old);
                else if (found.Contains(old)) found.Add(renewal);
            }
        }

        return found;
    }

    /// <summary>The digest of a serial number.</summary>
    public static NameHash DigestOf(string serialNumber) => NameHash.Of(SerialNumbers.Normalise(serialNumber) ?? serialNumber);
}
