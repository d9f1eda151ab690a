namespace DeviceCreds;

/// <summary>One device certificate with all that is known around it: what the rules look at.</summary>
internal sealed class VerificationCase
{
    CertificatePath? _heap;
    RevocationSearch? _revocation;

    /// <summary>The device certificate.</summary>
    public required DeviceCertificate Certificate { get; init; }

    /// <summary>The certificates that came together, as they stood; the device certificate among them.</summary>
    public required IReadOnlyList<DeviceCertificate> Bundle { get; init; }

    /// <summary>From the device certificate upwards, out of the bundle and the trusted issuers, as far as they lead.</summary>
    public required IReadOnlyList<DeviceCertificate> Path { get; init; }

    /// <summary>The certificates that the caller trusts; empty when none was given.</summary>
    public required IReadOnlyList<DeviceCertificate> Anchors { get; init; }

    public required CredentialKind Kind { get; init; }

    /// <summary>The endpoint name that the caller knows; null when unknown.</summary>
    public string? EndpointName { get; init; }

    /// <summary>The account ID that the caller knows; null when unknown.</summary>
    public string? AccountId { get; init; }

    public DeviceKey? Key { get; init; }

    /// <summary>The revocation lists that the caller gave.</summary>
    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; init; } = [];

    /// <summary>All certificates that are at hand.</summary>
    public CertificatePath Heap { get => _heap ??= new(Bundle.Concat(Path).Concat(Anchors), Anchors, Now); init => _heap = value; }

    /// <summary>What the revocation lists say.</summary>
    public RevocationSearch Revocation => _revocation ??= new(this);

    public int? ChainDepth { get; init; }

    /// <summary>What the device is told besides; null when a certificate is tested alone.</summary>
    public DeviceConfiguration? Configuration { get; init; }

    /// <summary>The moment that counts as now, in UTC.</summary>
    public required DateTime Now { get; init; }

    public CertificateFields Fields => Certificate.Fields;

    public CertificateProfile Profile => CertificateProfile.For(Kind);

    /// <summary>The issuing certificate, when it is at hand.</summary>
    public DeviceCertificate? Issuer => Path.Count > 1 ? Path[1] : null;

    /// <summary>The certificates above the device's.</summary>
    public IEnumerable<DeviceCertificate> Authorities => Path.Skip(1);

    /// <summary>A certificate of the path, for people.</summary>
    public string Name(DeviceCertificate certificate) =>
        ReferenceEquals(certificate, Certificate) ? "The certificate" : $"'{SubjectText.Shorten(certificate.Subject)}' above it";
}
