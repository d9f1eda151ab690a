namespace DeviceCreds;

/// <summary>Base64 for URLs, without padding (RFC 4648, 5), as JSON Web Keys have it.</summary>
internal static class Base64Url
{
    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Null when it is something else.</summary>
    public static byte[]? Decode(string? text)
    {
        try
        {
            return text is null
                ? null
                : Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
