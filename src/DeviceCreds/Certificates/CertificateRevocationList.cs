using System.Collections.Concurrent;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// A certificate revocation list (RFC 5280, 5): what a CA has taken back. It stays in its encoding, so that a million
/// entries take the memory of their bytes. Times are local, as those of <see cref="DeviceCertificate"/>.
/// </summary>
public sealed class CertificateRevocationList
{
    /// <summary>A list of some 5 million entries.</summary>
    internal const int MaximumBytes = 256 * 1024 * 1024;

    static readonly DerObjectIdentifier[] ProcessedOfEntry = [X509Extensions.ReasonCode, X509Extensions.InvalidityDate, X509Extensions.InstructionCode];

    readonly ConcurrentDictionary<string, bool> _signedBy = new();
    readonly Lazy<string> _issuerKey;
    readonly Lazy<(ulong[] Keys, int[] Offsets)> _bySerial;
    readonly DerCursor _entries;
    readonly byte[] _signature;
    readonly AlgorithmIdentifier _algorithm;
    readonly (int Start, int Length) _signed;
    readonly string? _strangeEntry;

    /// <exception cref="ArgumentException">The bytes are no CertificateList. (BouncyCastle throws others of its own; <see cref="CertificateReader"/> knows them.)</exception>
    internal CertificateRevocationList(byte[] der)
    {
        Der = der;
        var file = new DerCursor(der, 0, der.Length);
        var list = file.Enter(DerCursor.Sequence);
        if (!file.IsAtEnd) throw new ArgumentException("Something follows the list.");
        var start = list.Position;
        var tbs = list.Enter(DerCursor.Sequence);
        _signed = (start, list.Position - start);
        _algorithm = AlgorithmIdentifier.GetInstance(list.Whole(DerCursor.Sequence));
        var bits = list.Enter(DerCursor.BitString).Rest;
        if (!list.IsAtEnd || bits.Length == 0 || bits[0] != 0) throw new ArgumentException("The signature has whole bytes.");
        _signature = bits.Slice(1).ToArray();

        var isVersion2 = tbs.Is(DerCursor.Integer);
        if (isVersion2 && !tbs.EnterInteger().SequenceEqual([(byte)1])) throw new ArgumentException("A list is of version 1 or 2.");
        if (!AlgorithmIdentifier.GetInstance(tbs.Whole(DerCursor.Sequence)).Equals(_algorithm)) throw new ArgumentException("The list names two signature algorithms.");
        IssuerName = (Asn1Sequence)Asn1Object.FromByteArray(tbs.Whole(DerCursor.Sequence));
        Issuer = DistinguishedName.Format(IssuerName);
        ThisUpdateUtc = tbs.EnterTime();
        if (tbs.Is(DerCursor.UtcTime) || tbs.Is(DerCursor.GeneralizedTime)) NextUpdateUtc = tbs.EnterTime();
        if (tbs.Is(DerCursor.Sequence))
        {
            _entries = tbs.Enter(DerCursor.Sequence);
            foreach (var offset in Offsets())
            {
                Count++;
                var (_, _, extensions) = Entry(offset);
                if (extensions is not { } own) continue;
                var ofEntry = Extensions(own);
                ReasonOf(ofEntry);
                _strangeEntry ??= ofEntry.FirstOrDefault(e => e.IsCritical && !ProcessedOfEntry.Contains(e.Id))?.Id.Id;
            }
        }

        IReadOnlyList<ExtensionField> all = [];
        if (isVersion2 && tbs.Is(DerCursor.Context0)) all = Extensions(tbs.Enter(DerCursor.Context0)).ToList();
        if (!tbs.IsAtEnd) throw new ArgumentException("A field that does not belong there follows the entries.");
        if (all.GroupBy(e => e.Id).Any(g => g.Count() > 1)) throw new ArgumentException("An extension comes twice.");
        Number = all.FirstOrDefault(e => e.Id.Equals(X509Extensions.CrlNumber)) is { } number ? SerialNumbers.Format(DerInteger.GetInstance(number.Value).Value) : null;
        Restriction = FindRestriction(all);
        _issuerKey = new(() => DistinguishedName.Normalise(IssuerName));
        _bySerial = new(() =>
        {
            var (keys, offsets) = (new ulong[Count], Offsets().ToArray());
            for (var i = 0; i < offsets.Length; i++) keys[i] = Key(Serial(offsets[i]));
            Array.Sort(keys, offsets);
            return (keys, offsets);
        });
    }

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer { get; }

