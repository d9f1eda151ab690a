using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The entries of a revocation list (RFC 5280, 5.1.2.6 and 5.3). They stay in their encoding, so that a million entries take
/// the memory of their bytes.
/// </summary>
internal sealed class RevocationListEntries
{
    static readonly DerObjectIdentifier[] Processed =
    [
        X509Extensions.ReasonCode,
        X509Extensions.InvalidityDate,
        X509Extensions.InstructionCode,
        X509Extensions.CertificateIssuer,
    ];

    readonly byte[] _der;
    readonly DerCursor _entries;
    readonly Lazy<(ulong[] Keys, int[] Offsets)> _bySerial;

    // From which entry on the certificates are which CA's; empty when all are the list's own issuer's.
    readonly List<int> _issuerOffsets = [];
    readonly List<string> _issuerKeys = [];

    /// <param name="der">The whole list.</param>
    /// <param name="entries">Where its entries stand; null when it has none.</param>
    /// <exception cref="ArgumentException">An entry is not what it should be.</exception>
    public RevocationListEntries(byte[] der, DerCursor? entries)
    {
        _der = der;
        _entries = entries ?? new DerCursor(der, 0, 0);
        _bySerial = new(Sort);
        foreach (var offset in Offsets())
        {
            Count++;
            var (_, _, own) = Entry(offset);
            if (own is not { } cursor)
                continue;
            var extensions = ReadExtensions(cursor);
            ReasonOf(extensions);
            if (extensions.Find(e => e.Id.Equals(X509Extensions.CertificateIssuer)) is { } issuer)
                ChangeIssuer(offset, issuer);
            UnknownExtension ??= extensions.Find(e => e.IsCritical && !Processed.Contains(e.Id)) is { } unknown
                ? Extensions.Name(unknown.Id)
                : null;
        }
    }

    public int Count { get; }

    /// <summary>A critical extension of an entry that is not processed here; the list must not be used then (RFC 5280, 5.3).</summary>
    public string? UnknownExtension { get; }

    /// <summary>Every entry, in the list's order.</summary>
    public IEnumerable<RevokedCertificate> All => Offsets().Select(Read);

    /// <summary>The entries of one certificate.</summary>
    /// <param name="serial">Its serial number.</param>
    /// <param name="issuerKey">The key of its issuer's name.</param>
    /// <param name="listIssuerKey">The key of the name of the list's issuer.</param>
    public IEnumerable<RevokedCertificate> Find(BigInteger serial, string issuerKey, string listIssuerKey)
    {
        var wanted = serial.ToByteArray();
        var ((keys, offsets), key) = (_bySerial.Value, Key(wanted));
        var i = Array.BinarySearch(keys, key);
        while (i > 0 && keys[i - 1] == key)
            i--;
        for (; i >= 0 && i < keys.Length && keys[i] == key; i++)
        {
            if (Serial(offsets[i]).SequenceEqual(wanted) && (IssuerOf(offsets[i]) ?? listIssuerKey) == issuerKey)
                yield return Read(offsets[i]);
        }
    }

    // An entry without a certificateIssuer has that of the entry before it (5.3.3).
    string? IssuerOf(int offset)
    {
        var i = _issuerOffsets.BinarySearch(offset);
        if (i < 0)
            i = ~i - 1;
        return i < 0 ? null : _issuerKeys[i];
    }

    void ChangeIssuer(int offset, ExtensionField extension)
    {
        var names = GeneralNames.GetInstance(Asn1Object.FromByteArray(extension.Value)).GetNames();
        var name =
            names.FirstOrDefault(n => n.TagNo == GeneralName.DirectoryName)
            ?? throw new UnreadableException("the issuer of an entry has no name");
        var key = DistinguishedName.Normalise(Asn1Sequence.GetInstance(name.Name.ToAsn1Object()));
        if (_issuerKeys.Count > 0 && _issuerKeys[_issuerKeys.Count - 1] == key)
            return;
        _issuerOffsets.Add(offset);
        _issuerKeys.Add(key);
    }

    (ulong[] Keys, int[] Offsets) Sort()
    {
        var (keys, offsets) = (new ulong[Count], Offsets().ToArray());
        for (var i = 0; i < offsets.Length; i++)
            keys[i] = Key(Serial(offsets[i]));
        Array.Sort(keys, offsets);
        return (keys, offsets);
    }

    // FNV-1a; who is looked up in a list has checked its signature, so that nobody can have chosen the numbers to collide.
    static ulong Key(ReadOnlySpan<byte> serial)
    {
        var hash = 14695981039346656037;
        foreach (var octet in serial)
            hash = (hash ^ octet) * 1099511628211;
        return hash;
    }

    IEnumerable<int> Offsets()
    {
        for (var entries = _entries; !entries.IsAtEnd; entries.Enter(DerCursor.Sequence))
            yield return entries.Position;
    }

    ReadOnlySpan<byte> Serial(int offset) => new DerCursor(_der, offset, _der.Length).Enter(DerCursor.Sequence).EnterInteger();

    RevokedCertificate Read(int offset)
    {
        var (serial, time, extensions) = Entry(offset);
        var number = SerialNumbers.Format(new BigInteger(serial.ToArray()));
        if (extensions is not { } own)
            return new RevokedCertificate(number, Lifetime.Local(time));
        var fields = ReadExtensions(own);
        var since = fields.Find(e => e.Id.Equals(X509Extensions.InvalidityDate)) is { } date ? InvalidityDate.Read(date.Value) : null;
        return new RevokedCertificate(number, Lifetime.Local(time), ReasonOf(fields))
        {
            InvalidSince = since is { } utc ? Lifetime.Local(utc) : null,
        };
    }

    EntryParts Entry(int offset)
    {
        var entry = new DerCursor(_der, offset, _der.Length).Enter(DerCursor.Sequence);
        var serial = entry.EnterInteger();
        var time = entry.EnterTime();
        DerCursor? extensions = entry.IsAtEnd ? null : entry;
        return new EntryParts(serial, time, extensions);
    }

    // A number that RFC 5280 gives no name is a reason, too: the certificate is revoked.
    static RevocationReason? ReasonOf(List<ExtensionField> extensions) =>
        extensions.Find(e => e.Id.Equals(X509Extensions.ReasonCode)) is not { } reason ? null
        : reason.Value is [0x0A, 1, < 0x80 and var code] ? (RevocationReason)code
        : throw new UnreadableException("the reason of an entry is not a number of one byte (RFC 5280, 5.3.1)");

    /// <summary>The extensions of an entry or of the list, to the end of the cursor.</summary>
    /// <exception cref="ArgumentException">They are not what they should be.</exception>
    public static List<ExtensionField> ReadExtensions(DerCursor cursor)
    {
        var list = new List<ExtensionField>();
        var extensions = cursor.Enter(DerCursor.Sequence);
        if (!cursor.IsAtEnd)
            throw new UnreadableException("something follows the extensions");
        while (!extensions.IsAtEnd)
        {
            var extension = extensions.Enter(DerCursor.Sequence);
            var id = DerObjectIdentifier.GetInstance(extension.Whole(DerCursor.ObjectIdentifier));
            var critical = extension.Is(DerCursor.Boolean);
            if (critical && !extension.Enter(DerCursor.Boolean).Rest.SequenceEqual([(byte)0xFF]))
                throw new UnreadableException("an extension is marked critical in another way than DER asks");
            list.Add(new ExtensionField(id, critical, extension.Enter(DerCursor.OctetString).Rest.ToArray()));
            if (!extension.IsAtEnd)
                throw new UnreadableException("an extension has more than 3 parts");
        }

        return list;
    }

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
