namespace DeviceCreds;

/// <summary>One message: a credential with its key, or a certificate for a key that the device has.</summary>
/// <param name="credential">The credential.</param>
internal sealed class CredentialPlan(DeviceCredential credential)
    : InjectionPlan(new DeviceIdentity(credential.EndpointName, credential.AccountId) { Columns = credential.Columns }, credential.Kind)
{
    public override DeviceCredential Credential { get; } = credential;

    public override string? FindRefusal(InjectionRun run) => Refusal(run.Verifier.Test(Credential).Failed);

    public override async Task SendAsync(DeviceDialogue dialogue, InjectionRun run)
    {
        var verifier = run.Verifier;
        dialogue.ReplyFits = verifier.ReplyFits(Credential);
        var bundle = run.Compose(Credential, run.ConfigurationOf(Credential));
        await dialogue.SendAsync(dialogue.Mark(bundle, id => verifier.ReplyFits(Credential, id))).ConfigureAwait(false);
    }
}
