namespace DeviceCreds;

/// <summary>In which form a device's certificate has its endpoint name in addition to the CN (RFC 5280, 4.2.1.6).</summary>
public enum SubjectAltName
{
    /// <summary>In none: the vendor's devices and service look at the CN alone.</summary>
    None,

    /// <summary>As a host's name (dNSName).</summary>
    Dns,

    /// <summary>As a URI, which the endpoint name must be, such as urn:uuid:...</summary>
    Uri,
}
