namespace DeviceCreds;

/// <summary>Which service the credential opens.</summary>
public enum CredentialKind
{
    /// <summary>The bootstrap service.</summary>
    Bootstrap,

    /// <summary>The LwM2M device-management service.</summary>
    Lwm2m,
}
