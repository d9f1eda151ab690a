namespace DeviceCreds;

/// <summary>A revocation list, and what it is good for.</summary>
/// <param name="List">The list.</param>
/// <param name="Signers">The certificates of its CA whose key signed it.</param>
/// <param name="Defect">Why it is not used, as the end of a sentence; null when it is.</param>
/// <param name="IsUnverified">Whether it may be its CA's, but that cannot be verified here: what it revokes counts then.</param>
internal sealed record ListUse(
    CertificateRevocationList List,
    IReadOnlyList<DeviceCertificate> Signers,
    string? Defect = null,
    bool IsUnverified = false
)
{
    /// <summary>Whether it shows what is revoked and what is not.</summary>
    public bool IsUsed => Defect is null;

    /// <summary>Whether it counts when it says that a certificate is revoked.</summary>
    public bool IsEvidence => IsUsed || IsUnverified;

    /// <summary>The list for people.</summary>
    public string Name => $"list of '{SubjectText.Shorten(List.Issuer)}' of {Lifetime.Text(List.ThisUpdateUtc)}";

    /// <summary>A list that is not used.</summary>
    public static ListUse Not(CertificateRevocationList list, string defect) => new(list, [], defect);
}
