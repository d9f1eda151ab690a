namespace DeviceCreds;

/// <summary>The result of injecting one device: what it got, and what it replied. Times are local.</summary>
public sealed record DeviceInjection
{
    /// <summary>The device's endpoint name.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>Which service its credential opens.</summary>
    public CredentialKind Kind { get; init; }

    /// <summary>Whether the device stored everything, and its own verification passed unless it was told to leave that out.</summary>
    public bool Succeeded { get; init; }

    /// <summary>The status of the device's factory configurator client; null when it did not reply.</summary>
    public StatusCode? ReturnStatus { get; init; }

    /// <summary>What the device says of its status.</summary>
    public string? InfoMessage { get; init; }

    /// <summary>The device's warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The status of the communication; null when there was no reply.</summary>
    public StatusCode? CommunicationStatus { get; init; }

    /// <summary>The ID by which the device is claimed (first-to-claim); null for LwM2M credentials.</summary>
    public string? EnrollmentId { get; init; }

    /// <summary>The serial number of the device's certificate, in hexadecimal; null when none was issued.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Where the device was reached.</summary>
    public string Address { get; init; } = "";

    /// <summary>When the device was connected, or when an attempt that failed earlier began.</summary>
    public DateTime StartedAt { get; init; }

    /// <summary>How long it took from then on.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The error's stable identifier; null when it succeeded.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What went wrong; null when it succeeded.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it; null when there is nothing to do.</summary>
    public string? Advice { get; init; }

    /// <summary>Whether anything was sent to the device. Its storage is erased by the first message that it takes.</summary>
    public bool MessageSent { get; init; }

    /// <summary>Whether a certificate was issued to the device but not delivered.</summary>
    public bool NotDelivered { get; init; }

    /// <summary>The version of this product that injected it.</summary>
    public string ProductVersion { get; init; } = "";

    /// <summary>The other columns of the device's row; empty when it was read from a journal.</summary>
    public DeviceColumns Columns { get; init; } = DeviceColumns.None;

    /// <summary>
    /// The serial number of the certificate that is meant when this injection's is to be revoked; null when there is none, and when the
    /// device may have it: it was refused because it had been injected, or its answer was lost after the certificate was sent.
    /// </summary>
    public string? CertificateToRevoke => ErrorId == AlreadyInjected || IsInDoubt ? null : SerialNumber;

    // A device that says what is wrong did not take it. Older journals have the status of another session's reply.
    bool IsInDoubt => NotDelivered && MessageSent && (ReturnStatus is null || ErrorId == SessionMismatch);

    /// <summary>The error of a device that has been injected before.</summary>
    internal const string AlreadyInjected = "AlreadyInjected";

    /// <summary>The error of a reply that answers another message than the one that was sent.</summary>
    internal const string SessionMismatch = "SessionMismatch";

    /// <summary>The verdict, the device and its status.</summary>
    public override string ToString() =>
        $"{(Succeeded ? "Injected" : "Failed")}: "
        + $"{EndpointName}{(ReturnStatus is { } status ? $" ({status})" : ErrorId is null ? "" : $" ({ErrorId})")}";
}
