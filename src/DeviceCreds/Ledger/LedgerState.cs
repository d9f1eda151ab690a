namespace DeviceCreds;

/// <summary>What a ledger says of a certificate.</summary>
public enum LedgerState
{
    /// <summary>Issued, and neither revoked nor marked as expired (<c>V</c>).</summary>
    Valid,

    /// <summary>Revoked (<c>R</c>).</summary>
    Revoked,

    /// <summary>Expired (<c>E</c>, which <c>openssl ca -updatedb</c> writes).</summary>
    Expired,
}
