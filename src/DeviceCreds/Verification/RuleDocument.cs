using System.Text;

namespace DeviceCreds;

/// <summary>docs/about/rules.md, made from the catalogue.</summary>
internal static class RuleDocument
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # The rules of Test-DeviceCertificate

            Generated from the rule catalogue; a test keeps it so. To write it anew after a change: run the tests with
            `DEVICECREDS_UPDATE_DOCS=1`.

            Severity is the worst that a rule says: a report with a `Failed` check has not passed, one with a `Warning` has.
            A check for which something was not given is `Skipped`, never `Passed`. "Device" is what the factory configurator
            client on the device does about it, by its status.

            """.Replace("\r\n", "\n"));
        foreach (var (topic, rules) in RuleCatalogue.Topics)
        {
            text.Append("\n## ").Append(topic).Append('\n');
            foreach (var rule in rules)
            {
                text.Append("\n### ").Append(rule.Id).Append("\n\n").Append(rule.Title).Append("\n\n");
                Row(text, "Severity", rule.Severity.ToString());
                Row(text, "Compares", rule.Compares);
                Row(text, "Device", rule.Device);
                Row(text, "What to do", rule.Advice);
                Row(text, "Source", rule.Source);
            }
        }

        return text.ToString();
    }

    static void Row(StringBuilder text, string name, string value) => text.Append("- **").Append(name).Append(":** ").Append(value).Append('\n');
}
