namespace DeviceCreds;

/// <summary>Fixed values of the factory configurator client. Source: its bundle handler.</summary>
internal static class FccLimits
{
    /// <summary>The scheme's version, in bundles and in responses.</summary>
    public const string Version = "0.0.1";

    /// <summary>Bytes of Entropy.</summary>
    public const int EntropyLength = 48;

    /// <summary>Bytes of ROT.</summary>
    public const int RootOfTrustLength = 16;
}
