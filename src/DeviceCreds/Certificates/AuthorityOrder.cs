namespace DeviceCreds;

/// <summary>What a new CA certificate must be.</summary>
public sealed record AuthorityOrder
{
    /// <summary>The common name: 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The CA that signs it; null for a self-signed root.</summary>
    public CertificateAuthority? Issuer { get; init; }

    /// <summary>How long; by default 35 years, or until the issuer expires.</summary>
    public ValidityRequest Validity { get; init; } = ValidityRequest.Default;

    /// <summary>How many CAs may stand below it; by default 3 for a root, one less than the issuer's otherwise.</summary>
    public int? PathLength { get; init; }

    /// <summary>Where the new CA publishes its lists and its certificate: what it issues names these places.</summary>
    public AuthorityUris Uris { get; init; } = AuthorityUris.None;

    /// <summary>Records the new CA, before anybody has it: where this throws, no CA is made.</summary>
    public Action<CertificateAuthority>? Record { get; init; }

    /// <summary>The certificate that is renewed: its name, path length, restrictions and beginning are kept, and the
    /// identifier of its key.</summary>
    internal DeviceCertificate? Renews { get; init; }

    /// <summary>The clock; by default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
