namespace DeviceCreds;

/// <summary>Fixed values of the factory configurator client. Source: its bundle handler.</summary>
internal static class FccLimits
{
    /// <summary>The scheme's version, in bundles and in responses.</summary>
    public const string Version = "0.0.1";

    /// <summary>How many certificates of a chain the device's key and configuration manager holds.</summary>
    public const int ChainLength = 5;

    /// <summary>Bytes of the client's buffer for one certificate, unless it was built with another MAX_CERTIFICATE_SIZE.</summary>
    public const int CertificateBuffer = 1024;

    /// <summary>Bytes of the signature of a certificate with another above it: room for ECDSA on P-256.</summary>
    public const int SignatureLength = 74;

    /// <summary>The last second of a clock: of the year 9999, in seconds since 1970.</summary>
    public const long LastSecond = 253402300799;

    /// <summary>Bytes of Entropy.</summary>
    public const int EntropyLength = 48;

    /// <summary>Bytes of ROT.</summary>
    public const int RootOfTrustLength = 16;
}
