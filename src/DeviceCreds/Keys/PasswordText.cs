using System.Globalization;

namespace DeviceCreds;

/// <summary>Describes what is unusual about a password, without showing it.</summary>
public static class PasswordText
{
    /// <summary>
    /// An invisible character at the end or the beginning of a password, such as "ends with a line feed (U+000A)"; null when there is
    /// nothing. Get-Content -Raw and a shell's echo leave a line end there.
    /// </summary>
    public static string? FindOddity(char[]? password)
    {
        if (password is not { Length: > 0 }) return null;
        if (IsOdd(password[password.Length - 1])) return $"ends with {Describe(password[password.Length - 1])}";
        return IsOdd(password[0]) ? $"begins with {Describe(password[0])}" : null;
    }

    /// <summary>Whether every character is in ASCII.</summary>
    public static bool IsAscii(char[] password) => Array.TrueForAll(password, c => c <= '\x7F');

    /// <summary>Checks a password or PIN before it is used: it may be the name of a variable that a pipeline did not replace.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void RequireExpanded(char[]? password)
    {
        if (password is null || !UnexpandedVariable.Is(new string(password))) return;
        throw new InputException("PasswordNotExpanded", ErrorKind.InvalidArgument,
            "The password or PIN is the name of a variable that was not replaced by its value, such as $(Password).",
            "Map the secret variable to the step's environment, and check its name.");
    }

    static bool IsOdd(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    static string Describe(char c) => c switch
    {
        '\n' => "a line feed (U+000A)",
        '\r' => "a carriage return (U+000D)",
        '\t' => "a tab (U+0009)",
        ' ' => "a space (U+0020)",
        '\uFEFF' => "a byte order mark (U+FEFF)",
        _ => "an invisible character (U+" + ((int)c).ToString("X4", CultureInfo.InvariantCulture) + ")",
    };
}
