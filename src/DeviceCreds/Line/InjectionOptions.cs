namespace DeviceCreds;

/// <summary>What a run of injections may choose.</summary>
public sealed record InjectionOptions
{
    /// <summary>Depth of the chain, root, and the configurations to choose from.</summary>
    public ExportOptions Export { get; init; } = new();

    /// <summary>The byte order of the integers around messages.</summary>
    public ByteOrder ByteOrder { get; init; } = ByteOrder.LittleEndian;

    /// <summary>How long connecting, sending and the reply may take, each. Making a key and writing flash take seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a device is waited for that is not there yet; zero for not at all.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Whether a device is sent what it would refuse, and one that was injected before is injected again.</summary>
    public bool Force { get; init; }

    /// <summary>Where each injection is recorded; null for nowhere.</summary>
    public InjectionJournal? Journal { get; init; }
}
