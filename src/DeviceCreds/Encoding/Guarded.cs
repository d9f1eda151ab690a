namespace DeviceCreds;

/// <summary>
/// The only place that calls other libraries' parsers: whatever they throw for bytes that they cannot read becomes an
/// error of this library.
/// </summary>
internal static class Guarded
{
    /// <summary>Runs a parser.</summary>
    /// <param name="parse">What reads the bytes.</param>
    /// <param name="refuse">Makes the error; it gets the exception. Where the bytes may be a key's, the exception must not become the
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

    /// <summary>The same, but returns null when the bytes are refused.</summary>
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

    /// <summary>Whether an exception means that bytes could not be read: for damaged bytes parsers throw nearly anything.</summary>
    public static bool IsRefusal(Exception e) =>
        e is not (DeviceCredsException or OutOfMemoryException or OperationCanceledException or ThreadAbortException);
}
