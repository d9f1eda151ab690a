using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// Which characters are invisible, or look like a plain space, by their Unicode properties: controls, formatting, every space but U+0020,
/// line ends, halves of surrogate pairs, the characters that Unicode calls default ignorable, and U+FFFD, which stands for lost bytes.
/// </summary>
internal static class InvisibleCharacter
{
    const int Replacement = 0xFFFD;

    // The property Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), which .NET has no name for: first and last.
    static readonly int[] DefaultIgnorable =
    [
        0x00AD, 0x00AD, 0x034F, 0x034F, 0x061C, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x202A, 0x202E,
        0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8, 0x1BCA0, 0x1BCA3,
        0x1D173, 0x1D17A, 0xE0000, 0xE0FFF,
    ];

    /// <summary>
    /// The code point at a position when it is invisible there, or looks like a space, such as U+200B; null when it is visible, or is
    /// half of one that is.
    /// </summary>
    public static string? At(string text, int position)
    {
        if (char.IsLowSurrogate(text[position]) && position > 0 && char.IsHighSurrogate(text[position - 1])) return null;
        var code = CodeAt(text, position);
        var isLikeSpace = code != ' ' && Category(text, position) == UnicodeCategory.SpaceSeparator;
        return code == Replacement || isLikeSpace || IsHidden(text, position) ? Name(code) : null;
    }

    /// <summary>
    /// Whether a message must not show the character that begins at a position: spaces may be shown, and U+FFFD for lost
    /// bytes.
    /// </summary>
    public static bool IsHidden(string text, int position) => IsIgnorable(CodeAt(text, position))
        || Category(text, position) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>A code point as Unicode writes it: U+00A0.</summary>
    public static string Name(int code) => "U+" + code.ToString("X4", CultureInfo.InvariantCulture);

    static UnicodeCategory Category(string text, int position) => CharUnicodeInfo.GetUnicodeCategory(text, position);

    static int CodeAt(string text, int position) =>
        char.IsSurrogatePair(text, position) ? char.ConvertToUtf32(text, position) : text[position];

    // U+FFFE and similar code points are not characters: XML cannot contain them.
    static bool IsIgnorable(int code)
    {
        if ((code & 0xFFFE) == 0xFFFE) return true;
        for (var i = 0; i < DefaultIgnorable.Length && DefaultIgnorable[i] <= code; i += 2)
        {
            if (code <= DefaultIgnorable[i + 1]) return true;
        }

        return false;
    }
}
