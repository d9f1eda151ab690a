using System.Management.Automation;
using System.Reflection;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The other columns of a device's row as properties of an object, as Import-Csv gives them, so that the cmdlets behind bind them by name.
/// </summary>
static class RowColumns
{
    /// <summary>Adds the columns, except those with the name of one of the object's own properties.</summary>
    public static object Add<T>(T value, DeviceColumns columns) where T : notnull
    {
        if (columns.Count == 0) return value;
        var row = new PSObject(value);
        foreach (var column in columns.Where(c => !Own<T>.Names.Contains(c.Key)))
            row.Properties.Add(new PSNoteProperty(column.Key, column.Value), preValidated: true);
        return row;
    }

    static class Own<T>
    {
        public static readonly HashSet<string> Names =
            new(typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name), StringComparer.OrdinalIgnoreCase);
    }
}
