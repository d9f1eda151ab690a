namespace DeviceCreds;

/// <summary>All rules, in the order in which a report shows them. docs/about/rules.md is generated from here.</summary>
internal static class RuleCatalogue
{
    public static readonly IReadOnlyList<(string Topic, IReadOnlyList<Rule> Rules)> Topics =
    [
        ("Format", FormatRules.All),
        ("Identity", IdentityRules.All),
        ("Validity", ValidityRules.All),
        ("Extensions", ExtensionRules.All),
        ("Key", KeyRules.All),
        ("Chain", ChainRules.All),
        ("Device", DeviceRules.All),
        ("Revocation", RevocationRules.All),
    ];

    public static readonly IReadOnlyList<Rule> All = [.. Topics.SelectMany(t => t.Rules)];
}
