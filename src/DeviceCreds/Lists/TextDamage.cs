namespace DeviceCreds;

/// <summary>
/// A character that shows that text was read in a wrong encoding: U+FFFD, or a control code from U+0080 on.
/// </summary>
/// <param name="Column">The name of the column; empty where there are no columns.</param>
/// <param name="Character">The character.</param>
/// <param name="Position">Its position in the value, from 1.</param>
sealed record TextDamage(string Column, char Character, int Position)
{
    /// <summary>The first one in a value; null for none.</summary>
    public static TextDamage? Find(string column, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is '\uFFFD' or >= '\u0080' and <= '\u009F') return new(column, value[i], i + 1);
        }

        return null;
    }

    /// <summary>The first one in the values of a row; null for none.</summary>
    public static TextDamage? Find(IReadOnlyList<string> columns, IReadOnlyList<object?> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is string value && Find(columns[i], value) is { } damage) return damage;
        }

        return null;
    }

    /// <summary>In words.</summary>
    public override string ToString() => FormattableString.Invariant($"the character U+{(int)Character:X4} at position {Position}");
}
