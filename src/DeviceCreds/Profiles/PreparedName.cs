using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// A name as directories and RFC 5280, 7.1, compare it: prepared by RFC 4518. Invisible characters are left out, white space of
/// any kind and number is one space, case is folded, and each character is written in one way (NFKD).
/// </summary>
internal static class PreparedName
{
    /// <summary>Whether two names are the same.</summary>
    public static bool AreEqual(string first, string second) => Of(first) == Of(second);

    /// <summary>The name in the form in which equal names are the same text.</summary>
    public static string Of(string name)
    {
        if (IsPlain(name)) return name;
        return OneSpaced(IsPrintable(name) ? name.ToLowerInvariant() : Fold(Map(name)));
    }

    // RFC 4518, 2.6.1: at the ends spaces do not count, and within any number is one.
    static string OneSpaced(string name) => string.Join(" ", name.Split([' '], StringSplitOptions.RemoveEmptyEntries));

    static bool IsPrintable(string name)
    {
        foreach (var c in name)
        {
            if (c is < ' ' or > '~') return false;
        }

        return true;
    }

    // Most names need no change, so nothing is copied.
    static bool IsPlain(string name)
    {
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.' or ':' or '/' or '+' or '=' or '@')) return false;
        }

        return true;
    }

    static string Map(string name)
    {
        var mapped = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsWhiteSpace(name[i]) || char.GetUnicodeCategory(name[i]) == UnicodeCategory.SpaceSeparator) mapped.Append(' ');
            else if (!IsLeftOut(name, i)) mapped.Append(name[i]);
        }

        return mapped.ToString();
    }

    // RFC 4518, 2.2: controls, soft hyphen, joiners, variation selectors, byte-order marks.
    static bool IsLeftOut(string name, int index) => char.GetUnicodeCategory(name[index]) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format => true,
        UnicodeCategory.NonSpacingMark => name[index] is '\u034F' or (>= '\u180B' and <= '\u180D') or (>= '\uFE00' and <= '\uFE0F'),
        _ => false,
    };

    // Upper case first: the final sigma and the long s are letters of their own only in lower case. The sharp s is the one letter
    // that folds to two (RFC 3454, B.2) and that NFKD does not take apart.
    static string Fold(string text) => Normalise(
        Normalise(text).ToUpperInvariant().ToLowerInvariant().Replace("\u00DF", "ss").Replace("\u1E9E", "ss"));

    static string Normalise(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKD);
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            // An unpaired surrogate, or a system without Unicode's tables.
            return text;
        }
    }
}
