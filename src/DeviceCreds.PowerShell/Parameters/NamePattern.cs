using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Patterns of endpoint names: wildcards are allowed, and case counts.</summary>
static class NamePattern
{
    /// <exception cref="InputException">It is not a valid pattern.</exception>
    public static WildcardPattern Of(string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.None);
        try
        {
            // A wrong pattern is found only when it is used.
            _ = pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException e)
        {
            throw new InputException("EndpointNamePatternInvalid", ErrorKind.InvalidArgument,
                $"'{MessageText.Shorten(name)}' is not a valid pattern.", "Escape brackets: `[.", inner: e);
        }
    }
}
