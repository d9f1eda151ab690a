using System.Text;

namespace DeviceCreds.Docs.Tests;

/// <summary>The rule catalogue as a page of Markdown: docs/about/rules.md.</summary>
internal static class RuleDocument
{
    const string Introduction =
        """
        # The rules of Test-DeviceCertificate

        Every report has one check for each of these rules, in this order. The id never changes; scripts may rely on it.
        The rules of services, at the end of this page, are added for the services that `-Service` names.

        The severity is the worst result of a rule. *Failed*: the device, the service or RFC 5280 refuses the certificate, and
        the report has not passed. *Warning*: the certificate works, but should be checked. A rule whose severity is Failed may
        give only a Warning in a less serious case. Checks whose input was not given are *Skipped*.

        *On the device* is what the factory configurator client (FCC) answered to bundles of these kinds: a status,
        warnings, or that it accepts them. It comes from the record of those experiments. Where the device accepts what a rule
        fails, the product refuses it for the reason that the rule's source gives.

        *Property table* is the vendor's page "Properties for manually generated keys and certificates".

        This page is made from the rules' source: change them there, and make it again with `./build.ps1 -Task Docs`.
        """;

    const string ConfigurationIntroduction =
        """

        # The rules of Test-DeviceConfiguration

        The rules are in the order in which the device stores and verifies a bundle: it answers with the first failure. *On the device*
        decides: what the device refuses is *Failed*, what it warns of is *Warning*, with its words. The rules for certificates are
        those above; what only the service or RFC 5280 refuses is a *Warning* here. A value that the device would change when it stores
        it, or would read only in part, is refused by the product.
        """;

    const string ServiceIntroduction =
        """

        # The rules of Test-DeviceCertificate -Service

        A report has these rules only for the services that `-Service` names, after those above. *Failed*: the service, with its
        default settings, refuses the certificate. *Warning*: it depends on how the service is set up. The certificates of `-Issuer`
        are those that the service knows, the certificates of the file or the credential are those that the device sends.

        Each rule names its public source and the day it was read; what has no public source has no rule. The rules of Mosquitto are
        tested against a real mosquitto, and against OpenSSL as a DTLS 1.2 server. The other services do not run in the tests: their
        rules stand on what is published alone. For Leshan, GnuTLS as a DTLS 1.2 server is compared with LeshanChain and
        LeshanValidity. Both DTLS servers use TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, as LwM2M does.
        """;

    /// <summary>The complete page, ending with a newline.</summary>
    /// <param name="device">What the device does about a rule, by the rule's id.</param>
    public static string Create(Func<string, string> device)
    {
        var text = new StringBuilder(Introduction.Replace("\r\n", "\n")).Append('\n');
        foreach (var (topic, rules) in RuleCatalogue.Topics)
        {
            text.Append("\n## ").Append(topic).Append('\n');
            foreach (var rule in rules) Append(text, rule, device);
        }

        text.Append(ConfigurationIntroduction.Replace("\r\n", "\n")).Append('\n');
        foreach (var (topic, rules) in ConfigurationCatalogue.Topics)
        {
            text.Append("\n## ").Append(topic).Append('\n');
            foreach (var rule in rules)
            {
                if (RuleCatalogue.All.Any(r => r.Id == rule.Id)) text.Append("\n### ").Append(rule.Id).Append("\n\nAs above.\n");
                else Append(text, rule, device);
            }
        }

        text.Append(ServiceIntroduction.Replace("\r\n", "\n")).Append('\n');
        foreach (var (service, name, rules) in ServiceCatalogue.Services)
        {
            text.Append($"\n## {name} ({service})\n");
            foreach (var rule in rules) Append(text, rule, device: null);
        }

        return text.ToString();
    }

    static void Append(StringBuilder text, Rule rule, Func<string, string>? device)
    {
        text.Append("\n### ").Append(rule.Id).Append("\n\n").Append(Escape(rule.Title)).Append("\n\n");
        Item(text, "Severity", rule.Severity.ToString());
        Item(text, "Compares", rule.Compares);
        if (device is not null) Item(text, "On the device", device(rule.Id));
        Item(text, "What to do", rule.Advice);
        Item(text, "Source", rule.Source);
    }

    static void Item(StringBuilder text, string name, string value) =>
        text.Append("- ").Append(name).Append(": ").Append(Escape(value)).Append('\n');

    // Characters that Markdown would read as HTML or emphasis.
    static string Escape(string text) => text.Replace("<", "\\<").Replace("*", "\\*");
}
