namespace DeviceCreds;

/// <summary>
/// Says what a device will say to a credential and its configuration: its factory configurator client's own verification,
/// in its order. Whether the certificate is what the service and RFC 5280 ask for, <see cref="CertificateVerifier"/> says.
/// </summary>
public sealed class ConfigurationVerifier
{
    /// <summary>How the credential is exported: depth of the chain, root, and the configurations to choose from.</summary>
    public ExportOptions Options { get; init; } = new();

    /// <summary>The moment of the export, which becomes the device's time unless the configuration says another; null for now.</summary>
    public DateTime? At { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Tests one credential with its configuration.</summary>
    /// <exception cref="InputException">There is no configuration for the device.</exception>
    public DeviceCertificateReport Test(DeviceCredential credential)
    {
        var testCase = Case(credential);
        var checks = ConfigurationCatalogue.All.Select(r => r.Apply(testCase));
        var report = new DeviceCertificateReport(testCase.Certificate, credential.Kind, testCase.Now, [.. checks])
        {
            DeviceWarnings = DeviceReply.Warnings(testCase),
        };
        return report.With(credential.Columns);
    }

    /// <summary>Whether the reply of a device that is content fits; one that does not is no reply, although all is stored.</summary>
    /// <exception cref="InputException">There is no configuration for the device.</exception>
    internal bool ReplyFits(DeviceCredential credential) => ConfigurationRules.ReplyLength(Case(credential)) <= DeviceReply.MaximumBytes;

    VerificationCase Case(DeviceCredential credential)
    {
        credential.RequireKey();
        var configuration = Options.RequireConfiguration(credential, "FccBundle");
        var bundle = Options.ChainOf(credential, configuration);
        var leaf = bundle[0];
        var delivered = Options is { ChainDepth: 0, ExcludeRoot: false, NoPrivateKey: false }
            ? ExportOptions.DeliveredOf(credential, configuration)
            : null;
        return new VerificationCase
        {
            Certificate = leaf,
            Bundle = bundle,
            Path = CertificatePath.Build(leaf, bundle),
            Anchors = [],
            Kind = credential.Kind,
            EndpointName = configuration.EndpointName ?? (delivered is null ? credential.EndpointName : null),
            AccountId = configuration.ServerUri is { } uri ? ServerUri.FindAccountId(uri) : null,
            Key = Options.NoPrivateKey ? null : credential.PrivateKey,
            Configuration = configuration,
            IsForDevelopment = credential.IsForDevelopment,
            Delivered = delivered,
            // The device judges by the clock that it was given, if it took it.
            Now = (configuration.CurrentTime >= ConfigurationCheck.EarliestTime ? configuration.CurrentTime?.UtcDateTime : null)
                ?? At?.ToUniversalTime() ?? Time.GetUtcNow().UtcDateTime,
        };
    }
}
