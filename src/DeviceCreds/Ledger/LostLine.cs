namespace DeviceCreds;

/// <summary>A line that a run wrote and another program lost.</summary>
/// <param name="Entry">What the line says.</param>
/// <param name="IsThere">Whether the certificate is in the ledger, as it was before the run changed it.</param>
internal readonly record struct LostLine(LedgerEntry Entry, bool IsThere);
