namespace DeviceCreds;

/// <summary>The result of merging ledgers.</summary>
/// <param name="Path">The ledger that was written.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Duplicates">How many subjects have several valid certificates that are not renewals.</param>
/// <param name="DuplicateNames">The endpoint names of the first of them.</param>
public sealed record MergedLedger(string Path, long Entries, long Duplicates, IReadOnlyList<string> DuplicateNames);