    /// <summary>The list's number in hexadecimal (RFC 5280, 5.2.3): each list of a CA has a higher one than those before; null when it has none.</summary>
    public string? Number { get; }

    /// <summary>When it was made, in local time.</summary>
    public DateTime ThisUpdate => ThisUpdateUtc.ToLocalTime();

    /// <summary>When the next one comes at the latest, in local time; null when it does not say.</summary>
    public DateTime? NextUpdate => NextUpdateUtc?.ToLocalTime();

    /// <summary>How many certificates are revoked.</summary>
    public int Count { get; }

    /// <summary>The revoked certificates, in the list's order, one at a time.</summary>
    public IEnumerable<RevokedCertificate> Revoked => Offsets().Select(Read);

    /// <summary>The list in DER.</summary>
    public byte[] Der { get; }

    /// <summary>The list in PEM, label <c>X509 CRL</c>, without a newline at the end.</summary>
    public string Pem => DeviceCreds.Pem.Encode("X509 CRL", Der);

    /// <summary>The list in PEM.</summary>
    public string ToPem() => Pem;

    internal Asn1Sequence IssuerName { get; }

    internal string IssuerKey => _issuerKey.Value;

    internal DateTime ThisUpdateUtc { get; }

    internal DateTime? NextUpdateUtc { get; }

    /// <summary>Why it cannot say that a certificate is not revoked: it covers a part only, or nobody knows what it means; null when it can.</summary>
    internal string? Restriction { get; }

    /// <summary>Makes and signs a list. The entries are written as they come.</summary>
    /// <param name="issuer">The CA, with its private key.</param>
    /// <param name="revoked">Each certificate once; those with the reason RemoveFromCrl are not revoked, and left out.</param>
    /// <param name="number">The list's number: higher than any before.</param>
    /// <param name="thisUpdate">Now.</param>
    /// <param name="nextUpdate">When the next one will come at the latest.</param>
    /// <param name="cancel">Ends the wait for the CA's signature.</param>
    /// <exception cref="IssuanceException">The CA may not sign lists, a serial number is none, or the times are not in order.</exception>
    internal static CertificateRevocationList Create(CertificateAuthority issuer, IEnumerable<RevokedCertificate> revoked, BigInteger number, DateTime thisUpdate, DateTime nextUpdate, CancellationToken cancel = default)
    {
        issuer.EnsureCanRevoke(thisUpdate.ToUniversalTime());
        var (from, to) = (Lifetime.Seconds(thisUpdate.ToUniversalTime()), Lifetime.Seconds(nextUpdate.ToUniversalTime()));
        if (to <= from) throw new IssuanceException("NextUpdateTooEarly", ErrorKind.InvalidArgument, $"The next list is to come on {Lifetime.Text(to)}, and this one is of {Lifetime.Text(from)}.", "Give a later time.");

        using var entries = new MemoryStream();
        foreach (var certificate in revoked.Where(r => r.Reason != RevocationReason.RemoveFromCrl)) Write(entries, certificate);
        // RFC 5280, 5.1.2.6: no field at all when nothing is revoked.
        var header = entries.Length == 0 ? [] : Header(DerCursor.Sequence, entries.Length);
        var identifier = DeviceCreds.Extensions.SubjectKeyIdentifier(issuer.Own.Fields) ?? DeviceCreds.Extensions.KeyIdentifier(issuer.Signer!.PublicPoint);
        var extensions = new DerTaggedObject(true, 0, new DerSequence(
            DeviceCreds.Extensions.Write(X509Extensions.AuthorityKeyIdentifier, false, new DerSequence(new DerTaggedObject(false, 0, new DerOctetString(identifier)))),
            DeviceCreds.Extensions.Write(X509Extensions.CrlNumber, false, new DerInteger(number)))).GetDerEncoded();
        var first = KeyCodec.Join(DerInteger.One.GetDerEncoded(), Algorithms.EcdsaWithSha256.GetDerEncoded(), issuer.Own.Fields.SubjectDer, new Time(from).GetDerEncoded(), new Time(to).GetDerEncoded());

        var length = first.Length + header.Length + entries.Length + extensions.Length;
        if (length > MaximumBytes) throw new IssuanceException("RevocationListTooLarge", ErrorKind.LimitExceeded, $"The list would have {length:N0} bytes; {MaximumBytes:N0} are possible.", "Keep a ledger for each CA, or issue from several.");
        var tbs = Assemble([Header(DerCursor.Sequence, length), first, header], entries, extensions);
        entries.SetLength(0);
        entries.Capacity = 0;
        var signature = KeyCodec.Join(Algorithms.EcdsaWithSha256.GetDerEncoded(), new DerBitString(issuer.Signer!.Sign(tbs, cancel)).GetDerEncoded());
        return new CertificateRevocationList(KeyCodec.Join(Header(DerCursor.Sequence, tbs.Length + signature.Length), tbs, signature));
    }

