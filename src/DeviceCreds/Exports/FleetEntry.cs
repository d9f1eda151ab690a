namespace DeviceCreds;

/// <summary>A credential's entry in a file for all devices.</summary>
/// <param name="Id">Whose it is.</param>
/// <param name="Text">The line.</param>
internal sealed record FleetEntry(FleetEntryId Id, string Text);
