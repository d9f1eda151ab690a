namespace DeviceCreds;

/// <summary>
/// Predicts a device's reply to a credential and its configuration: its factory configurator client's own verification,
/// in its order. <see cref="CertificateVerifier"/> tests what the service and RFC 5280 require of the certificate.
/// </summary>
public sealed class ConfigurationVerifier
{
    /// <summary>How the credential is exported: chain depth, root, and configurations.</summary>
    public ExportOptions Options { get; init; } = new();

    /// <summary>The time of the export, which becomes the device's time unless the configuration has another; null for now.</summary>
    public DateTime? At { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether the bundle is sent at once, with the clock of an export, also when it is otherwise tested as it was read.
    /// </summary>
    internal bool IsForSending { get; init; }

    /// <summary>Tests one credential with its configuration.</summary>
    /// <exception cref="InputException">There is no configuration for the device.</exception>
    public DeviceCertificateReport Test(DeviceCredential credential)
    {
        var testCase = Case(credential);
        var report = new DeviceCertificateReport(testCase, ConfigurationCatalogue.All)
        {
            DeviceWarnings = DeviceReply.Warnings(testCase),
        };
        return report.With(credential.Columns);
    }

    /// <summary>Whether a device's reply of success fits; if it does not, there is no reply, although everything is stored.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="sessionId">The message's session ID; null for the configuration's.</param>
    /// <exception cref="InputException">There is no configuration for the device.</exception>
    internal bool ReplyFits(DeviceCredential credential, string? sessionId = null) =>
        ConfigurationRules.ReplyLength(Case(credential), sessionId) <= DeviceReply.MaximumBytes;

    internal VerificationCase Case(DeviceCredential credential)
    {
        credential.RequireKey();
        var configuration = Options.RequireConfiguration(credential, "FccBundle");
        var bundle = Options.ChainOf(credential, configuration);
        var leaf = bundle[0];
        var delivered = Options is { ChainDepth: 0, ExcludeRoot: false, NoPrivateKey: false }
            ? ExportOptions.DeliveredOf(credential, configuration)
            : null;
        var moment = new DateTimeOffset(At?.ToUniversalTime() ?? Time.GetUtcNow().UtcDateTime);
        var clock = delivered is null || IsForSending ? configuration.ClockAt(moment) : configuration.CurrentTime;
        return new VerificationCase
        {
            Certificate = leaf,
            Bundle = bundle,
            Path = CertificatePath.Build(leaf, bundle),
            Anchors = [],
            Kind = credential.Kind,
            EndpointName = configuration.EndpointName ?? (delivered is null ? credential.EndpointName : null),
            AccountId = configuration.ServerUri is { } uri ? ServerUri.FindAccountId(uri) : null,
            Key = Options.NoPrivateKey ? null : credential.PrivateKey?.WithoutPrivateKey(),
            Configuration = configuration,
            IsForDevelopment = credential.IsForDevelopment,
            Delivered = delivered,
            Clock = clock,
            // The device uses the time that it was given, if it accepted it.
            Now = (clock >= ConfigurationCheck.EarliestTime ? clock : moment).Value.UtcDateTime,
        };
    }
}