    /// <summary>Reads a list in PEM or DER.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static CertificateRevocationList Read(InputFile file)
    {
        var (der, line) = FindDer(file);
        try
        {
            return new CertificateRevocationList(der);
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            throw file.Invalid("RevocationListMalformed", "this is not a certificate revocation list (X.509 CRL), or it is damaged.", "Give the file that openssl ca -gencrl or New-CertificateRevocationList wrote.", line, inner: e);
        }
    }

    /// <summary>Reads a file whole, which may be larger than those of certificates.</summary>
    /// <exception cref="InputException">It cannot be read, or is no list.</exception>
    public static CertificateRevocationList Read(string path) => Read(InputFile.ReadLarge(path, MaximumBytes));

    /// <summary>The entry of a serial number; null when there is none.</summary>
    internal RevokedCertificate? Find(BigInteger serial)
    {
        var wanted = serial.ToByteArray();
        var ((keys, offsets), key) = (_bySerial.Value, Key(wanted));
        var i = Array.BinarySearch(keys, key);
        while (i > 0 && keys[i - 1] == key) i--;
        for (; i >= 0 && i < keys.Length && keys[i] == key; i++)
        {
            if (Serial(offsets[i]).SequenceEqual(wanted)) return Read(offsets[i]);
        }

        return null;
    }

    /// <summary>Whether the signature is an ECDSA-with-SHA256 one of this P-256 key.</summary>
    internal bool IsSignedBy(DeviceCertificate issuer) =>
        issuer.Point is { } point && _algorithm.Equals(Algorithms.EcdsaWithSha256)
        && _signedBy.GetOrAdd(Hex.Encode(point), _ => P256.Verify(point, Der.AsSpan(_signed.Start, _signed.Length).ToArray(), _signature));

    // FNV-1a; who is looked up in a list has checked its signature, so that nobody can have chosen the numbers to collide.
    static ulong Key(ReadOnlySpan<byte> serial)
    {
        var hash = 14695981039346656037;
        foreach (var octet in serial) hash = (hash ^ octet) * 1099511628211;
        return hash;
    }

    IEnumerable<int> Offsets()
    {
        for (var entries = _entries; !entries.IsAtEnd; entries.Enter(DerCursor.Sequence)) yield return entries.Position;
    }

    ReadOnlySpan<byte> Serial(int offset) => new DerCursor(Der, offset, Der.Length).Enter(DerCursor.Sequence).EnterInteger();

    EntryParts Entry(int offset)
    {
        var entry = new DerCursor(Der, offset, Der.Length).Enter(DerCursor.Sequence);
        var serial = entry.EnterInteger();
        var time = entry.EnterTime();
        DerCursor? extensions = entry.IsAtEnd ? null : entry;
        return new EntryParts(serial, time, extensions);
    }

    RevokedCertificate Read(int offset)
    {
        var (serial, time, extensions) = Entry(offset);
        return new RevokedCertificate(SerialNumbers.Format(new BigInteger(serial.ToArray())), time.ToLocalTime(), extensions is { } own ? ReasonOf(Extensions(own)) : null);
    }

    static RevocationReason? ReasonOf(List<ExtensionField> extensions) =>
        extensions.Find(e => e.Id.Equals(X509Extensions.ReasonCode)) is not { } reason ? null
        : reason.Value is [0x0A, 1, <= 10 and var code] ? (RevocationReason)code
        : throw new ArgumentException("A reason is one of RFC 5280's.");

    static List<ExtensionField> Extensions(DerCursor cursor)
    {
        var list = new List<ExtensionField>();
        var extensions = cursor.Enter(DerCursor.Sequence);
        if (!cursor.IsAtEnd) throw new ArgumentException("Something follows the extensions.");
        while (!extensions.IsAtEnd)
        {
            var extension = extensions.Enter(DerCursor.Sequence);
            var id = DerObjectIdentifier.GetInstance(extension.Whole(DerCursor.ObjectIdentifier));
            var critical = extension.Is(DerCursor.Boolean);
            if (critical && !extension.Enter(DerCursor.Boolean).Rest.SequenceEqual([(byte)0xFF])) throw new ArgumentException("TRUE is FF, and FALSE is left out.");
            list.Add(new ExtensionField(id, critical, extension.Enter(DerCursor.OctetString).Rest.ToArray()));
            if (!extension.IsAtEnd) throw new ArgumentException("An extension has two or three parts.");
        }

        return list;
    }

