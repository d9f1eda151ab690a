namespace DeviceCreds;

/// <summary>A CA as RFC 5280 sees it, a name and a key, with every certificate of it that is at hand.</summary>
internal sealed class KnownAuthority
{
    /// <param name="certificates">One or more certificates with one subject and one key, in any order.</param>
    public KnownAuthority(IEnumerable<DeviceCertificate> certificates) => Certificates = [.. certificates.OrderBy(c => c, Order)];

    /// <summary>An order that does not depend on the order of files and arguments: the oldest first.</summary>
    public static Comparer<DeviceCertificate> Order { get; } =
        Comparer<DeviceCertificate>.Create(
            (a, b) =>
                a.Fields.NotBefore.CompareTo(b.Fields.NotBefore) is not 0 and var dates
                    ? dates
                    : a.CertificateDer.AsSpan().SequenceCompareTo(b.CertificateDer)
        );

    /// <summary>The certificates, in an order of their own.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates { get; }

    /// <summary>Whether its key made a certificate's signature.</summary>
    public bool Signed(DeviceCertificate certificate) => certificate.IsSignedBy(Certificates[0]);

    /// <summary>Whether one of its certificates has this subjectKeyIdentifier.</summary>
    public bool HasIdentifier(byte[] keyIdentifier) =>
        Certificates.Any(c => keyIdentifier.AsSpan().SequenceEqual(Extensions.SubjectKeyIdentifier(c.Fields)));

    /// <summary>Whether two certificates are of one CA.</summary>
    public static bool AreOfOne(DeviceCertificate a, DeviceCertificate b) =>
        a.SubjectKey == b.SubjectKey && a.KeyBytes.AsSpan().SequenceEqual(b.KeyBytes);
}
