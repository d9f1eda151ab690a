namespace DeviceCreds;

/// <summary>
/// A form in which a device, a tool or a service takes credentials. Each is one file in a folder below, which registers and
/// documents itself.
/// </summary>
internal interface ICredentialFormat
{
    /// <summary>What people are told of it.</summary>
    FormatInfo Info { get; }
}
