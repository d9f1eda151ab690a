using System.Collections.Concurrent;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// A certificate revocation list (RFC 5280, 5): the certificates that a CA revoked. It stays in its encoding, so that a million
/// entries take the memory of their bytes. Times are local, as those of <see cref="DeviceCertificate"/>.
/// </summary>
public sealed class CertificateRevocationList
{
    /// <summary>A list of some 5 million entries.</summary>
    internal const int MaximumBytes = 256 * 1024 * 1024;

    readonly ConcurrentDictionary<string, bool?> _signedBy = new();
    readonly Lazy<string> _issuerKey;
    readonly RevocationListEntries _entries;
    readonly byte[] _signature;
    readonly AlgorithmIdentifier _algorithm;
    readonly (int Start, int Length) _signed;

    /// <exception cref="ArgumentException">
    /// The bytes are not a CertificateList. (BouncyCastle throws others of its own; <see cref="Guarded.IsRefusal"/> knows them.)
    /// </exception>
    internal CertificateRevocationList(byte[] der)
    {
        Der = der;
        var file = new DerCursor(der, 0, der.Length);
        var list = file.Enter(DerCursor.Sequence);
        if (!file.IsAtEnd) throw new UnreadableException("something follows it");
        var start = list.Position;
        var tbs = list.Enter(DerCursor.Sequence);
        _signed = (start, list.Position - start);
        _algorithm = AlgorithmIdentifier.GetInstance(list.Whole(DerCursor.Sequence));
        var bits = list.Enter(DerCursor.BitString).Rest;
        if (!list.IsAtEnd || bits.Length == 0 || bits[0] != 0)
            throw new UnreadableException("its signature has unused bits, expected none");
        _signature = bits.Slice(1).ToArray();

        var isVersion2 = tbs.Is(DerCursor.Integer);
        if (isVersion2 && !tbs.EnterInteger().SequenceEqual([(byte)1]))
            throw new UnreadableException("it is of another version than 1 and 2");
        if (!AlgorithmIdentifier.GetInstance(tbs.Whole(DerCursor.Sequence)).Equals(_algorithm))
            throw new UnreadableException("it names two signature algorithms");
        IssuerName = (Asn1Sequence)Asn1Object.FromByteArray(tbs.Whole(DerCursor.Sequence));
        Issuer = DistinguishedName.Format(IssuerName);
        ThisUpdateUtc = tbs.EnterTime();
        if (tbs.Is(DerCursor.UtcTime) || tbs.Is(DerCursor.GeneralizedTime)) NextUpdateUtc = tbs.EnterTime();
        _entries = new RevocationListEntries(der, tbs.Is(DerCursor.Sequence) ? tbs.Enter(DerCursor.Sequence) : null);

        IReadOnlyList<ExtensionField> extensions = [];
        if (isVersion2 && tbs.Is(DerCursor.Context0)) extensions = RevocationListEntries.ReadExtensions(tbs.Enter(DerCursor.Context0));
        if (!tbs.IsAtEnd) throw new UnreadableException("a field follows its entries that does not belong there");
        if (extensions.GroupBy(e => e.Id).Any(g => g.Count() > 1)) throw new UnreadableException("it has an extension twice");
        Scope = new RevocationScope(extensions, IssuerName);
        _issuerKey = new(() => DistinguishedName.Normalise(IssuerName));
    }

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer { get; }

    /// <summary>The list's number in hexadecimal (RFC 5280, 5.2.3), higher than those before; null when it has none.</summary>
    public string? Number => Scope.Number is { } number ? SerialNumbers.Format(number) : null;

    /// <summary>When it was made, in local time.</summary>
    public DateTime ThisUpdate => Lifetime.Local(ThisUpdateUtc);

    /// <summary>When the next one comes at the latest, in local time; null when it does not say.</summary>
    public DateTime? NextUpdate => NextUpdateUtc is { } next ? Lifetime.Local(next) : null;

