using System.Collections.Specialized;
using System.Data;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What an object consists of, where PowerShell, a database or somebody's own class has made it.</summary>
static class Members
{
    // Their properties are known: passwords are SecureStrings there, and keys are not shown.
    static readonly string[] KnownNamespaces = [nameof(System), nameof(Microsoft), nameof(DeviceCreds)];

    /// <summary>A value without PowerShell's wrapping; an object with properties of its own as its names with their values.</summary>
    public static object? Open(object? value)
    {
        if (RowReader.Unwrap(value) is not { } inner || inner is string or System.Collections.IEnumerable) return RowReader.Unwrap(value);
        var members = new OrderedDictionary();
        foreach (var (name, one) in Of(PSObject.AsPSObject(value), RowReader.IsRow(inner))) members[name] = one;
        return members.Count > 0 ? members : inner;
    }

    /// <summary>The names and values of an object. Of one that is no row, only the properties that were added to it.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(PSObject input, bool isRow) => input.BaseObject switch
    {
        DataRowView { Row: var row } => Cells(row),
        DataRow row => Cells(row),
        _ => input.Properties.Where(p => p.IsGettable && (isRow || p.MemberType == PSMemberTypes.NoteProperty))
            .Select(p => (p.Name, Try(() => p.Value))),
    };

    /// <summary>Whether an object is a row. One of a class that somebody wrote is a row, too.</summary>
    public static bool IsRow(object value) =>
        RowReader.IsRow(value) || Array.IndexOf(KnownNamespaces, value.GetType().Namespace?.Split('.')[0]) < 0;

    /// <summary>What an object's own code returns; null when it throws.</summary>
    public static object? Try(Func<object?> get)
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

    static IEnumerable<(string Name, object? Value)> Cells(DataRow row) =>
        row.Table.Columns.Cast<DataColumn>().Select(c => (c.ColumnName, Try(() => row[c])));
}
