namespace DeviceCreds;

/// <summary>A form in which a device or a tool takes credentials. Each is one file in this folder.</summary>
internal interface ICredentialFormat
{
    /// <summary>The name that <c>-Format</c> takes.</summary>
    string Name { get; }

    /// <summary>What it is, in one line for completion and documentation.</summary>
    string Description { get; }

    /// <summary>The files of one credential.</summary>
    IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options);
}
