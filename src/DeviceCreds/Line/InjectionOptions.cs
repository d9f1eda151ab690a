namespace DeviceCreds;

/// <summary>What a run of injections may choose.</summary>
public sealed record InjectionOptions
{
    /// <summary>Chain depth, root, and configurations.</summary>
    public ExportOptions Export { get; init; } = new();

    /// <summary>The byte order of the integers around messages.</summary>
    public ByteOrder ByteOrder { get; init; } = ByteOrder.LittleEndian;

    /// <summary>How long connecting, sending and the reply may take, each. Making a key and writing flash take seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for a device that is not there yet; zero for no wait.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Whether to send what the device would refuse, and to inject devices again.</summary>
    public bool Force { get; init; }

    /// <summary>Where each injection is recorded; null for nowhere.</summary>
    public InjectionJournal? Journal { get; init; }
}
