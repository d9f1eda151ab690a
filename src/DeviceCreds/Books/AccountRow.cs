using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>A device in the books, in a few bytes: millions are held at a time. Numbers are those of the stores; 0 means nothing.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AccountRow
{
    public int EndpointName;
    public int AccountId;

    /// <summary>The next account with the same digest of its endpoint name.</summary>
    public int Next;

    public int FirstCertificate;
    public int LastCertificate;

    /// <summary>Of the first account of an endpoint name: the certificate that was injected last.</summary>
    public int Injected;

    /// <summary>Of the first account of an endpoint name: when a message was sent to the device last, in ticks.</summary>
    public long SentAt;

    /// <summary>How many certificates it has; larger numbers are not counted.</summary>
    public byte Count;

    public CredentialKind Kind;
    public bool IsPlanned;
}
