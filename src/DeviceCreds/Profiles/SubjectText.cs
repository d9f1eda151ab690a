using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// What a device's subject may contain: its endpoint name (CN) and account ID (OU). RFC 5280's upper bounds are 64
/// characters for both (ub-common-name, ub-organizational-unit-name).
/// </summary>
internal static class SubjectText
{
    public const int MaximumLength = 64;

    /// <exception cref="IssuanceException">The name cannot be a device's common name.</exception>
    public static string CheckEndpointName(string? value) => Check(value, "EndpointName", "endpoint name", "a common name");

    /// <exception cref="IssuanceException">The text cannot be an organizational unit.</exception>
    public static string CheckAccountId(string? value) => Check(value, "AccountId", "account ID", "an organizational unit");

    /// <exception cref="IssuanceException">The name cannot be a CA's common name.</exception>
    public static string CheckAuthorityName(string? value) => Check(value, "Name", "CA's name", "a common name");

    /// <summary>Whether every character is one that the vendor recommends: PrintableString's.</summary>
    public static bool IsRecommended(string value) => Org.BouncyCastle.Asn1.DerPrintableString.IsPrintableString(value);

    /// <summary>Characters as RFC 5280 counts them: a pair of surrogates is one.</summary>
    public static int Length(string value) => value.Length - value.Where((c, i) => i > 0 && char.IsSurrogatePair(value[i - 1], c)).Count();

    /// <summary>What is wrong with a text in a subject, as id and sentence; null when it is right.</summary>
    public static (string Id, string Problem)? Find(string? value, string what, string attribute)
    {
        if (string.IsNullOrEmpty(value)) return ("Empty", $"The {what} is empty.");
        if (string.IsNullOrWhiteSpace(value)) return ("Blank", $"The {what} consists of spaces.");
        if (value!.Length > MaximumLength && Length(value) > MaximumLength)
            return ("TooLong",
                $"The {what} '{Shorten(value!)}' has {Length(value!)} characters; {attribute} holds {MaximumLength} at most (RFC 5280, "
                    + "appendix A).");
        if (SecretText.IsIn(value!) || SecretText.IsHidden(value!))
            return ("IsSecret", $"The {what} looks like a key or a password and is not shown.");
        if (UnexpandedVariable.FindInName(value!) is { } variable)
            return ("NotExpanded", $"The {what} holds '{Shorten(variable)}', a variable that was not replaced by its value.");
        for (var i = 0; i < value!.Length; i += char.IsSurrogatePair(value, i) ? 2 : 1)
        {
            if (InvisibleCharacter.At(value, i) is { } code)
                return ("InvalidCharacter",
                    $"The {what} '{Shorten(value)}' has the character {code} at position {i + 1}, which {Why(code)}.");
        }

        if (IsDamagedNumber(value))
            return ("DamagedNumber",
                $"The {what} '{Shorten(value)}' is a number that a spreadsheet has shortened: its other digits are lost.");

        return value[0] == ' ' || value[^1] == ' '
            ? ("SurroundedBySpaces",
                $"The {what} '{Shorten(value)}' begins or ends with a space, which name comparison ignores and the device does not.")
            : null;
    }

    static string Check(string? value, string idPrefix, string what, string attribute) =>
        Find(value, what, attribute) is { } found
            ? throw new IssuanceException(idPrefix + found.Id, ErrorKind.InvalidArgument, found.Problem, $"Correct the {what}.")
            : value!;

    static string Why(string code) =>
        code == "U+FFFD" ? "stands for bytes that could not be read as text" : "is invisible or looks like a space";

    // 1.23457E+14, with a comma in some countries: Excel's form of 123456789012345.
    static bool IsDamagedNumber(string value) =>
        value.IndexOf("E+", StringComparison.Ordinal) > 0
            && Regex.IsMatch(value, "^[0-9](?:[.,][0-9]+)?E[+][0-9]{2,}$", RegexOptions.CultureInvariant);

    /// <inheritdoc cref="MessageText.Count"/>
    public static string Count(int count, string one) => MessageText.Count(count, one);

    /// <inheritdoc cref="MessageText.Shorten(string)"/>
    public static string Shorten(string value) => MessageText.Shorten(value);

    /// <inheritdoc cref="MessageText.Shorten(string, int)"/>
    public static string Clean(string value, int maximum) => MessageText.Shorten(value, maximum);
}