    /// <summary>How many certificates are revoked.</summary>
    public int Count => _entries.Count;

    /// <summary>The revoked certificates, in the list's order, one at a time.</summary>
    public IEnumerable<RevokedCertificate> Revoked => _entries.All;

    /// <summary>The list in DER.</summary>
    public byte[] Der { get; }

    /// <summary>The list in PEM, label <c>X509 CRL</c>, with a line feed at the end, so that lists can be put into one file.</summary>
    public string Pem => DeviceCreds.Pem.Encode("X509 CRL", Der) + "\n";

    /// <summary>The list in PEM.</summary>
    public string ToPem() => Pem;

    internal Asn1Sequence IssuerName { get; }

    internal string IssuerKey => _issuerKey.Value;

    internal DateTime ThisUpdateUtc { get; }

    internal DateTime? NextUpdateUtc { get; }

    /// <summary>Which certificates and reasons it covers.</summary>
    internal RevocationScope Scope { get; }

    /// <summary>A critical extension of the list or of an entry that is not processed here; null when there is none.</summary>
    internal string? UnknownExtension => Scope.UnknownExtension ?? _entries.UnknownExtension;

    internal string SignatureAlgorithm => Algorithms.Name(_algorithm.Algorithm);

    /// <summary>Makes and signs a list. The entries are written as they come.</summary>
    /// <param name="issuer">The CA, with its private key.</param>
    /// <param name="revoked">Each certificate once. The reason RemoveFromCrl, which only a delta CRL may have, is left out.</param>
    /// <param name="number">The list's number: higher than any before.</param>
    /// <param name="thisUpdate">Now.</param>
    /// <param name="nextUpdate">When the next one will come at the latest.</param>
    /// <param name="cancel">Ends the wait for the CA's signature.</param>
    /// <exception cref="IssuanceException">The CA may not sign lists, a serial number is invalid, or the times are wrong.</exception>
    internal static CertificateRevocationList Create(CertificateAuthority issuer, IEnumerable<RevokedCertificate> revoked,
        BigInteger number, DateTime thisUpdate, DateTime nextUpdate, CancellationToken cancel = default) =>
        new(RevocationListWriter.Write(issuer, revoked, number, thisUpdate, nextUpdate, cancel));

    /// <summary>Every list of a file, in its order: PEM or DER, one or many.</summary>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<CertificateRevocationList> Read(InputFile file) => RevocationListReader.Read(file);

    /// <summary>Every list of a file, which may be larger than those of certificates.</summary>
    /// <exception cref="InputException">It cannot be read, or has no list.</exception>
    public static IReadOnlyList<CertificateRevocationList> Read(string path) => Read(InputFile.ReadLarge(path, MaximumBytes));

    /// <summary>The entries of a certificate; there is one at most in a good list.</summary>
    internal IEnumerable<RevokedCertificate> Find(DeviceCertificate certificate) => Find(certificate.Fields.Serial, certificate.IssuerKey);

    /// <param name="serial">A certificate's serial number.</param>
    /// <param name="issuerKey">The key of its issuer's name.</param>
    internal IEnumerable<RevokedCertificate> Find(BigInteger serial, string issuerKey) => _entries.Find(serial, issuerKey, IssuerKey);

    /// <summary>Whether the signature is this CA's.</summary>
    internal bool IsSignedBy(DeviceCertificate issuer) => Verify(issuer) == true;

    /// <summary>Whether the signature is this CA's; null when that cannot be verified here.</summary>
    internal bool? Verify(DeviceCertificate issuer) =>
        _signedBy.GetOrAdd(Hex.Encode(issuer.KeyBytes),
            _ => ServerSignature.Verify(_algorithm, issuer.Fields.KeyInfo, new(Der, _signed.Start, _signed.Length), _signature));

    /// <summary>The issuer and the number of entries.</summary>
    public override string ToString() => $"{MessageText.Clean(Issuer)}: {Count} revoked";
}
