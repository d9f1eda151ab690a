namespace DeviceCreds;

/// <summary>A CA as RFC 5280 defines it, a name and a key, with every certificate of it that is at hand.</summary>
internal sealed class KnownAuthority
{
    /// <param name="certificates">One or more certificates with one subject and one key, in any order.</param>
    public KnownAuthority(IEnumerable<DeviceCertificate> certificates) => Certificates = [.. certificates.OrderBy(c => c, Order)];

    /// <summary>An order that does not depend on the order of files and arguments: the oldest first.</summary>
    public static Comparer<DeviceCertificate> Order { get; } =
        Comparer<DeviceCertificate>.Create((a, b) => a.Fields.NotBefore.CompareTo(b.Fields.NotBefore) is not 0 and var dates
            ? dates : a.CertificateDer.AsSpan().SequenceCompareTo(b.CertificateDer));

    /// <summary>The certificates, in an order of their own.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates { get; }

    /// <summary>
    /// The same for a chain that will be used: first those that are valid now, then those under which a device may have the certificate,
    /// then, of those that one CA issued, the one that lasts longest.
    /// </summary>
    /// <param name="below">What this CA issued. A device's certificate begins later than its CA's.</param>
    /// <param name="now">The time.</param>
    public IEnumerable<DeviceCertificate> BestFirst(DeviceCertificate below, DateTime now) =>
        Certificates.GroupBy(c => c.IssuerKey).SelectMany(g => g.OrderByDescending(c => c.Fields.NotAfter))
            .OrderByDescending(c => c.Fields.NotBefore <= now && c.Fields.NotAfter >= now)
            .ThenByDescending(c => below.IsCertificateAuthority || c.Fields.NotBefore < below.Fields.NotBefore);

    /// <summary>The certificate that becomes valid first.</summary>
    public DeviceCertificate Oldest => Certificates[0];

    /// <summary>When the last of its certificates expires.</summary>
    public DateTime NotAfter => Certificates.Max(c => c.Fields.NotAfter);

    /// <summary>Whether its key made a certificate's signature.</summary>
    public bool Signed(DeviceCertificate certificate) => certificate.IsSignedBy(Oldest);

    /// <summary>Whether one of its certificates has this subjectKeyIdentifier.</summary>
    public bool HasIdentifier(byte[] keyIdentifier) =>
        Certificates.Any(c => keyIdentifier.AsSpan().SequenceEqual(Extensions.SubjectKeyIdentifier(c.Fields)));

    /// <summary>Whether a certificate is this CA's.</summary>
    public bool Has(DeviceCertificate certificate) => AreOfOne(Oldest, certificate);

    /// <summary>Whether two certificates are of one CA.</summary>
    public static bool AreOfOne(DeviceCertificate a, DeviceCertificate b) =>
        a.KeyBytes.AsSpan().SequenceEqual(b.KeyBytes) && a.SubjectKey == b.SubjectKey;
}
