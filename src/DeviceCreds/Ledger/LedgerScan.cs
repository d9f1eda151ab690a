namespace DeviceCreds;

/// <summary>
/// One pass over a ledger: every line is checked, as OpenSSL would check it, and what a run needs of them is stored in tables
/// of a few bytes for each line.
/// </summary>
internal sealed class LedgerScan
{
    /// <summary>Only a hold's number is odd: those of valid and of expired are even.</summary>
    const ulong HoldBit = 1;

    readonly string _path;
    bool _hasCompromised;
    HashSet<NameHash>? _compromised;

    LedgerScan(string path) => _path = path;

    readonly KeyedHash _hash = new();

    /// <summary>
    /// The serial numbers of all lines, as <see cref="LedgerFormat.SerialKey(string)"/> has them, each with the state of its
    /// certificate (<see cref="StateOf"/>).
    /// </summary>
    public NameSet Serials { get; private set; } = new(withNotes: true);

    /// <summary>The serial numbers that are revoked, each with the place of its line.</summary>
    public NameSet Revoked { get; } = new(withNotes: true);

    /// <summary>
    /// Devices (<see cref="OneLineName.Key"/>), each with the place of its line that is marked as valid; of several, one that has
    /// not expired.
    /// </summary>
    public NameSet Valid { get; } = new(withNotes: true);

    /// <summary>Serial numbers that were renewed, each with the place of the valid line that renews it.</summary>
    public NameSet Renewed { get; } = new(withNotes: true);

    /// <summary>The last complete line; without a line feed when the file ends so.</summary>
    public LedgerTail Tail { get; private set; } = LedgerTail.OfEmpty;

    /// <summary>Whether an interrupted run left something after the last complete line.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Whether the last line is complete, and only its line feed is missing: many editors leave it out.</summary>
    public bool IsUnended { get; private set; }

    /// <summary>Reads a ledger from end to end.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="now">The time that decides which lines have expired.</param>
    /// <param name="allowDuplicates">Whether serial numbers may be on more than one line.</param>
    /// <param name="isWriting">Whether a run is writing to the ledger, or was when it was interrupted.</param>
    /// <exception cref="InputException">A line is not a ledger's, or a serial number is on two lines.</exception>
    public static LedgerScan Of(string path, DateTime now, bool allowDuplicates = false, bool isWriting = false)
    {
        var scan = new LedgerScan(path);
        using var lines = LedgerFile.ReadLines(path);
        byte[] last = [];
        var isLedger = false;
        while (lines.Read())
        {
            // A power cut may leave zeros in place of data: nothing after them was reported as recorded.
            if (lines.Line.IndexOf((byte)0) >= 0 || (!lines.IsWhole && LedgerFormat.IsCut(lines.Line, isWriting)))
            {
                if (!isLedger && !LooksLikeLedger(lines.Line)) throw NotRecognised(path);
                scan.IsTorn = true;
                EnsureNoRevocation(lines, path, isWriting);
                break;
            }

            scan.IsUnended = !lines.IsWhole;

            var whole = lines.WholeLine;
            if (last.Length != whole.Length) last = new byte[whole.Length];
            whole.CopyTo(last);
            scan.Tail = new(lines.NextOffset, last);
            if (LedgerFormat.IsComment(lines.Line)) continue;
            isLedger = true;
            scan.Add(LedgerFormat.Split(lines.Line, path, lines.Number), lines, now, allowDuplicates);
        }

        return scan;
    }

    /// <summary>Notes lines that were written behind the others.</summary>
    /// <param name="entries">What the lines say.</param>
    /// <param name="start">Where the first of them begins.</param>
    public void Add(IReadOnlyList<LedgerEntry> entries, long start)
    {
        foreach (var entry in entries)
        {
            var place = start;
            start += LedgerFormat.Bytes(entry.ToString()).Length + 1;
            if (entry.State == LedgerState.Revoked) Revoked.Set(LedgerFormat.SerialKey(entry.SerialNumber), place);
            if (entry.IsCompromised) (_hasCompromised, _compromised) = (true, null);
            if (entry.State != LedgerState.Valid) continue;
            Valid.Set(OneLineName.Key(LedgerFormat.Bytes(entry.Subject)), place);
            if (entry.Renews is { } old) Renewed.Set(LedgerFormat.SerialKey(old), place);
        }
    }

