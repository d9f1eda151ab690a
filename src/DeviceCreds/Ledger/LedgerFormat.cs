using System.Globalization;
using System.Text;
using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>
/// The text format of OpenSSL's CA database (index.txt; openssl-ca(1), crypto/txt_db): one line for each certificate, with six
/// fields separated by tabs: state, expiry, revocation, serial number, file, subject. A tab inside a field has a backslash
/// before it; a line that begins with '#' is a comment.
/// </summary>
internal static class LedgerFormat
{
    const int Fields = 6;
    const int MaximumShown = 20;
    const string States = "expected the state V (valid), R (revoked) or E (expired)";

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // OpenSSL's own words, which it compares without regard to case.
    static readonly (string Word, RevocationReason Reason)[] Reasons =
    [
        ("unspecified", RevocationReason.Unspecified), ("keyCompromise", RevocationReason.KeyCompromise),
        ("CACompromise", RevocationReason.CACompromise),
        ("affiliationChanged", RevocationReason.AffiliationChanged), ("superseded", RevocationReason.Superseded),
        ("cessationOfOperation", RevocationReason.CessationOfOperation),
        ("certificateHold", RevocationReason.CertificateHold), ("removeFromCRL", RevocationReason.RemoveFromCrl),
    ];

    // Words that a time follows.
    static readonly (string Word, RevocationReason Reason)[] TimedReasons =
        [("keyTime", RevocationReason.KeyCompromise), ("CAkeyTime", RevocationReason.CACompromise)];

    // A word that an OID follows, or its name.
    static readonly (string Word, RevocationReason Reason)[] HoldReasons = [("holdInstruction", RevocationReason.CertificateHold)];

    // OpenSSL's names, short and long, of the instructions that RFC 3280 had.
    static readonly string[] HoldInstructions =
    [
        "holdInstructionNone", "holdInstructionCallIssuer", "holdInstructionReject",
        "Hold Instruction None", "Hold Instruction Call Issuer", "Hold Instruction Reject",
    ];

    public static bool IsComment(ReadOnlySpan<byte> line) => line.Length > 0 && line[0] == '#';

    /// <summary>
    /// Whether a last line without a line feed is only the beginning of a line. Runs append lines of valid certificates, and a part of
    /// one can look complete, with a shorter name. A revocation is never taken for the beginning of a line: reading it reports what is
    /// wrong.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="isWriting">Whether a run is writing to the ledger, or was when it was interrupted.</param>
    public static bool IsCut(ReadOnlySpan<byte> line, bool isWriting)
    {
        if (IsComment(line)) return false;
        try
        {
            return Split(line).State == LedgerState.Valid && isWriting;
        }
        catch (InputException)
        {
            return isWriting || !line.StartsWith("R"u8);
        }
    }

    /// <exception cref="InputException">OpenSSL would not take the line; the error names its place.</exception>
    public static LedgerEntry Read(ReadOnlySpan<byte> line, string? path = null, int? number = null)
    {
        var fields = Split(line, path, number);
        return new LedgerEntry
        {
            State = fields.State,
            ExpiresAtUtc = fields.ExpiresAt,
            Revocation = fields.Revocation.Length == 0 ? null : Revocation(Text(fields.Revocation)),
            SerialNumber = Text(fields.SerialNumber),
            File = fields.File.SequenceEqual("unknown"u8) ? "unknown" : Unescape(fields.File),
            Subject = Unescape(fields.Subject),
        };
    }

    /// <summary>The line's fields, each of them checked.</summary>
    /// <inheritdoc cref="Read"/>
    public static LedgerLine Split(ReadOnlySpan<byte> line, string? path = null, int? number = null)
    {
        InputException Malformed(string id, string message, int at) =>
            new(id, ErrorKind.InvalidData, message, "Correct the line: OpenSSL refuses the file because of it.", path, number, at + 1);

        if (line.StartsWith(ByteOrderMark))
        {
            throw new InputException("LedgerState", ErrorKind.InvalidData, $"{States}, found the byte order mark U+FEFF.",
                "Save the file as UTF-8 without a byte order mark: OpenSSL does not understand the line otherwise.", path, number, 1);
        }

        Span<int> starts = stackalloc int[Fields + 1];
        var count = 1;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\t' || (i > 0 && line[i - 1] == '\\')) continue;
            if (count == Fields) throw Malformed("LedgerFieldCount", $"expected {Fields} fields with tabs between them, found more.", i);
            starts[count++] = i + 1;
        }

