using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>Says where two texts differ, by position and code points: they may look alike, such as 'ä' as one or two characters.</summary>
internal static class TextDifference
{
    const int MaximumMarks = 4;

    /// <summary>The end of a sentence: <c>they differ at character 4: 'ä' (U+00E4) and 'a' (U+0061)</c>.</summary>
    public static string Describe(string first, string second)
    {
        var (index, position) = (0, 1);
        while (index < first.Length && index < second.Length)
        {
            var length = IsPair(first, index) ? 2 : 1;
            if (string.CompareOrdinal(first, index, second, index, length) != 0) break;
            index += length;
            position++;
        }

        return $"they differ at character {position}: {Show(first, index)} and {Show(second, index)}{Hint(first, second)}";
    }

    // The character with its combining marks.
    static string Show(string text, int index)
    {
        if (index >= text.Length) return "the end";
        var end = index + (IsPair(text, index) ? 2 : 1);
        var codes = new StringBuilder(Code(text, index));
        for (var marks = 0; marks < MaximumMarks && end < text.Length && IsMark(text, end); marks++)
        {
            codes.Append(' ').Append(Code(text, end));
            end += IsPair(text, end) ? 2 : 1;
        }

        return IsVisible(text, index) ? $"'{text.Substring(index, end - index)}' ({codes})" : codes.ToString();
    }

    static string Hint(string first, string second)
    {
        if (string.Equals(first, second, StringComparison.OrdinalIgnoreCase)) return " (they differ in case)";
        if (first.Trim() == second.Trim()) return " (they differ in spaces at an end)";
        return PreparedName.AreEqual(first, second) ? " (they look the same, or nearly)" : "";
    }

    static string Code(string text, int index) =>
        "U+" + (IsPair(text, index) ? char.ConvertToUtf32(text, index) : text[index]).ToString("X4", CultureInfo.InvariantCulture);

    static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);

    static bool IsMark(string text, int index) =>
        CharUnicodeInfo.GetUnicodeCategory(text, index) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    static bool IsVisible(string text, int index) => !char.IsWhiteSpace(text[index]) && CharUnicodeInfo.GetUnicodeCategory(text, index)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);
}
