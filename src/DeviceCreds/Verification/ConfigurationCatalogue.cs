namespace DeviceCreds;

/// <summary>
/// The rules of a credential together with its configuration, in the order in which the device stores and verifies: it
/// replies with the first problem. Certificate rules are those of <see cref="RuleCatalogue"/>, with the device's own verdict.
/// </summary>
internal static class ConfigurationCatalogue
{
    // Without its own verification the device checks only these.
    static readonly string[] Always = ["Storing", "Reply"];
    static readonly string[] AlwaysRules = ["UseBootstrap", "ServerCertificate", "CurrentTime"];

    public static readonly IReadOnlyList<(string Topic, IReadOnlyList<Rule> Rules)> Topics = [.. Declared()
        .Select(t => (t.Topic, Later(t.Topic, t.Rules)))];

    static IReadOnlyList<Rule> Later(string topic, IReadOnlyList<Rule> rules) =>
        [.. rules.Select(r => Always.Contains(topic) || AlwaysRules.Contains(r.Id) ? r : r with
    {
        Check = c => r.Check(c) with { IsAtFirstStart = c.Configuration!.SkipVerify },
    })];

    static (string Topic, IReadOnlyList<Rule> Rules)[] Declared() =>
    [
        ("Storing",
        [
            .. ConfigurationRules.Storing,
            .. Certificate("ParsedByDevice", "VersionIs3", "KeyIsP256", "SignatureAlgorithm", "ExtensionsWellFormed", "CriticalExtensions",
                "ChainLength"),
            .. Certificate("ChainOrder", "ChainAlgorithms").Select(OfChain).Select(AsWarning),
            Certificate("ChainSignatures").Single() with { Check = ConfigurationRules.CheckLinks },
        ]),
        ("Clock", ConfigurationRules.Clock),
        ("Identity and details", ConfigurationRules.Details),
        ("Server", ConfigurationRules.Server),
        ("Key and certificate",
        [
            ConfigurationRules.PrivateKey,
            .. Certificate("PrivateKeyMatches", "ExtendedKeyUsage", "CommonName", "EndpointName", "AccountId", "NotSelfSigned",
                "DatesFrom1970"),
            .. Certificate("NotExpired", "NotBeforeInPast", "TimeLeft").Select(ByTheClock),
        ]),
        ("Firmware update", ConfigurationRules.Update),
        ("Reply", ConfigurationRules.Reply),
    ];

    public static readonly IReadOnlyList<Rule> All = [.. Topics.SelectMany(t => t.Rules)];

    static IEnumerable<Rule> Certificate(params string[] ids) => ids.Select(id => RuleCatalogue.All.Single(r => r.Id == id).AsOnDevice());

    // The device checks only the signatures of a stored chain.
    static Rule AsWarning(Rule rule) => rule with
    {
        Check = c => rule.Check(c) is var finding && finding.Outcome == CheckOutcome.Failed ? Finding.Warn(finding.Message) : finding,
    };

    static Rule ByTheClock(Rule rule) =>
        rule with { Check = c => c.HasClock ? rule.Check(c) : Finding.Skip("The device has no clock to compare the dates with.") };

    // The device gets only what is exported, and no certificate above that.
    static Rule OfChain(Rule rule) =>
        rule with { Check = c => c.Bundle.Count > 1 ? rule.Check(c) : Finding.Skip("The certificate is sent alone.") };
}
