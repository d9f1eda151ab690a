namespace DeviceCreds;

/// <summary>Whose entry it is in a file for all devices: the device's, for one kind of credential.</summary>
/// <param name="Folder">The name of the device's folder, which no other device has.</param>
/// <param name="Kind">The kind of credential that the entry holds; null where the service knows only the device's name.</param>
internal readonly record struct FleetEntryId(string Folder, CredentialKind? Kind)
{
    /// <summary>The same in few bytes: a file may have millions of entries.</summary>
    public NameHash Hash => NameHash.Of($"{Kind}/{Folder}");

    public static FleetEntryId Of(string endpointName, CredentialKind? kind = null) => new(FileNames.FolderFor(endpointName), kind);
}