    string? FindRestriction(IReadOnlyList<ExtensionField> extensions)
    {
        if (extensions.Any(e => e.Id.Equals(X509Extensions.DeltaCrlIndicator))) return "it holds only what changed since another list (a delta)";
        if (extensions.Any(e => e.Id.Equals(X509Extensions.IssuingDistributionPoint))) return "it covers only a part of the issuer's certificates (issuingDistributionPoint)";
        if (extensions.FirstOrDefault(e => e.IsCritical && !e.Id.Equals(X509Extensions.AuthorityKeyIdentifier) && !e.Id.Equals(X509Extensions.CrlNumber)) is { } strange) return $"it has the critical extension {DeviceCreds.Extensions.Name(strange.Id)}, which is not processed here";
        return _strangeEntry is null ? null : $"an entry has the critical extension {_strangeEntry}, which is not processed here";
    }

    static (byte[] Der, int? Line) FindDer(InputFile file)
    {
        // Looking for PEM inside a large list in DER would cost more than reading it.
        if ((DerObject.Length(file.Bytes, 0) == file.Bytes.Length && file.Bytes[0] == DerCursor.Sequence) || file.LooksLikeDer) return (file.Bytes, null);
        if (!DeviceCreds.Pem.IsPem(file.Text)) throw file.Invalid("RevocationListNotRecognised", "this is neither PEM nor DER.", "A revocation list begins with '-----BEGIN X509 CRL-----' (PEM) or with the byte 30 (DER).");
        var blocks = DeviceCreds.Pem.Parse(file);
        var lists = blocks.Where(b => b.Label == "X509 CRL").ToList();
        return lists.Count switch
        {
            1 => (lists[0].Bytes, lists[0].Line),
            0 => throw file.Invalid("RevocationListNotFound", $"the file holds no revocation list (found: {DeviceCreds.Pem.Labels(blocks)}).", "Give the file that holds the list."),
            _ => throw file.Invalid("RevocationListSeveral", $"the file holds {lists.Count} revocation lists.", "Keep one list in a file."),
        };
    }

    static void Write(MemoryStream stream, RevokedCertificate certificate)
    {
        var serial = Hex.TryDecode(certificate.SerialNumber) is { Length: > 0 } bytes ? new DerInteger(new BigInteger(1, bytes)).GetDerEncoded()
            : throw new IssuanceException("SerialNumberInvalid", ErrorKind.InvalidArgument, $"'{SubjectText.Shorten(certificate.SerialNumber)}' is no serial number.", "A serial number is hexadecimal, with an even number of digits.");
        var time = new Time(Lifetime.Seconds(certificate.RevokedAt.ToUniversalTime())).GetDerEncoded();
        // RFC 5280, 5.3.1: unspecified is said by saying nothing.
        byte[] reason = certificate.Reason is null or RevocationReason.Unspecified ? [] : [0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01, (byte)certificate.Reason];
        var header = Header(DerCursor.Sequence, serial.Length + time.Length + reason.Length);
        foreach (var part in new[] { header, serial, time, reason }) stream.Write(part, 0, part.Length);
    }

    static byte[] Header(byte tag, long length) => length switch
    {
        < 0x80 => [tag, (byte)length],
        < 0x100 => [tag, 0x81, (byte)length],
        < 0x10000 => [tag, 0x82, (byte)(length >> 8), (byte)length],
        < 0x1000000 => [tag, 0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        _ => [tag, 0x84, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
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

    /// <summary>The issuer and the number of entries.</summary>
    public override string ToString() => $"{Issuer}: {Count} revoked";

    /// <summary>An entry in place.</summary>
    readonly ref struct EntryParts(ReadOnlySpan<byte> serial, DateTime time, DerCursor? extensions)
    {
        public ReadOnlySpan<byte> Serial { get; } = serial;

        public void Deconstruct(out ReadOnlySpan<byte> serialNumber, out DateTime revokedAt, out DerCursor? own)
        {
            serialNumber = Serial;
            (revokedAt, own) = (time, extensions);
        }
    }
}
