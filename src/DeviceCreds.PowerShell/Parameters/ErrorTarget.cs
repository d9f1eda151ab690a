using System.Collections;
using System.Collections.Specialized;
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
        null => null,
        string text => MessageText.Argument(text) is var shown && shown == text ? target : shown,
        IEnumerable<string> texts => texts.Any(one => MessageText.IsSecret(one)) || MessageText.HoldsSecret(string.Join("\n", texts))
            ? MessageText.Message(string.Join("\n", texts.Select(MessageText.Argument))) : target,
        byte[] bytes => $"({MessageText.Count(bytes.Length, "byte")}, not shown)",
        IDictionary table => Safe(table),
        object?[] many => Array.ConvertAll(many, From) is var safe && many.Where((one, i) => !ReferenceEquals(one, safe[i])).Any()
            ? safe : target,
        _ => Safe(target!),
    };

    static object Safe(object target)
    {
        var input = PSObject.AsPSObject(target);
        var isRow = Members.IsRow(input.BaseObject);
        List<(string Name, object? Value)> values = [.. Members.Of(input, isRow)];
        var safe = FindSafe(values, beyondDoubt: true);
        var text = isRow ? Members.Try(() => input.ToString()) as string ?? "" : "";
        var shown = MessageText.Message(text);
        if (safe is null && shown == text) return target;
        var copy = isRow ? new PSObject() : input.Copy();
        if (input.BaseObject is PSCustomObject)
        {
            copy.TypeNames.Clear();
            foreach (var type in input.TypeNames) copy.TypeNames.Add(type);
        }

        foreach (var (name, _) in values) copy.Properties.Remove(name);
        foreach (var (name, value) in safe ?? values) copy.Properties.Add(new PSNoteProperty(name, value));
        if (isRow) copy.Methods.Add(new PSScriptMethod("ToString",
            ScriptBlock.Create($"'{CodeGeneration.EscapeSingleQuotedStringContent(shown)}'")));
        return copy;
    }

    // A table has no text of its own: what may be a digest is shown with it.
    static IDictionary Safe(IDictionary table)
    {
        List<(string Name, object? Value)> values = [.. table.Keys.Cast<object>().Select(key => ($"{key}", table[key]))];
        if (FindSafe(values, beyondDoubt: false) is not { } safe) return table;
        IDictionary copy = table is Hashtable ? new Hashtable(StringComparer.OrdinalIgnoreCase)
            : new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in safe) copy[name] = value;
        return copy;
    }

    // The name also counts: it is the only sign of a password. It can also be a secret itself.
    static List<(string Name, object? Value)>? FindSafe(List<(string Name, object? Value)> values, bool beyondDoubt)
    {
        List<(string Name, object? Value)>? safe = null;
        var names = values.ConvertAll(v => v.Name);
        for (var i = 0; i < values.Count; i++)
        {
            var (name, value) = values[i];
            var isNameSecret = MessageText.HoldsSecret(name);
            if (!isNameSecret && !IsSecret(name, value, names, beyondDoubt)) continue;
            safe ??= [.. values];
            safe[i] = (isNameSecret ? $"{MessageText.HiddenSecret} {i + 1}" : name, MessageText.HiddenSecret);
        }

        return safe;
    }

    static bool IsSecret(string name, object? value, List<string> names, bool beyondDoubt) =>
        RowReader.Unwrap(value) is not (null or DBNull or "") && (RowSecret.IsIn(name, value, names, Members.Open)
            || MessageText.HoldsSecret(Members.Try(() => PSObject.AsPSObject(value).ToString()) as string, beyondDoubt));
}
