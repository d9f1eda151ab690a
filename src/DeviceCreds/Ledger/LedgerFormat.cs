using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// The text format of OpenSSL's CA database (index.txt; openssl-ca(1), crypto/txt_db): a line a certificate, six fields with
/// tabs between them: state, end of validity, revocation, serial number, file, subject. A tab inside a field has a backslash
/// before it; a line that begins with '#' is a comment.
/// </summary>
internal static class LedgerFormat
{
    const int Fields = 6;

    // OpenSSL's own words, which it compares without regard to case.
    static readonly (string Word, RevocationReason Reason)[] Reasons =
    [
        ("unspecified", RevocationReason.Unspecified), ("keyCompromise", RevocationReason.KeyCompromise), ("CACompromise", RevocationReason.CACompromise),
        ("affiliationChanged", RevocationReason.AffiliationChanged), ("superseded", RevocationReason.Superseded), ("cessationOfOperation", RevocationReason.CessationOfOperation),
        ("certificateHold", RevocationReason.CertificateHold), ("removeFromCRL", RevocationReason.RemoveFromCrl),
    ];

    // Words that are followed by a time or an OID.
    static readonly (string Word, RevocationReason Reason)[] DetailedReasons =
    [
        ("holdInstruction", RevocationReason.CertificateHold), ("keyTime", RevocationReason.KeyCompromise), ("CAkeyTime", RevocationReason.CACompromise),
    ];

    public static bool IsComment(ReadOnlySpan<byte> line) => line.Length > 0 && line[0] == '#';

    /// <exception cref="InputException">It is no line of a ledger; the error has its place.</exception>
    public static LedgerEntry Read(ReadOnlySpan<byte> line, string? path = null, int? number = null)
    {
        InputException Malformed(string id, string message, int at) => new(id, ErrorKind.InvalidData, message, "Correct the line: OpenSSL refuses the whole file for it.", path, number, at + 1);

        Span<int> starts = stackalloc int[Fields + 1];
        var count = 1;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\t' || (i > 0 && line[i - 1] == '\\')) continue;
            if (count == Fields) throw Malformed("LedgerFieldCount", $"a line of a ledger has {Fields} fields with tabs between them; this one has more.", i);
            starts[count++] = i + 1;
        }

        if (count < Fields) throw Malformed("LedgerFieldCount", $"a line of a ledger has {Fields} fields with tabs between them; this one has {count}.", line.Length);
        starts[Fields] = line.Length + 1;

        LedgerState state;
        if (starts[1] != 2) throw Malformed("LedgerState", "the state is one letter: V (valid), R (revoked) or E (expired).", 0);
        switch (line[0])
        {
            case (byte)'V': state = LedgerState.Valid; break;
            case (byte)'R': state = LedgerState.Revoked; break;
            case (byte)'E': state = LedgerState.Expired; break;
            default: throw Malformed("LedgerState", "the state is one letter: V (valid), R (revoked) or E (expired).", 0);
        }

        var expires = Time(Field(line, starts, 1)) ?? throw Malformed("LedgerTime", "the end of validity is no time: YYMMDDhhmmssZ, or YYYYMMDDhhmmssZ from 2050.", starts[1]);
        var revocation = Field(line, starts, 2);
        if (revocation.Length > 0 != (state == LedgerState.Revoked))
            throw Malformed("LedgerRevocation", revocation.Length > 0 ? "a certificate that is not revoked has a time of revocation." : "a revoked certificate has no time of revocation.", starts[2]);
        var serial = Field(line, starts, 3);
        if (!IsSerial(serial)) throw Malformed("LedgerSerialNumber", "the serial number is an even number of hexadecimal digits.", starts[3]);
        return new LedgerEntry
        {
            State = state,
            ExpiresAtUtc = expires,
            Revocation = revocation.Length == 0 ? null : Revocation(Text(revocation)) ?? throw Malformed("LedgerRevocation", "the revocation is a time, or a time, a comma and a reason that OpenSSL knows.", starts[2]),
            SerialNumber = Text(serial),
            File = Field(line, starts, 4) is var file && file.SequenceEqual("unknown"u8) ? "unknown" : Unescape(file),
            Subject = Unescape(Field(line, starts, 5)),
        };
    }

    public static string Write(LedgerEntry entry)
    {
        var state = entry.State switch { LedgerState.Valid => 'V', LedgerState.Revoked => 'R', _ => 'E' };
        return $"{state}\t{Time(entry.ExpiresAtUtc)}\t{Revocation(entry.Revocation)}\t{entry.SerialNumber}\t{Escape(entry.File)}\t{Escape(entry.Subject)}";
    }

    /// <summary>Serial number and end of validity out of a certificate of our own, without the rest of it.</summary>
    public static (string SerialNumber, DateTime ExpiresAt)? Glance(byte[] certificate)
    {
        // Certificate, tbsCertificate, [0] version; serialNumber, signature, issuer, validity (RFC 5280, 4.1).
        var at = Inside(certificate, Inside(certificate, 0));
        at = After(certificate, at);
        var serial = Content(certificate, at);
        var validity = Inside(certificate, After(certificate, After(certificate, After(certificate, at))));
        var expires = Time(Content(certificate, After(certificate, validity)));
        return expires is null ? null : (Hex.Encode(serial[0] == 0 && serial.Length > 1 ? serial.Slice(1).ToArray() : serial.ToArray()), expires.Value);
    }

    static int After(byte[] der, int at) => at + DerObject.Length(der, at)!.Value;

    static int Inside(byte[] der, int at) => at + 2 + (der[at + 1] > 0x80 ? der[at + 1] & 0x7F : 0);

    static ReadOnlySpan<byte> Content(byte[] der, int at) => der.AsSpan(Inside(der, at), After(der, at) - Inside(der, at));

    static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, ReadOnlySpan<int> starts, int i) => line.Slice(starts[i], starts[i + 1] - starts[i] - 1);

    /// <summary>ASN.1's UTCTime, whose two digits mean 1950 to 2049, or GeneralizedTime (RFC 5280, 4.1.2.5), as every line and every certificate has it.</summary>
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
        return year == 0 || rest[0] is < 1 or > 12 || rest[1] < 1 || rest[1] > DateTime.DaysInMonth(year, rest[0]) || rest[2] > 23 || rest[3] > 59 || rest[4] > 59
            ? null
            : new DateTime(year, rest[0], rest[1], rest[2], rest[3], rest[4], DateTimeKind.Utc);
    }

    static string Time(DateTime utc) => utc.ToString(utc.Year is >= 1950 and < 2050 ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);

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
            [_, var word, { Length: > 0 }] when Find(DetailedReasons, word) is { } reason => new(at, reason, text.Substring(parts[0].Length + 1)),
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

    // All is ASCII where OpenSSL wrote it; where an editor did, it is probably UTF-8.
    static string Text(ReadOnlySpan<byte> bytes)
#if NET
        => Encoding.UTF8.GetString(bytes);
#else
        => Encoding.UTF8.GetString(bytes.ToArray());
#endif
}
