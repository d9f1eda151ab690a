namespace DeviceCreds;

/// <summary>When and why a certificate was revoked.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Reason">Why; null when no reason was given.</param>
/// <param name="Detail">What OpenSSL adds to some reasons: <c>keyTime,&lt;time&gt;</c>, <c>CAkeyTime,&lt;time&gt;</c> or
/// <c>holdInstruction,&lt;OID&gt;</c>, in place of the reason's own word.</param>
internal sealed record Revocation(DateTime At, RevocationReason? Reason, string? Detail = null);
