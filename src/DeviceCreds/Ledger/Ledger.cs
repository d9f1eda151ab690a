namespace DeviceCreds;

/// <summary>Reads ledgers: those written here, and the CA databases (index.txt) of <c>openssl ca</c>.</summary>
public static class Ledger
{
    /// <summary>Every entry, in the order of the file, one at a time: a ledger of millions takes no memory.</summary>
    /// <param name="path">The ledger; it may be one that a run is writing to.</param>
    /// <param name="malformed">Gets each line that is none, with its place, and the others go on; when it is null, the first such line is thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a line of it.</exception>
    public static IEnumerable<LedgerEntry> Read(string path, Action<InputException>? malformed = null)
    {
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            if (LedgerFormat.IsComment(lines.Line)) continue;
            LedgerEntry entry;
            try
            {
                if (!lines.IsWhole) throw Torn(path, lines.Number);
                entry = LedgerFormat.Read(lines.Line, path, lines.Number);
            }
            catch (InputException e) when (malformed is not null)
            {
                malformed(e);
                continue;
            }

            yield return entry;
        }
    }

    /// <summary>What there is to revoke: the certificates of some serial numbers, and every valid one of some endpoint names.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="serialNumbers">Serial numbers in hexadecimal.</param>
    /// <param name="endpointNames">Endpoint names, to the letter.</param>
    /// <param name="report">Gets what is not in the ledger, and what was revoked before.</param>
    /// <exception cref="InputException">The ledger cannot be read, or a serial number is none.</exception>
    public static IReadOnlyList<LedgerEntry> FindRevocable(string path, IEnumerable<string> serialNumbers, IEnumerable<string> endpointNames, Action<InputException> report)
    {
        var serials = new SerialNumberSet(serialNumbers);
        var names = new HashSet<string>(endpointNames, StringComparer.Ordinal);
        var found = Read(path).Where(e => serials.Contains(e.SerialNumber) || (names.Count > 0 && e.EndpointName is { } name && names.Contains(name) && e.State == LedgerState.Valid)).ToList();
        foreach (var serial in serials.Except(found.Select(e => e.SerialNumber))) report(new("SerialNumberNotFound", ErrorKind.NotFound, $"there is no certificate with the serial number {serial}.", "Was it issued with another -Ledger?", path));
        foreach (var name in names.Except(found.Select(e => e.EndpointName!))) report(new("EndpointNameNotFound", ErrorKind.NotFound, $"there is no valid certificate of '{SubjectText.Shorten(name)}'.", "See Get-IssuedCertificate.", path));
        foreach (var entry in found.Where(e => e.State == LedgerState.Revoked))
            report(new("AlreadyRevoked", ErrorKind.Conflict, FormattableString.Invariant($"{entry.SerialNumber} of '{SubjectText.Shorten(entry.EndpointName ?? "")}' was revoked before, at {entry.RevokedAt:yyyy-MM-dd HH:mm:ss}."), null, path));
        return [.. found.Where(e => e.State != LedgerState.Revoked)];
    }

    /// <summary>The serial numbers that are meant by certificates from one file or one chain: those of its devices, not of the CAs above them.</summary>
    public static IEnumerable<string> SerialNumbers(IReadOnlyList<DeviceCertificate> certificates) => CertificatePath.Leaves(certificates).Select(c => c.SerialNumber);

    internal static InputException Torn(string path, int line) =>
        new("LedgerLineTorn", ErrorKind.InvalidData, "the last line has no end; it is passed over, as OpenSSL does.", "A run is just writing it, or was cut short: the next run mends it.", path, line);
}
