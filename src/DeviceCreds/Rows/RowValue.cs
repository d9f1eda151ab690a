using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Security;

namespace DeviceCreds;

/// <summary>
/// Reads a value of a row as a text. A value that has one plain text is that text: a text, a whole number, a GUID, a
/// URI. A value that would lose something as a text is refused: a list, an object, a date, a number that was shortened.
/// </summary>
public static class RowValue
{
    const int MaximumElements = 4;

    /// <summary>In decimal digits: so many survive (IEEE 754).</summary>
    const int DigitsOfDouble = 15, DigitsOfFloat = 6;

    /// <summary>The text of a value; null when there is none: null, or what a database calls NULL.</summary>
    /// <param name="column">The column's name, for the error.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InputException">The value is not a text.</exception>
    public static string? Text(string column, object? value)
    {
        if (value is null or DBNull) return null;
        return FindText(value) ?? throw new InputException("ColumnWrongType", ErrorKind.InvalidArgument,
            $"{column}: expected a text, found {Describe(value)}.", Advice(value));
    }

    /// <summary>The text of a value that has one; null otherwise.</summary>
    public static string? FindText(object value) => value switch
    {
        string text => text,
        char one => one.ToString(),
        sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger or decimal or Guid =>
            ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number => Plain(number.ToString("R", CultureInfo.InvariantCulture), DigitsOfDouble),
        float number => Plain(number.ToString("R", CultureInfo.InvariantCulture), DigitsOfFloat),
        Uri uri => uri.OriginalString,
        Version or Enum => value.ToString(),
        _ => null,
    };

    /// <summary>A text in quotes, fit for a message.</summary>
    public static string Quote(string text) => $"'{SubjectText.Shorten(text)}'";

    /// <summary>A value for a message: its type, and its text if that is not a secret.</summary>
    public static string Describe(object value)
    {
        var type = value.GetType().Name;
        var article = "AEIOU".IndexOf(type[0]) >= 0 ? "an" : "a";
        return Shown(value) is { Length: > 0 } shown && !SecretText.IsHidden(SecretText.Hide(shown))
            ? $"{article} {type} '{SubjectText.Shorten(shown)}'" : $"{article} {type}";
    }

    // A number in exponential form, with more digits than it holds for certain, or NaN, has lost some that cannot be restored.
    static string? Plain(string number, int digits) =>
        number.All(c => c is (>= '0' and <= '9') or '.' or '-') && number.Count(char.IsDigit) <= digits ? number : null;

    static string? Advice(object value) => value switch
    {
        bool => "Put it in quotes.",
        DateTime or DateTimeOffset => "Put it in quotes, or format it: PowerShell took the text for a date.",
        double or float => "Put it in quotes, or format the cell as text: the number has lost digits.",
        IEnumerable => "Give one value.",
        _ => null,
    };

    static string? Shown(object value)
    {
        try
        {
            return value switch
            {
                SecureString or byte[] or byte or sbyte => null,
                IDictionary pairs =>
                    string.Join("; ", pairs.Keys.Cast<object>().Take(MaximumElements).Select(key => $"{key}={Shown(pairs[key] ?? "")}")),
                string text => text,
                IEnumerable list => string.Join(", ", list.Cast<object?>().Take(MaximumElements).Select(one => Shown(one ?? ""))),
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() is var text && text == value.GetType().FullName ? null : text,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // When the object's own code throws, the message is about its type.
            return null;
        }
    }
}
