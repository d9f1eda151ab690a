using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Says why bytes are not DER, where a parser only says that they are not: an incomplete element, an impossible date,
/// a number in a wrong form.
/// </summary>
internal static class DerFault
{
    /// <summary>No structure that is read here is nested deeper.</summary>
    const int MaximumDepth = 64;

    const byte Null = 0x05, Enumerated = 0x0A;

    static readonly string[] TimeForms = ["yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMddHH"];

    /// <summary>
    /// The first fault, as the end of a sentence; null when each element is well-formed. Only for public data: it
    /// may show a date.
    /// </summary>
    public static string? Find(byte[] der) => FindInLength(der) ?? FindInside(der);

    /// <summary>The same for the length only, which shows nothing of the content.</summary>
    public static string? FindInLength(byte[] der)
    {
        var whole = DerElement.At(der, 0, der.Length);
        if (whole.Tag == 0) return "it does not begin with an element of DER";
        if (whole.Length is not { } length) return null;
        var expected = (long)whole.Start + length;
        return expected > der.Length ? FormattableString.Invariant($"it is incomplete: expected {expected:N0} bytes, found {der.Length:N0}")
            : expected < der.Length ? $"{MessageText.BytesFollow(der.Length - expected)} it"
            : null;
    }

    // Without recursion: a hostile file may be nested very deep.
    static string? FindInside(byte[] der)
    {
        var ends = new Stack<int>();
        var at = 0;
        ends.Push(der.Length);
        while (ends.Count > 0)
        {
            var end = ends.Peek();
            if (at == end)
            {
                ends.Pop();
                continue;
            }

            var element = DerElement.At(der, at, end);
            // Indefinite lengths are not followed; parsers read them or refuse them.
            if (element.Length is null && element.Tag != 0) return null;
            if (element.Tag == 0 || element.End > end) return $"the element at byte {at:N0} is longer than its container, or has no header";
            if (FindInPrimitive(element, der) is { } fault) return $"{fault} (byte {at:N0})";
            if ((element.Tag & 0x20) == 0)
            {
                at = element.End;
                continue;
            }

            if (ends.Count > MaximumDepth) return $"it is nested more than {MaximumDepth} levels deep";
            ends.Push(element.End);
            at = element.Start;
        }

        return null;
    }

    static string? FindInPrimitive(DerElement element, byte[] der)
    {
        var content = element.Content(der);
        return element.Tag switch
        {
            DerCursor.Integer or Enumerated => FindInInteger(content),
            DerCursor.Boolean when content.Length != 1 => "true or false is not one byte long",
            Null when content.Length != 0 => "a NULL element has content",
            DerCursor.BitString => FindInBits(content),
            DerCursor.ObjectIdentifier => FindInIdentifier(content),
            DerCursor.UtcTime or DerCursor.GeneralizedTime => FindInTime(content, element.Tag == DerCursor.UtcTime),
            _ => null,
        };
    }

    static string? FindInInteger(ReadOnlySpan<byte> content)
    {
        if (content.Length == 0) return "a number has no bytes";
        return content.Length > 1 && (content[0] == 0 ? content[1] < 0x80 : content[0] == 0xFF && content[1] >= 0x80)
            ? "a number is not in its shortest form" : null;
    }

    static string? FindInBits(ReadOnlySpan<byte> content)
    {
        if (content.Length == 0) return "a bit string has no bytes";
        return content[0] > 7 || (content[0] > 0 && content.Length == 1) ? "a bit string has an impossible number of unused bits" : null;
    }

    static string? FindInIdentifier(ReadOnlySpan<byte> content)
    {
        if (content.Length == 0 || content[^1] >= 0x80) return "an object identifier is incomplete";
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == 0x80 && (i == 0 || content[i - 1] < 0x80)) return "an object identifier is not in its shortest form";
        }

        return null;
    }

    static string? FindInTime(ReadOnlySpan<byte> content, bool isUtc)
    {
        var text = Encoding.ASCII.GetString(content.ToArray());
        if (text.Length is < 10 or > 24 || !text.All(c => c is (>= '0' and <= '9') or 'Z' or '+' or '-' or '.'))
            return "a date does not have the form YYMMDDhhmmssZ or YYYYMMDDhhmmssZ";
        var digits = new string([.. text.TakeWhile(char.IsDigit)]);
        if (isUtc) digits = (string.CompareOrdinal(digits, "50") < 0 ? "20" : "19") + digits;
        return DateTime.TryParseExact(digits, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null
            : $"'{text}' is not a possible date";
    }
}
