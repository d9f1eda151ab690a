namespace SimulatedDevice;

/// <summary>How a simulated device behaves; each property is a switch of the command line.</summary>
public sealed record DeviceOptions
{
    /// <summary>--serial: a pseudo terminal instead of a TCP port.</summary>
    public bool Serial { get; init; }

    /// <summary>--port: the TCP port; 0 for one that is free.</summary>
    public int Port { get; init; }

    /// <summary>--new-port: each device listens on another port, as the vendor's do on Linux.</summary>
    public bool NewPort { get; init; }

    /// <summary>--devices: how many devices come one after the other, as an operator swaps boards.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>--swap-delay: milliseconds from one device to the next.</summary>
    public int SwapDelay { get; init; }

    /// <summary>--boot-delay: milliseconds from power-on until the factory flow begins; what is sent earlier is lost.</summary>
    public int BootDelay { get; init; }

    /// <summary>--silent: takes messages, and never replies.</summary>
    public bool Silent { get; init; }

    /// <summary>--end-after-receiving: ends after so many bytes of a message.</summary>
    public int? EndAfterReceiving { get; init; }

    /// <summary>--end-after-sending: ends after so many bytes of a reply.</summary>
    public int? EndAfterSending { get; init; }

    /// <summary>--trace: writes text before, between and after replies, in colours and with a part of the token.</summary>
    public bool Trace { get; init; }

    /// <summary>--trace-secrets: writes what it receives into its text, as a debug build might.</summary>
    public bool TraceSecrets { get; init; }

    /// <summary>--split: sends replies byte by byte.</summary>
    public bool Split { get; init; }

    /// <summary>--delay: milliseconds until it replies.</summary>
    public int Delay { get; init; }

    /// <summary>--bytes-per-second: how fast it reads.</summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>--wrong-hash: the hash of its replies is wrong.</summary>
    public bool WrongHash { get; init; }

    /// <summary>--status: replies with this communication status.</summary>
    public int? Status { get; init; }

    /// <summary>--status-once: replies with this communication status to the second message of a session, once.</summary>
    public int? StatusOnce { get; init; }

    /// <summary>--return: refuses bundles with this status.</summary>
    public int? Return { get; init; }

    /// <summary>--malformed: replies with what is not CBOR.</summary>
    public bool Malformed { get; init; }

    /// <summary>--other-session: replies for another session.</summary>
    public bool OtherSession { get; init; }

    /// <summary>--other-request: asks for a certificate in another device's name.</summary>
    public bool OtherRequest { get; init; }

    /// <summary>--closed: its factory flow was closed earlier.</summary>
    public bool Closed { get; init; }

    /// <summary>--big-endian: the byte order of its integers.</summary>
    public bool BigEndian { get; init; }

    /// <summary>--echo: sends back what it gets.</summary>
    public bool Echo { get; init; }
}
