namespace DeviceCreds;

/// <summary>The form in which a service is told of a CA.</summary>
public enum AuthorityFormat
{
    /// <summary>Azure's Device Provisioning Service: an enrollment group in JSON.</summary>
    AzureDps,
}
