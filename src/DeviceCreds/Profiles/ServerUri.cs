namespace DeviceCreds;

/// <summary>The LwM2M server's URI, which carries the account ID in its query: <c>coaps://host:5684?aid=...</c>.</summary>
public static class ServerUri
{
    /// <summary>
    /// More than any server's URI has. Parsing a URI costs a hundred times its length, so the length is checked
    /// first.
    /// </summary>
    internal const int MaximumLength = 2048;

    /// <summary>The URI; null when the text is not a URI, or is too long.</summary>
    public static Uri? TryParse(string text) =>
        text.Length <= MaximumLength && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : null;

    /// <summary>Whether the text names a host by a URI of this kind.</summary>
    internal static bool NamesHost(string text) => TryParse(text) is { IsAbsoluteUri: true, Host.Length: > 0 };

    /// <summary>The account ID: everything after <c>aid=</c> to the end, which is how the device reads it.</summary>
    /// <exception cref="IssuanceException">The URI is not CoAP's or has no account ID.</exception>
    public static string AccountId(Uri uri)
    {
        var text = uri.OriginalString;
        if (text.Length > MaximumLength)
        {
            throw new IssuanceException("ServerUriTooLong", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"The server URI has {text.Length:N0} characters; at most {MaximumLength:N0} are possible."),
                "Use the URI of the LwM2M server, such as coaps://lwm2m.example.com:5684?aid=0123456789abcdef0123456789abcdef.");
        }

        if (UnexpandedVariable.FindInName(text) is { } variable)
        {
            throw new IssuanceException("ServerUriNotExpanded", ErrorKind.InvalidArgument,
                $"The server URI holds '{SubjectText.Shorten(variable)}', a variable that was not replaced by its value.",
                "Correct the server URI.");
        }

        if (!uri.IsAbsoluteUri || uri.Scheme is not ("coap" or "coaps"))
            throw new IssuanceException("ServerUriScheme", ErrorKind.InvalidArgument,
                $"The server URI '{SubjectText.Shorten(text)}' does not begin with coaps://.",
                "Use the URI of the LwM2M server, such as coaps://lwm2m.example.com:5684?aid=0123456789abcdef0123456789abcdef.");
        var account = FindAccountId(text);
        if (string.IsNullOrEmpty(account))
            throw new IssuanceException("ServerUriWithoutAccountId", ErrorKind.InvalidArgument,
                $"The server URI '{SubjectText.Shorten(text)}' has no account ID.", "Put it at the end of the URI: ?aid=<account ID>.");
        if (account!.IndexOf('&') >= 0)
            throw new IssuanceException("ServerUriAccountIdNotLast", ErrorKind.InvalidArgument,
                $"In the server URI '{SubjectText.Shorten(text)}' something follows the account ID, "
                + "and the device would read it as part of the account ID.", "Put aid= last.");
        return SubjectText.CheckAccountId(account);
    }

    /// <summary>
    /// The account ID as the device reads it: everything after the first <c>?aid=</c>, or else <c>&amp;aid=</c>; null when
    /// there is neither.
    /// </summary>
    internal static string? FindAccountId(string text)
    {
        var at = text.IndexOf("?aid=", StringComparison.Ordinal);
        if (at < 0) at = text.IndexOf("&aid=", StringComparison.Ordinal);
        return at < 0 ? null : text.Substring(at + "?aid=".Length);
    }

    /// <summary>Whether the device accepts it as a CoAP URI: it compares the beginning byte for byte.</summary>
    internal static bool IsCoap(string text) => text.StartsWith("coap://", StringComparison.Ordinal) || IsSecure(text);

    internal static bool IsSecure(string text) => text.StartsWith("coaps://", StringComparison.Ordinal);
}
