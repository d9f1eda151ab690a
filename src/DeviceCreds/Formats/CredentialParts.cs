namespace DeviceCreds;

/// <summary>What the files of one device hold, until it is put together.</summary>
internal sealed class CredentialParts
{
    /// <summary>Certificates: devices', and those above them.</summary>
    public List<DeviceCertificate> Certificates { get; } = [];

    /// <summary>Private keys, each with the file that held it.</summary>
    public List<(DeviceKey Key, string? Path)> Keys { get; } = [];

    /// <summary>The kinds that the files name for device certificates; a file's name or an account ID tells otherwise.</summary>
    public Dictionary<DeviceCertificate, CredentialKind> Kinds { get; } = [];

    /// <summary>The device's configuration, when a file holds one.</summary>
    public DeviceConfiguration? Configuration { get; set; }
}
