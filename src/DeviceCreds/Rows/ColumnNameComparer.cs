using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// Compares names of columns as people write them: case, spaces, <c>_</c> and <c>-</c> do not count, nor do invisible characters.
/// <c>endpoint_name</c>, <c>Endpoint Name</c> and <c>ENDPOINT-NAME</c> are one name.
/// </summary>
public sealed class ColumnNameComparer : IEqualityComparer<string>
{
    ColumnNameComparer()
    {
    }

    /// <summary>The one comparer.</summary>
    public static ColumnNameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null) return x is null && y is null;
        if (x.Equals(y, StringComparison.OrdinalIgnoreCase)) return true;
        int i = 0, j = 0;
        while (true)
        {
            var a = Next(x, ref i);
            if (a != Next(y, ref j)) return false;
            if (a < 0) return true;
        }
    }

    /// <inheritdoc/>
    public int GetHashCode(string obj)
    {
        var hash = 17;
        int at = 0, c;
        while ((c = Next(obj, ref at)) >= 0) hash = unchecked((hash * 31) + c);
        return hash;
    }

    // The next character that counts, in upper case; -1 at the end.
    static int Next(string name, ref int at)
    {
        while (at < name.Length)
        {
            var c = name[at++];
            if (c is not ('_' or '-') && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)
                return char.ToUpperInvariant(c);
        }

        return -1;
    }
}
