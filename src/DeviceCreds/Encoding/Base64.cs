namespace DeviceCreds;

/// <summary>Base64 (RFC 4648, 4) and its form for URLs and file names (5), often without padding.</summary>
internal static class Base64
{
    /// <summary>Whether it is a character of either alphabet, or padding.</summary>
    public static bool IsDigit(char c) =>
        c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '+' or '/' or '=' or '-' or '_';

    /// <summary>The bytes of a text; null when it is not Base64.</summary>
    /// <param name="digits">The characters; they are changed.</param>
    /// <param name="count">How many of them count.</param>
    /// <param name="needsPadding">Whether the padding must be there in RFC 4648's first form; the form for URLs never needs it.</param>
    public static byte[]? TryDecode(char[] digits, int count, bool needsPadding = false)
    {
        var isForUrls = false;
        for (var i = 0; i < count; i++)
        {
            if (digits[i] is not ('-' or '_')) continue;
            digits[i] = digits[i] == '-' ? '+' : '/';
            isForUrls = true;
        }

        var padding = (4 - count % 4) % 4;
        if (padding == 3 || (padding > 0 && needsPadding && !isForUrls)) return null;
        var padded = digits;
        if (padding > 0)
        {
            padded = new char[count + padding];
            Array.Copy(digits, padded, count);
            for (var i = count; i < padded.Length; i++) padded[i] = '=';
        }

        try
        {
            return Convert.FromBase64CharArray(padded, 0, count + padding);
        }
        catch (FormatException)
        {
            return null;
        }
        finally
        {
            if (padding > 0) Array.Clear(padded, 0, padded.Length);
        }
    }
}
