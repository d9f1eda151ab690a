using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Makes and signs revocation lists (RFC 5280, 5.1). The entries are written as they come.</summary>
internal static class RevocationListWriter
{
    /// <summary>The bytes of a list without entries, of a CA with a name of 20 characters.</summary>
    const int AroundEntries = 230;

    /// <summary>A signed list in DER.</summary>
    /// <inheritdoc cref="CertificateRevocationList.Create"/>
    public static byte[] Write(CertificateAuthority issuer, IEnumerable<RevokedCertificate> revoked, BigInteger number, DateTime thisUpdate,
        DateTime nextUpdate, CancellationToken cancel)
    {
        issuer.EnsureCanRevoke(thisUpdate.ToUniversalTime());
        var (from, to) = (Lifetime.Seconds(thisUpdate.ToUniversalTime()), Lifetime.Seconds(nextUpdate.ToUniversalTime()));
        if (to <= from)
        {
            throw new IssuanceException("NextUpdateTooEarly", ErrorKind.InvalidArgument,
                $"The next update, {Lifetime.Text(to)}, is not later than this one, {Lifetime.Text(from)}.", "Give a later time.");
        }

        using var entries = new MemoryStream();
        foreach (var certificate in revoked) Write(entries, certificate);
        // RFC 5280, 5.1.2.6: no field at all when nothing is revoked.
        var header = entries.Length == 0 ? [] : Header(entries.Length);
        var first = KeyCodec.Join(DerInteger.One.GetDerEncoded(), Algorithms.EcdsaWithSha256.GetDerEncoded(), issuer.Own.Fields.SubjectDer,
            new Time(from).GetDerEncoded(), new Time(to).GetDerEncoded());
        var extensions = ListExtensions(issuer, number);
        var length = first.Length + header.Length + entries.Length + extensions.Length;
        if (length > CertificateRevocationList.MaximumBytes)
        {
            throw new IssuanceException(
                "RevocationListTooLarge", ErrorKind.LimitExceeded,
                FormattableString.Invariant(
                    $"The list would have {length:N0} bytes; the limit is {CertificateRevocationList.MaximumBytes:N0}."),
                "Keep a ledger for each CA, or issue from several CAs.");
        }

        var tbs = Assemble([Header(length), first, header], entries, extensions);
        entries.SetLength(0);
        entries.Capacity = 0;
        var signature = KeyCodec.Join(Algorithms.EcdsaWithSha256.GetDerEncoded(),
            new DerBitString(issuer.Signer!.Sign(tbs, cancel)).GetDerEncoded());
        return KeyCodec.Join(Header(tbs.Length + signature.Length), tbs, signature);
    }

    /// <summary>How many bytes an entry takes.</summary>
    /// <exception cref="IssuanceException">The serial number is invalid.</exception>
    public static long SizeOf(RevokedCertificate certificate)
    {
        using var entry = new MemoryStream();
        Write(entry, certificate);
        return entry.Length;
    }

    /// <summary>About how many bytes a list takes: what is around the entries depends on the CA's name and its signature.</summary>
    /// <param name="entries">How many bytes the entries take.</param>
    public static long SizeWith(long entries) => AroundEntries + (entries == 0 ? 0 : 2L * Header(entries).Length) + entries;

    static byte[] ListExtensions(CertificateAuthority issuer, BigInteger number)
    {
        var identifier = KeyIdentifiers.Of(issuer.Own);
        var extensions = new DerSequence(
            Extensions.Write(X509Extensions.AuthorityKeyIdentifier, false,
                new DerSequence(new DerTaggedObject(false, 0, new DerOctetString(identifier)))),
            Extensions.Write(X509Extensions.CrlNumber, false, new DerInteger(number)));
        return new DerTaggedObject(true, 0, extensions).GetDerEncoded();
    }

    static void Write(MemoryStream stream, RevokedCertificate certificate)
    {
        // RFC 5280, 4.1.2.2: CAs use positive numbers, and programs that read certificates take others, too.
        var isNegative = certificate.SerialNumber.StartsWith("-", StringComparison.Ordinal);
        var serial = Hex.TryDecode(certificate.SerialNumber.Substring(isNegative ? 1 : 0)) is { Length: > 0 } bytes
            ? new DerInteger(new BigInteger(isNegative ? -1 : 1, bytes)).GetDerEncoded()
            : throw new IssuanceException("SerialNumberInvalid", ErrorKind.InvalidArgument,
                $"'{SubjectText.Shorten(certificate.SerialNumber)}' is not a serial number.",
                "Write a serial number in hexadecimal, with an even number of digits.");
        var time = new Time(Lifetime.Seconds(certificate.RevokedAt.ToUniversalTime())).GetDerEncoded();
        // RFC 5280, 5.3.1: unspecified is said by leaving the reason out. RemoveFromCrl would say that it is not revoked.
        byte[] reason = certificate.Reason is null or RevocationReason.Unspecified or RevocationReason.RemoveFromCrl
            ? []
            : [0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01, (byte)certificate.Reason];
        byte[] since = certificate.InvalidSince is { } date ? InvalidityDate.Write(date.ToUniversalTime()) : [];
        var extensions = reason.Length + since.Length == 0 ? [] : Header(reason.Length + since.Length);
        var header = Header(serial.Length + time.Length + extensions.Length + reason.Length + since.Length);
        foreach (var part in new[] { header, serial, time, extensions, reason, since }) stream.Write(part, 0, part.Length);
    }

    static byte[] Header(long length) =>
        length switch
        {
            < 0x80 => [DerCursor.Sequence, (byte)length],
            < 0x100 => [DerCursor.Sequence, 0x81, (byte)length],
            < 0x10000 => [DerCursor.Sequence, 0x82, (byte)(length >> 8), (byte)length],
            < 0x1000000 => [DerCursor.Sequence, 0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
            _ => [DerCursor.Sequence, 0x84, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        };

    static byte[] Assemble(byte[][] before, MemoryStream middle, byte[] after)
    {
        var whole = new byte[before.Sum(p => p.Length) + (int)middle.Length + after.Length];
        var at = 0;
        foreach (var part in before)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }

        Buffer.BlockCopy(middle.GetBuffer(), 0, whole, at, (int)middle.Length);
        after.CopyTo(whole, whole.Length - after.Length);
        return whole;
    }
}
