namespace DeviceCreds;

/// <summary>What all plans of a run share: the options and the clock.</summary>
internal sealed record InjectionRun(InjectionOptions Options, TimeProvider Time)
{
    /// <summary>The device's verdict on a credential at this moment.</summary>
    public ConfigurationVerifier Verifier => new() { Options = Options.Export, Time = Time, IsForSending = true };

    /// <summary>The bundle of a credential, with the clock of this moment.</summary>
    public FccBundle Compose(DeviceCredential credential, DeviceConfiguration configuration) =>
        FccBundleFormat.Compose(credential, configuration, Options.Export, Time.GetUtcNow(), evenIfRefused: Options.Force);

    public DeviceConfiguration ConfigurationOf(DeviceCredential credential) => Options.Export.RequireConfiguration(credential, "FccBundle");
}
