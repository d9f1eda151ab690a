namespace DeviceCreds;

/// <summary>A format with files of its own for each device.</summary>
internal interface IDeviceFormat : ICredentialFormat
{
    /// <summary>The files of one credential.</summary>
    /// <exception cref="DeviceCredsException">The credential or the configuration does not fit the format.</exception>
    IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options);
}
