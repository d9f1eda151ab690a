using System.Runtime.CompilerServices;

namespace DeviceCreds;

/// <summary>One device certificate with everything that is known around it: the input of the rules.</summary>
internal sealed class VerificationCase
{
    CertificatePath? _heap;
    RevocationSearch? _revocation;
    IReadOnlyList<DeviceCertificate>? _storedPath;
    IReadOnlyList<DeviceCertificate>? _all;

    /// <summary>The device certificate.</summary>
    public required DeviceCertificate Certificate { get; init; }

    /// <summary>The certificates that came together, in their order; including the device certificate.</summary>
    public required IReadOnlyList<DeviceCertificate> Bundle { get; init; }

    /// <summary>From the device certificate upwards, through the bundle and the trusted issuers, as far as they lead.</summary>
    public required IReadOnlyList<DeviceCertificate> Path { get; init; }

    /// <summary>From the device certificate upwards, through the bundle only: the chain that the device stores.</summary>
    public IReadOnlyList<DeviceCertificate> StoredPath =>
        _storedPath ??= IsLinked(Bundle) ? Bundle : CertificatePath.Build(Certificate, Bundle);

    /// <summary>Every certificate to be tested: those of the path, then the others that are stored.</summary>
    public IReadOnlyList<DeviceCertificate> All => _all ??= IsStoredPathOnPath ? Path : [.. Path, .. StoredPath.Except(Path)];

    /// <summary>Whether the path begins with everything that is stored, as it usually does.</summary>
    public bool IsStoredPathOnPath => StoredPath.Count <= Path.Count && !StoredPath.Where((c, i) => !c.Equals(Path[i])).Any();

    /// <summary>The certificates that the caller trusts; empty when none was given.</summary>
    public required IReadOnlyList<DeviceCertificate> Anchors { get; init; }

    public required CredentialKind Kind { get; init; }

    /// <summary>The endpoint name that the caller knows; null when unknown.</summary>
    public string? EndpointName { get; init; }

    /// <summary>The account ID that the caller knows; null when unknown.</summary>
    public string? AccountId { get; init; }

    public DeviceKey? Key { get; init; }

    /// <summary>Whether it is a developer certificate: the portal makes those self-signed, as a CA's, and for 10 years.</summary>
    public bool IsForDevelopment { get; init; }

    /// <summary>The revocation lists that the caller gave.</summary>
    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; init; } = [];

    /// <summary>All certificates that are at hand.</summary>
    public CertificatePath Heap { get => _heap ??= new(Bundle.Concat(Path).Concat(Anchors), Anchors, Now); init => _heap = value; }

    /// <summary>What the revocation lists say.</summary>
    public RevocationSearch Revocation => _revocation ??= new(this);

    public int? ChainDepth { get; init; }

    /// <summary>The device's configuration; null when a certificate is tested alone.</summary>
    public DeviceConfiguration? Configuration { get; init; }

    /// <summary>The bundle that was read and is tested as it is; null for what would be exported.</summary>
    public DeliveredBundle? Delivered { get; init; }

    /// <summary>The time that the device's clock is set to; null for the moment of the export, or for none.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>Whether findings have their texts: of a certificate that passes, often nobody reads them.</summary>
    public bool WantsTexts { get; set; } = true;

    /// <summary>The time of the test, in UTC.</summary>
    public required DateTime Now { get; init; }

    /// <summary>Whether the device knows the time: a bundle that was read may not set its clock.</summary>
    public bool HasClock => Delivered is null ? Configuration is not { KeepsClock: true } : Configuration!.CurrentTime is not null;

    /// <summary>Every certificate that is stored on the device, with its name for people.</summary>
    public IEnumerable<(string Name, DeviceCertificate Certificate)> Stored =>
        Bundle.Select(c => (Name(c), c)).Concat(Configuration is null ? [] : ConfigurationCheck.Certificates(Configuration));

    /// <summary>The certificates for firmware updates, in the order in which the device checks them.</summary>
    public IReadOnlyList<DeviceCertificate> UpdateCertificates =>
        Configuration?.CustomCertificates.FirstOrDefault(c => c.Name == DeviceItems.UpdateCertificate)?.Certificates
            ?? (Configuration?.UpdateCertificate is { } update ? [update] : []);

    /// <summary>The finding that nothing is wrong.</summary>
    public Finding Pass([InterpolatedStringHandlerArgument("")] Sentence found) => WantsTexts ? Finding.Pass($"{found}") : Finding.Passed;

    /// <inheritdoc cref="Pass(Sentence)"/>
    public Finding Pass(string found) => WantsTexts ? Finding.Pass(found) : Finding.Passed;

    /// <summary>The finding that something was not given to compare with.</summary>
    public Finding Skip(string missing) => WantsTexts ? Finding.Skip(missing) : Finding.Skipped;

    public CertificateFields Fields => Certificate.Fields;

    public CertificateProfile Profile => CertificateProfile.For(Kind);

    /// <summary>The issuing certificate, when it is at hand.</summary>
    public DeviceCertificate? Issuer => Path.Count > 1 ? Path[1] : null;

    /// <summary>The certificates above the device's, on the path.</summary>
    public IEnumerable<DeviceCertificate> Authorities => Path.Skip(1);

    /// <summary>The CA that issued the device's certificate; any of its certificates may make a rule pass.</summary>
    public KnownAuthority? IssuingAuthority => Issuer is { } issuer ? Heap.Authority(issuer) : null;

    /// <summary>Whether the device stores a certificate.</summary>
    public bool IsStored(DeviceCertificate certificate) => Bundle.Contains(certificate);

    // The device first, then each issuer, none twice, and nothing above a root.
    bool IsLinked(IReadOnlyList<DeviceCertificate> chain) =>
        chain.Count <= CertificatePath.MaximumDepth
        && chain[0].Equals(Certificate)
        && Enumerable
            .Range(1, chain.Count - 1)
            .All(i => chain[i - 1].IssuerKey == chain[i].SubjectKey && !chain[i - 1].IsSelfSigned && !chain.Take(i).Contains(chain[i]));

    /// <summary>A certificate of the path, for people.</summary>
    public string Name(DeviceCertificate certificate) =>
        ReferenceEquals(certificate, Certificate) ? "The certificate" : $"'{SubjectText.Shorten(certificate.Subject)}' above it";
}
