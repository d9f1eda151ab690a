using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The target of an error: the input itself. For a text that is not safe to show, its safe part; a row keeps its values,
/// so that it can be given again, but shows itself safely, and has no passwords and private keys.
/// </summary>
static class ErrorTarget
{
    public static object? From(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) switch
    {
        string text => MessageText.Message(text) is var shown && shown == text ? target : shown,
        IEnumerable<string> texts when string.Join("\n", texts) is var text && MessageText.HoldsSecret(text) => MessageText.Message(text),
        PSCustomObject => Safe(PSObject.AsPSObject(target)),
        IDictionary table => Safe(table),
        _ => target,
    };

    static PSObject Safe(PSObject row)
    {
        var text = row.ToString();
        var shown = MessageText.Message(text);
        if (shown == text) return row;
        var copy = row.Copy();
        foreach (var property in copy.Properties)
        {
            if (property.IsSettable && IsSecret(property.Name, property.Value, beyondDoubt: true))
                property.Value = MessageText.HiddenSecret;
        }

        copy.Methods.Add(new PSScriptMethod("ToString", ScriptBlock.Create($"'{CodeGeneration.EscapeSingleQuotedStringContent(shown)}'")));
        return copy;
    }

    static IDictionary Safe(IDictionary table)
    {
        Hashtable? copy = null;
        foreach (DictionaryEntry entry in table)
        {
            if (IsSecret($"{entry.Key}", entry.Value, beyondDoubt: false))
                (copy ??= new Hashtable(table))[entry.Key] = MessageText.HiddenSecret;
        }

        return copy ?? table;
    }

    // The name also counts: it is the only sign of a password.
    static bool IsSecret(string name, object? value, bool beyondDoubt) =>
        value is not null && MessageText.HoldsSecret($"\"{name}\": \"{PSObject.AsPSObject(value)}\"", beyondDoubt);
}
