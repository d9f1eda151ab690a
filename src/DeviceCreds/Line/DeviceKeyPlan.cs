namespace DeviceCreds;

/// <summary>
/// A key that is made on the device, in one session of two messages: the device is asked for a key and a certificate signing
/// request, the request is signed, and the device gets its certificate. The key never leaves the device.
/// </summary>
/// <param name="identity">The device.</param>
/// <param name="kind">Which service its credential opens.</param>
/// <param name="issuer">Signs the request.</param>
/// <param name="issued">Gets the certificate before it is sent.</param>
internal sealed class DeviceKeyPlan(DeviceIdentity identity, CredentialKind kind, CredentialIssuer issuer, Action<DeviceCredential> issued)
    : InjectionPlan(identity, kind)
{
    // The sample has no real signature.
    const string SignatureRule = "ChainSignatures";

    DeviceCredential? _credential;

    public override DeviceCredential? Credential => _credential;

    // The device would make its key, but would not accept the certificate.
    public override string? FindRefusal(InjectionRun run)
    {
        var standIn = issuer.Rehearse(Identity);
        Request(run.ConfigurationOf(standIn));
        return Refusal(run.Verifier.Test(standIn).Failed.Where(c => c.Id != SignatureRule));
    }

    public override async Task SendAsync(DeviceDialogue dialogue, InjectionRun run)
    {
        var configuration = run.ConfigurationOf(issuer.Rehearse(Identity));
        var request = Request(configuration);
        var response = await dialogue.SendAsync(request).ConfigureAwait(false);
        if (response.Requests.Count != 1)
            throw new InjectionException(
                "RequestMissing", ErrorKind.Protocol,
                $"Expected one certificate signing request in the device's reply, found {response.Requests.Count}.",
                $"Does the device's software make keys (CsrReqs)? {Advice.Restart}");
        // Only the key is taken from the request; what it says about the device must agree.
        _credential = issuer.Issue(response.Requests[0], Identity.EndpointName, Identity.AccountId);
        try
        {
            issued(_credential);
            // Both are already on the device, which would refuse them a second time.
            var rest = configuration with { SessionId = request.SessionId, Entropy = null, RootOfTrust = null };
            dialogue.ReplyFits = run.Verifier.ReplyFits(_credential);
            await dialogue.SendAsync(run.Compose(_credential, rest)).ConfigureAwait(false);
        }
        finally
        {
            // A second time is decided where injections begin, before the first message erases the device. Its key stays noted.
            issuer.ForgetName(Identity.EndpointName);
        }
    }

    FccBundle Request(DeviceConfiguration configuration) => new DeviceKeyRequest(Identity.EndpointName, Kind)
    {
        AccountId = Kind == CredentialKind.Lwm2m ? Identity.AccountId : null,
        SessionId = configuration.SessionId,
        Entropy = configuration.Entropy,
        RootOfTrust = configuration.RootOfTrust,
    }.Compose();
}
