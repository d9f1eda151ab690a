namespace DeviceCreds;

/// <summary>When and why a certificate was revoked.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Reason">Why; null when no reason was given.</param>
/// <param name="Detail">What OpenSSL adds to some reasons: <c>keyTime,&lt;time&gt;</c>, <c>CAkeyTime,&lt;time&gt;</c> or
/// <c>holdInstruction,&lt;OID&gt;</c>, in place of the reason's own word.</param>
internal sealed record Revocation(DateTime At, RevocationReason? Reason, string? Detail = null)
{
    /// <summary>Whether somebody else may have the key.</summary>
    public bool IsCompromise => Reason is RevocationReason.KeyCompromise or RevocationReason.CACompromise;

    /// <summary>Since when the key is known or thought to be compromised, in UTC; null when the ledger does not say.</summary>
    public DateTime? InvalidSince => Detail is { } detail ? InvalidityDate.Parse(detail.Substring(detail.IndexOf(',') + 1)) : null;
}
