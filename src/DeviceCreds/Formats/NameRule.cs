namespace DeviceCreds;

/// <summary>Which endpoint names a format's service accepts.</summary>
/// <param name="Role">What the name is there, such as "a device's ID in nRF Cloud".</param>
/// <param name="FindProblem">What is wrong with a name; null when the service accepts it.</param>
/// <param name="Advice">What to do with a device that has another name.</param>
internal sealed record NameRule(string Role, Func<string, string?> FindProblem, string Advice)
{
    /// <exception cref="InputException">The service does not accept the name.</exception>
    public void Check(string endpointName)
    {
        if (FindProblem(endpointName) is { } problem)
        {
            throw new InputException("EndpointNameNotPossible", ErrorKind.InvalidArgument,
                $"'{MessageText.Shorten(endpointName)}' cannot be {Role}: {problem}.", Advice);
        }
    }
}
