using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DeviceCreds.Shell;

/// <summary>Questions the engine asks: mandatory parameters, -Confirm, credentials.</summary>
sealed partial class ShellUserInterface
{
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        Introduce(caption, message);
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            if (!string.IsNullOrEmpty(field.HelpMessage))
                Say(field.HelpMessage);
            answers[field.Name] = PSObject.AsPSObject(AskFor(field));
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Introduce(caption, message);
        var labels = choices.Select(ChoiceLabel.Of).ToArray();
        var question = string.Join("  ", labels.Select(l => $"[{l.Key}] {l.Text}")) + "  [?] Help";
        question += defaultChoice >= 0 ? $" (default is \"{labels[defaultChoice].Key}\"): " : ": ";
        while (true)
        {
            var answer = Ask(question).Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            var chosen = Array.FindIndex(labels, l => l.Matches(answer));
            if (chosen >= 0)
                return chosen;
            if (answer == "?")
            {
                foreach (var (label, choice) in labels.Zip(choices))
                    Say($"{label.Key} - {choice.HelpMessage}");
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        Introduce(caption, message);
        var user = string.IsNullOrEmpty(userName) ? Ask("User: ") : userName;
        return new PSCredential(user, AskSecret($"Password for user {user}: "));
    }

    object AskFor(FieldDescription field)
    {
        if (!LanguagePrimitives.TryConvertTo(field.ParameterTypeFullName, out Type type))
            type = typeof(string);
        if (!typeof(IList).IsAssignableFrom(type))
            return AskOne(type, $"{field.Name}: ");

        // One element a line, to the first empty one.
        var elements = new ArrayList();
        while (true)
        {
            var element = AskOne(type.GetElementType() ?? typeof(object), $"{field.Name}[{elements.Count}]: ");
            if (element is "" or SecureString { Length: 0 } or null)
                return LanguagePrimitives.TryConvertTo(elements, type, out var list) ? list : elements;
            elements.Add(element);
        }
    }

    object AskOne(Type type, string prompt)
    {
        if (type == typeof(SecureString))
            return AskSecret(prompt);
        if (type == typeof(PSCredential))
            return PromptForCredential("", prompt.TrimEnd(), "", "");
        while (true)
        {
            var answer = Ask(prompt);
            // An empty answer ends a list, and is the binder's to judge otherwise.
            if (answer.Length == 0)
                return "";
            try
            {
                return LanguagePrimitives.ConvertTo(answer, type);
            }
            catch (PSInvalidCastException e)
            {
                Say(e.Message);
            }
        }
    }

    void Introduce(string caption, string message)
    {
        Prepare();
        foreach (var line in new[] { caption, message })
        {
            if (!string.IsNullOrEmpty(line))
                Say(line);
        }
    }

    static void Say(string line) => Terminal.Dialogue.WriteLine(line);

    /// <summary>"Yes to &amp;All" is shown as [A] Yes to All and chosen with either.</summary>
    readonly record struct ChoiceLabel(string Key, string Text)
    {
        internal static ChoiceLabel Of(ChoiceDescription choice)
        {
            var text = choice.Label.Replace("&", "");
            var mark = choice.Label.IndexOf('&');
            return new(mark >= 0 && mark + 1 < choice.Label.Length ? char.ToUpperInvariant(choice.Label[mark + 1]).ToString() : text, text);
        }

        internal bool Matches(string answer) =>
            answer.Equals(Key, StringComparison.CurrentCultureIgnoreCase) || answer.Equals(Text, StringComparison.CurrentCultureIgnoreCase);
    }
}
