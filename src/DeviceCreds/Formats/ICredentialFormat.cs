namespace DeviceCreds;

/// <summary>
/// A form in which a device, a tool or a service accepts credentials. Each is one file in a folder below, which registers and
/// documents itself.
/// </summary>
internal interface ICredentialFormat
{
    /// <summary>Its description.</summary>
    FormatInfo Info { get; }
}
