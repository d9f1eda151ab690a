using System.Collections;
using System.Collections.Specialized;
using System.Data;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The target of an error: the input itself. For a text that is not safe to show, its safe part; a row keeps its values,
/// so that it can be given again, but shows itself safely, and has no passwords and private keys.
/// </summary>
static class ErrorTarget
{
    // Their properties are known: passwords are SecureStrings there, and keys are not shown.
    static readonly string[] KnownNamespaces = [nameof(System), nameof(Microsoft), nameof(DeviceCreds)];

    public static object? From(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) switch
    {
        null => null,
        string text => MessageText.Argument(text) is var shown && shown == text ? target : shown,
        IEnumerable<string> texts => texts.Any(MessageText.IsSecret) || MessageText.HoldsSecret(string.Join("\n", texts))
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
        var isRow = IsRow(input.BaseObject);
        var values = Values(input, isRow).ToList();
        var secrets = values.Where(v => IsSecret(v.Name, v.Value, beyondDoubt: true)).Select(v => v.Name).ToList();
        var text = isRow ? TextOf(input) : "";
        var shown = MessageText.Message(text);
        if (secrets.Count == 0 && shown == text) return target;
        var safe = isRow ? Bag(values) : input.Copy();
        if (input.BaseObject is PSCustomObject)
        {
            safe.TypeNames.Clear();
            foreach (var type in input.TypeNames) safe.TypeNames.Add(type);
        }

        foreach (var name in secrets)
        {
            safe.Properties.Remove(name);
            safe.Properties.Add(new PSNoteProperty(name, MessageText.HiddenSecret));
        }

        if (isRow) safe.Methods.Add(new PSScriptMethod("ToString",
            ScriptBlock.Create($"'{CodeGeneration.EscapeSingleQuotedStringContent(shown)}'")));
        return safe;
    }

    static IDictionary Safe(IDictionary table)
    {
        IDictionary? copy = null;
        foreach (DictionaryEntry entry in table)
        {
            if (IsSecret($"{entry.Key}", entry.Value, beyondDoubt: false)) (copy ??= Copy(table))[entry.Key] = MessageText.HiddenSecret;
        }

        return copy ?? table;
    }

    static IDictionary Copy(IDictionary table)
    {
        if (table is Hashtable hashtable) return (IDictionary)hashtable.Clone();
        var copy = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table) copy[entry.Key] = entry.Value;
        return copy;
    }

    // An object of a class that somebody wrote is a row, too. Of others, only properties that were added to them are looked at.
    static bool IsRow(object value) =>
        RowReader.IsRow(value) || Array.IndexOf(KnownNamespaces, value.GetType().Namespace?.Split('.')[0]) < 0;

    static IEnumerable<(string Name, object? Value)> Values(PSObject input, bool isRow) => input.BaseObject switch
    {
        DataRowView { Row: var row } => Cells(row),
        DataRow row => Cells(row),
        _ => input.Properties.Where(p => p.IsGettable && (isRow || p.MemberType == PSMemberTypes.NoteProperty))
            .Select(p => (p.Name, Try(() => p.Value))),
    };

    static IEnumerable<(string Name, object? Value)> Cells(DataRow row) =>
        row.Table.Columns.Cast<DataColumn>().Select(c => (c.ColumnName, Try(() => row[c])));

    static PSObject Bag(IEnumerable<(string Name, object? Value)> values)
    {
        var bag = new PSObject();
        foreach (var (name, value) in values) bag.Properties.Add(new PSNoteProperty(name, value));
        return bag;
    }

    static string TextOf(PSObject input) => Try(() => input.ToString()) as string ?? "";

    // The object's own code may throw: then there is no value.
    static object? Try(Func<object?> get)
    {
        try
        {
            return get();
        }
        catch (Exception e) when (e is not (PipelineStoppedException or OutOfMemoryException))
        {
            return null;
        }
    }

    // The name also counts: it is the only sign of a password.
    static bool IsSecret(string name, object? value, bool beyondDoubt) =>
        RowReader.Unwrap(value) is not (null or DBNull or "") and var inner
        && (RowHeader.IsSecret(name) || RowSecret.IsIn(inner)
            || MessageText.HoldsSecret($"\"{name}\": \"{Try(() => PSObject.AsPSObject(value).ToString())}\"", beyondDoubt));
}
