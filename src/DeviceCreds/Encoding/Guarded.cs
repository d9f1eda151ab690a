namespace DeviceCreds;

/// <summary>
/// The only door to other people's parsers: whatever they throw at bytes that they do not understand becomes an error
/// of ours.
/// </summary>
internal static class Guarded
{
    /// <summary>Runs a parser.</summary>
    /// <param name="parse">What reads the bytes.</param>
    /// <param name="refuse">Makes the error; it gets what was thrown. Where the bytes may be a key's, it must not become the
    /// inner exception.</param>
    public static T Parse<T>(Func<T> parse, Func<Exception, InputException> refuse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw refuse(e);
        }
    }

    /// <summary>The same where the refusal is no error: null then.</summary>
    public static T? TryParse<T>(Func<T?> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return null;
        }
    }

    /// <summary>Whether an exception says that bytes were not understood: damaged ones make parsers throw nearly anything.</summary>
    public static bool IsRefusal(Exception e) =>
        e is not (DeviceCredsException or OutOfMemoryException or OperationCanceledException or ThreadAbortException);
}
