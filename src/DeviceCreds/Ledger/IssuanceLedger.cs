using System.Text;

namespace DeviceCreds;

/// <summary>
/// The record of every certificate that was issued: OpenSSL's CA database (index.txt), which <c>openssl ca</c> and
/// <c>openssl ocsp</c> take as it stands. One process writes to it at a time; any thread of it may.
/// </summary>
public sealed class IssuanceLedger : IDisposable
{
    readonly object _gate = new();
    readonly LedgerLock _lock;
    readonly TimeProvider _time;
    HashSet<NameHash>? _valid;
    SerialNumberSet? _revoked;

    IssuanceLedger(string path, LedgerLock taken, TimeProvider time, string? warning)
    {
        Path = path;
        _lock = taken;
        _time = time;
        Warning = warning;
    }

    /// <summary>The ledger's path.</summary>
    public string Path { get; }

    /// <summary>What had to be mended on opening, in words; null when nothing had.</summary>
    public string? Warning { get; }

    /// <summary>Opens a ledger for writing, or begins one; what a run that was cut short left behind its last whole line is moved aside.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <exception cref="OutputException">Another run has it open, or it cannot be written.</exception>
    /// <exception cref="InputException">The file is there and is not a ledger.</exception>
    public static IssuanceLedger Open(string path, TimeProvider? time = null)
    {
        path = System.IO.Path.GetFullPath(path);
        LedgerFile.CreateFolder(path);
        var taken = LedgerLock.Take(path);
        try
        {
            LedgerFile.Create(path);
            return new(path, taken, time ?? TimeProvider.System, LedgerFile.Mend(path));
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Whether a certificate for this subject is recorded that is neither revoked nor past its end.</summary>
    /// <param name="endpointName">The endpoint name (CN).</param>
    /// <param name="accountId">The account ID (OU); null for a subject without one.</param>
    /// <exception cref="InputException">The ledger has a line that is none.</exception>
    public bool HasValid(string endpointName, string? accountId = null)
    {
        var hash = NameHash.Of(OneLineName.Create(endpointName, accountId));
        lock (_gate) return (_valid ??= ReadValid()).Contains(hash);
    }

    /// <summary>Whether a certificate is recorded as revoked.</summary>
    /// <param name="serialNumber">Its serial number in hexadecimal.</param>
    /// <exception cref="InputException">The ledger has a line that is none.</exception>
    public bool IsRevoked(string serialNumber)
    {
        lock (_gate) return (_revoked ??= new(Ledger.Read(Path).Where(e => e.State == LedgerState.Revoked).Select(e => e.SerialNumber))).Contains(serialNumber);
    }

    /// <summary>Records certificates: when this returns, the disk has them all; when it throws, it has none. A group of a hundred costs little more than one.</summary>
    /// <exception cref="OutputException">The disk is full, or somebody else changed the ledger.</exception>
    public void Record(params IEnumerable<DeviceCredential> credentials)
    {
        var entries = credentials.Select(LedgerEntry.Of).ToList();
        if (entries.Count == 0) return;
        var lines = Encoding.ASCII.GetBytes(string.Concat(entries.Select(e => e + "\n")));
        lock (_gate)
        {
            LedgerFile.Append(Path, lines);
            if (_valid is not null) foreach (var entry in entries) _valid.Add(NameHash.Of(entry.Subject));
        }
    }

    /// <summary>Marks certificates as revoked: all of them or, when it throws, none. The file is replaced by a new one as a whole.</summary>
    /// <param name="serialNumbers">Their serial numbers in hexadecimal; one that is unknown or revoked already changes nothing.</param>
    /// <param name="reason">Why.</param>
    /// <param name="time">When; now by default.</param>
    /// <returns>The entries that were changed, as they are now.</returns>
    /// <exception cref="InputException">A serial number is none, or the ledger has a line that is none.</exception>
    /// <exception cref="OutputException">The ledger cannot be written.</exception>
    public IReadOnlyList<LedgerEntry> Revoke(IEnumerable<string> serialNumbers, RevocationReason reason = RevocationReason.Unspecified, DateTime? time = null)
    {
        var wanted = new SerialNumberSet(serialNumbers);
        var at = time?.ToUniversalTime() ?? _time.GetUtcNow().UtcDateTime;
        var revocation = new Revocation(new DateTime(at.Ticks - at.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc), reason == RevocationReason.Unspecified ? null : reason);
        var revoked = new List<LedgerEntry>();

        LedgerEntry Change(LedgerEntry entry)
        {
            if (entry.State == LedgerState.Revoked || !wanted.Contains(entry.SerialNumber)) return entry;
            revoked.Add(entry with { State = LedgerState.Revoked, Revocation = revocation });
            return revoked[revoked.Count - 1];
        }

        lock (_gate)
        {
            Replace(Ledger.Read(Path).Select(Change));
            (_valid, _revoked) = (null, null);
        }

        return revoked;
    }

    internal void Replace(IEnumerable<LedgerEntry> entries) => LedgerFile.Replace(Path, file =>
    {
        foreach (var entry in entries)
        {
            var line = Encoding.UTF8.GetBytes(entry + "\n");
            file.Write(line, 0, line.Length);
        }
    });

    /// <summary>Lets go of the ledger.</summary>
    public void Dispose() => _lock.Dispose();

    HashSet<NameHash> ReadValid()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return [.. Ledger.Read(Path).Where(e => e.At(now).State == LedgerState.Valid).Select(e => NameHash.Of(e.Subject))];
    }
}