        if (count < Fields)
        {
            // The line is not quoted: the file may be something else, such as a key.
            throw Malformed("LedgerFieldCount", line.Length == 0 ? "the line is empty."
                : $"expected {Fields} fields with tabs between them, found {count}.", line.Length);
        }

        starts[Fields] = line.Length + 1;
        if (StateOf(Field(line, starts, 0)) is not { } state)
            throw Malformed("LedgerState", $"{States}, found {Show(Field(line, starts, 0))}.", 0);
        if (Time(Field(line, starts, 1)) is not { } expires)
            throw Malformed("LedgerTime",
                $"expected the expiry as YYMMDDhhmmssZ, or YYYYMMDDhhmmssZ from 2050, found {Show(Field(line, starts, 1))}.", starts[1]);
        var revocation = Field(line, starts, 2);
        if (revocation.Length > 0 != (state == LedgerState.Revoked))
            throw Malformed("LedgerRevocation",
                revocation.Length > 0
                    ? "expected no time of revocation, as the certificate is not revoked."
                    : "expected a time of revocation, as the certificate is revoked.",
                starts[2]);
        if (revocation.Length > 0 && Revocation(Text(revocation)) is null)
            throw Malformed("LedgerRevocation",
                $"expected a time, or a time, a comma and a reason that OpenSSL knows, found {Show(revocation)}.", starts[2]);
        var serial = Field(line, starts, 3);
        if (!IsSerial(serial)) throw Malformed("LedgerSerialNumber",
            $"expected the serial number as an even number of hexadecimal digits, found {Show(serial)}.", starts[3]);
        return new LedgerLine { State = state, ExpiresAt = expires, Revocation = revocation, SerialNumber = serial,
            File = Field(line, starts, 4), Subject = Field(line, starts, 5) };
    }

    /// <summary>Whether the field of a line that has the time and the reason of a revocation says that it is a hold.</summary>
    public static bool IsHold(ReadOnlySpan<byte> revocation) => Revocation(Text(revocation))?.Reason == RevocationReason.CertificateHold;

    /// <summary>Whether it says that somebody else may have the key.</summary>
    public static bool IsCompromise(ReadOnlySpan<byte> revocation) => Revocation(Text(revocation)) is { IsCompromise: true };

    /// <summary>The field of a line that has the time and the reason of a revocation.</summary>
    public static string RevocationOf(LedgerEntry entry) => Revocation(entry.Revocation);

    public static string Write(LedgerEntry entry)
    {
        var state = entry.State switch { LedgerState.Valid => 'V', LedgerState.Revoked => 'R', _ => 'E' };
        return $"{state}\t{Time(entry.ExpiresAtUtc)}\t{Revocation(entry.Revocation)}\t"
            + $"{entry.SerialNumber}\t{Escape(entry.File)}\t{Escape(entry.Subject)}";
    }

    static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, scoped ReadOnlySpan<int> starts, int i) =>
        line.Slice(starts[i], starts[i + 1] - starts[i] - 1);

    static LedgerState? StateOf(ReadOnlySpan<byte> field) => field.Length != 1 ? null : field[0] switch
    {
        (byte)'V' => LedgerState.Valid,
        (byte)'R' => LedgerState.Revoked,
        (byte)'E' => LedgerState.Expired,
        _ => null,
    };

    /// <summary>A field for a message: in quotes, and each character that cannot be seen as its code.</summary>
    static string Show(ReadOnlySpan<byte> field)
    {
        if (field.Length == 0) return "nothing";
        var shown = new StringBuilder("'");
        foreach (var c in Text(field.Slice(0, Math.Min(field.Length, MaximumShown))))
        {
            if (c is >= ' ' and <= '~' and not '#') shown.Append(c);
            else shown.Append("U+").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
        }

        return shown.Append(field.Length > MaximumShown ? "...'" : "'").ToString();
    }

    /// <summary>
    /// ASN.1's UTCTime, whose two digits mean 1950 to 2049, or GeneralizedTime (RFC 5280, 4.1.2.5), as every line and every
    /// certificate has it.
    /// </summary>
    static DateTime? Time(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (13 or 15) || text[text.Length - 1] != 'Z') return null;
        Span<int> pairs = stackalloc int[7];
        var count = (text.Length - 1) / 2;
        for (var i = 0; i < count; i++)
        {
            int tens = text[2 * i] - '0', ones = text[2 * i + 1] - '0';
            if (tens is < 0 or > 9 || ones is < 0 or > 9) return null;
            pairs[i] = tens * 10 + ones;
        }

        var year = count == 7 ? pairs[0] * 100 + pairs[1] : pairs[0] + (pairs[0] < 50 ? 2000 : 1900);
        var rest = pairs.Slice(count - 5);
        return year == 0 || rest[0] is < 1 or > 12 || rest[1] < 1 || rest[1] > DateTime.DaysInMonth(year, rest[0])
            || rest[2] > 23 || rest[3] > 59 || rest[4] > 59
            ? null
            : new DateTime(year, rest[0], rest[1], rest[2], rest[3], rest[4], DateTimeKind.Utc);
    }

    static string Time(DateTime utc) =>
        utc.ToString(utc.Year is >= 1950 and < 2050 ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);

    static bool IsSerial(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '-') text = text.Slice(1);
        foreach (var c in text)
        {
            if (c is not (>= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'F' or >= (byte)'a' and <= (byte)'f')) return false;
        }

        return text.Length > 0 && text.Length % 2 == 0;
    }

    static Revocation? Revocation(string text)
    {
        var parts = text.Split([','], 3);
        if (Time(Encoding.ASCII.GetBytes(parts[0]).AsSpan()) is not { } at) return null;
        return parts switch
        {
            [_] => new(at, null),
            [_, var word] when Find(Reasons, word) is { } reason => new(at, reason),
            [_, var word, var time] when Find(TimedReasons, word) is { } reason && InvalidityDate.Parse(time) is not null =>
                new(at, reason, text.Substring(parts[0].Length + 1)),
            [_, var word, var instruction] when Find(HoldReasons, word) is { } reason && IsInstruction(instruction) =>
                new(at, reason, text.Substring(parts[0].Length + 1)),
            _ => null,
        };
    }

    static string Revocation(Revocation? revocation) => revocation switch
    {
        null => "",
        { Reason: null } => Time(revocation.At),
        { Detail: { } detail } => $"{Time(revocation.At)},{detail}",
        _ => $"{Time(revocation.At)},{Reasons.First(r => r.Reason == revocation.Reason).Word}",
    };

    static bool IsInstruction(string text) => HoldInstructions.Contains(text) || DerObjectIdentifier.TryFromID(text, out _);

    static RevocationReason? Find((string Word, RevocationReason Reason)[] reasons, string word)
    {
        foreach (var (known, reason) in reasons)
        {
            if (string.Equals(known, word, StringComparison.OrdinalIgnoreCase)) return reason;
        }

        return null;
    }

    static string Escape(string field) => field.IndexOf('\t') < 0 ? field : field.Replace("\t", "\\\t");

    static string Unescape(ReadOnlySpan<byte> field) => field.IndexOf((byte)'\t') < 0 ? Text(field) : Text(field).Replace("\\\t", "\t");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A serial number by which lines are compared: in upper case, without zeros before it.</summary>
    public static ReadOnlySpan<byte> SerialKey(ReadOnlySpan<byte> serial) =>
        IsNormal(serial) ? serial : Bytes(SerialNumbers.Normalise(Text(serial)) ?? Text(serial));

    /// <inheritdoc cref="SerialKey(ReadOnlySpan{byte})"/>
    public static ReadOnlySpan<byte> SerialKey(string serial) => SerialKey(Bytes(serial));

    /// <summary>The serial number of the certificate that a line with this file renews; empty when it renews none.</summary>
    public static ReadOnlySpan<byte> Renews(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("renews:"u8)) return default;
        var note = file.Slice("renews:"u8.Length);
        return note.IndexOf((byte)';') is >= 0 and var end ? note.Slice(0, end) : note;
    }

    static bool IsNormal(ReadOnlySpan<byte> serial)
    {
        foreach (var c in serial)
        {
            if (c is >= (byte)'a') return false;
        }

        return serial.Length > 2 && serial[0] is not ((byte)'-' or (byte)'0');
    }

    // OpenSSL writes ASCII; an editor probably writes UTF-8.
    public static string Text(ReadOnlySpan<byte> bytes) => Utf8.OrLatin1(bytes);
}
