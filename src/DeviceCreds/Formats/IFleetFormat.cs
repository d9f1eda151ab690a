namespace DeviceCreds;

/// <summary>A format with one file for all devices of an export: one line for each device.</summary>
internal interface IFleetFormat : ICredentialFormat
{
    /// <summary>The file's name, without a folder.</summary>
    string FileName { get; }

    /// <summary>The text before the first entry.</summary>
    string Begin { get; }

    /// <summary>The text between two entries.</summary>
    string Between { get; }

    /// <summary>The text after the last entry.</summary>
    string End { get; }

    /// <summary>One credential's entry.</summary>
    /// <exception cref="DeviceCredsException">The credential or the configuration does not fit the format.</exception>
    string Entry(DeviceCredential credential, ExportOptions options);

    /// <summary>The identity of a credential's entry.</summary>
    FleetEntryId IdOf(DeviceCredential credential);

    /// <summary>The identity of the entry on a line of a file; null when it is not an entry of this format.</summary>
    FleetEntryId? Identify(string entry);
}
