namespace DeviceCreds;

/// <summary>One entry of a revocation list.</summary>
/// <param name="SerialNumber">The certificate's serial number in hexadecimal.</param>
/// <param name="RevokedAt">When it was revoked; read from a list, in local time.</param>
/// <param name="Reason">Why; null when the list gives no reason. 9 and 10 are RFC 5280's privilegeWithdrawn and aACompromise.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTime RevokedAt, RevocationReason? Reason = null)
{
    /// <summary>
    /// Since when its key is known or thought to be compromised (invalidityDate; RFC 5280, 5.3.2), in local time when it was read from
    /// a list; null when the list does not say.
    /// </summary>
    public DateTime? InvalidSince { get; init; }
}
