using System.Collections;

namespace DeviceCreds;

/// <summary>
/// What a row says about a device apart from its names: every other column, by name. In PowerShell <c>$_.Columns.Site</c>. The header is
/// shared by all rows of a list, and the values are the row's own objects: nothing is copied. In C#, every value is its text.
/// </summary>
/// <remarks>
/// The columns for the names, and those that by their names hold a secret, can be read by name but are not listed. The same is true of a
/// value that is a private key or a password, whatever its column is called: where the columns are listed, a note is in its place.
/// </remarks>
public sealed class DeviceColumns : IReadOnlyDictionary<string, string>, IDictionary
{
    /// <summary>No columns.</summary>
    public static readonly DeviceColumns None = new(new RowHeader([]), []);

    readonly RowHeader _header;
    readonly object?[] _values;

    /// <param name="header">The header of the list.</param>
    /// <param name="values">The values of the row, one for each of the header's names; kept, not copied.</param>
    public DeviceColumns(RowHeader header, object?[] values)
    {
        if (values.Length != header.Names.Count) throw new ArgumentException("A row has one value for each column.", nameof(values));
        _header = header;
        _values = values;
    }

    /// <summary>How many columns there are.</summary>
    public int Count => _header.Others.Count;

    /// <summary>The columns' names, in the order of the list.</summary>
    public IEnumerable<string> Keys => _header.Others.Select(c => c.Key);

    /// <summary>The values as texts, in the order of the list.</summary>
    public IEnumerable<string> Values => _header.Others.Select(c => TextOf(Shown(c.Value)));

    bool IDictionary.IsFixedSize => true;

    bool IDictionary.IsReadOnly => true;

    bool ICollection.IsSynchronized => false;

    object ICollection.SyncRoot => this;

    ICollection IDictionary.Keys => Keys.ToArray();

    ICollection IDictionary.Values => _header.Others.Select(c => Shown(c.Value)).ToArray();

    object? IDictionary.this[object key]
    {
        get => key is string name ? Find(name) : null;
        set => throw ReadOnly();
    }

    /// <summary>The text of a column's value; case, spaces, <c>_</c> and <c>-</c> in the name do not count.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public string this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no column '{SubjectText.Shorten(key)}'.");

    /// <summary>The value of a column as the row has it; null when there is none.</summary>
    public object? Find(string name) => _header.Find(name) is >= 0 and var i ? _values[i] : null;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _header.Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, out string value)
    {
        var i = _header.Find(key);
        value = i < 0 ? "" : TextOf(_values[i]);
        return i >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        _header.Others.Select(c => new KeyValuePair<string, string>(c.Key, TextOf(Shown(c.Value)))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IDictionaryEnumerator IDictionary.GetEnumerator() => Entries().GetEnumerator();

    bool IDictionary.Contains(object key) => key is string name && ContainsKey(name);

    void IDictionary.Add(object key, object? value) => throw ReadOnly();

    void IDictionary.Clear() => throw ReadOnly();

    void IDictionary.Remove(object key) => throw ReadOnly();

    void ICollection.CopyTo(Array array, int index)
    {
        foreach (DictionaryEntry entry in Entries()) array.SetValue(entry, index++);
    }

    /// <summary>Name and text of each column: <c>Site=Berlin, Batch=7</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(c => $"{c.Key}={c.Value}"));

    System.Collections.Specialized.OrderedDictionary Entries()
    {
        var entries = new System.Collections.Specialized.OrderedDictionary(Count);
        foreach (var column in _header.Others) entries.Add(column.Key, Shown(column.Value));
        return entries;
    }

    object? Shown(int position) => RowSecret.IsIn(_values[position]) ? MessageText.HiddenSecret : _values[position];

    static string TextOf(object? value) => value switch
    {
        null or DBNull => "",
        string text => text,
        IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static NotSupportedException ReadOnly() => new("The columns of a row cannot be changed.");
}