    /// <summary>
    /// Whether a certificate may have the key of one that was revoked because somebody else may have it. Only a ledger with such a
    /// certificate is read again.
    /// </summary>
    /// <param name="serialNumber">The certificate's serial number.</param>
    public bool MayHaveCompromisedKey(string serialNumber) =>
        _hasCompromised && (_compromised ??= SharedKeys.Of(_path, e => e.IsCompromised)).Contains(SharedKeys.DigestOf(serialNumber));

    /// <summary>Frees the memory of the serial numbers.</summary>
    public void ForgetSerials() => Serials = new();

    /// <summary>A number for a line's state: equal for equal states, and for equal times and reasons of a revocation.</summary>
    public long StateOf(LedgerState state, ReadOnlySpan<byte> revocation) => state != LedgerState.Revoked ? (long)state
        : (long)(_hash.Of(revocation) & ~HoldBit | (LedgerFormat.IsHold(revocation) ? HoldBit : 0));

    /// <summary>Whether a number of <see cref="StateOf"/> is that of a certificate on hold.</summary>
    public static bool IsHold(long state) => ((ulong)state & HoldBit) != 0;

    void Add(LedgerLine line, LineReader lines, DateTime now, bool allowDuplicates)
    {
        var serial = LedgerFormat.SerialKey(line.SerialNumber);
        if (!Serials.Add(serial, StateOf(line.State, line.Revocation)) && !allowDuplicates) throw Duplicate(serial, lines.Number);
        if (line.State == LedgerState.Revoked)
        {
            Revoked.Set(serial, lines.Offset);
            _hasCompromised = _hasCompromised || LedgerFormat.IsCompromise(line.Revocation);
        }

        if (line.State != LedgerState.Valid) return;
        if (line.ExpiresAt > now) Valid.Set(OneLineName.Key(line.Subject), lines.Offset);
        else Valid.Add(OneLineName.Key(line.Subject), lines.Offset);
        if (LedgerFormat.Renews(line.File) is { Length: > 0 } old) Renewed.Set(LedgerFormat.SerialKey(old), lines.Offset);
    }

    // What follows zeros is moved out of the ledger.
    static void EnsureNoRevocation(LineReader lines, string path, bool isWriting)
    {
        var damaged = lines.Number;
        do
        {
            if ((lines.IsWhole || !isWriting) && lines.Line.StartsWith("R\t"u8))
                throw new InputException("LedgerLineDamaged", ErrorKind.InvalidData,
                    lines.Number == damaged ? "the line of a revoked certificate has zeros."
                        : $"the line has zeros, and line {lines.Number} after it is that of a revoked certificate.",
                    "Correct the line, or remove it if nothing of it can be read.", path, damaged);
        }
        while (lines.Read());
    }

    InputException Duplicate(ReadOnlySpan<byte> serial, int second)
    {
        using var lines = LedgerFile.ReadLines(_path);
        while (lines.Read())
        {
            if (LedgerFormat.IsComment(lines.Line)) continue;
            if (serial.SequenceEqual(LedgerFormat.SerialKey(LedgerFormat.Split(lines.Line).SerialNumber))) break;
        }

        return new("LedgerSerialNumberDuplicate", ErrorKind.InvalidData,
            FormattableString.Invariant(
                $"the serial number {LedgerFormat.Text(serial)} is also on line {lines.Number}; a ledger has each serial number once."),
            "Correct the lines: OpenSSL refuses the file because of them. Merge-IssuanceLedger writes equal lines once.", _path, second);
    }

    /// <summary>Whether it is the beginning of a line, or of one followed by zeros. Letters with zeros between them are UTF-16.</summary>
    static bool LooksLikeLedger(ReadOnlySpan<byte> line) =>
        line.Length < 2
        || (line[0] is (byte)'V' or (byte)'R' or (byte)'E' or (byte)'#' or 0 && (line[1] == '\t' || line.IndexOf((byte)'\t') < 0));

    static InputException NotRecognised(string path) =>
        new("LedgerNotRecognised", ErrorKind.InvalidData, "this is not a ledger.",
            "Give the path of a ledger, or of a file that does not exist yet.", path);
}
