using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The target of an error: the input itself, unless it is a text or a row with a secret: then a copy without that.</summary>
static class ErrorTarget
{
    public static object? From(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) switch
    {
        string text => MessageText.HoldsSecret(text) ? MessageText.Message(text) : target,
        IEnumerable<string> texts when string.Join("\n", texts) is var text && MessageText.HoldsSecret(text) => MessageText.Message(text),
        PSCustomObject => WithoutSecrets(PSObject.AsPSObject(target)) ?? target,
        IDictionary table => WithoutSecrets(table) ?? target,
        _ => target,
    };

    static PSObject? WithoutSecrets(PSObject row)
    {
        var values = row.Properties.Select(p => (p.Name, Value: WithoutSecret(p.Name, p.Value))).ToList();
        if (values.All(v => v.Value is null)) return null;
        var copy = new PSObject();
        foreach (var (name, value) in values) copy.Properties.Add(new PSNoteProperty(name, value ?? row.Properties[name].Value));
        return copy;
    }

    static Hashtable? WithoutSecrets(IDictionary table)
    {
        Hashtable? copy = null;
        foreach (DictionaryEntry entry in table)
        {
            if (WithoutSecret($"{entry.Key}", entry.Value) is { } shown) (copy ??= new Hashtable(table))[entry.Key] = shown;
        }

        return copy;
    }

    // Null for a value that may be shown. The name counts, too: a password is known by it alone.
    static string? WithoutSecret(string name, object? value)
    {
        var text = $"{name}={(value is null ? "" : PSObject.AsPSObject(value))}";
        return MessageText.HoldsSecret(text) ? MessageText.Message(text).Substring(name.Length + 1) : null;
    }
}
