namespace DeviceCreds;

/// <summary>A format whose files have no form of their own: it goes by their names, and is asked before all others.</summary>
internal interface INamedFormat : IReadableFormat;
