namespace DeviceCreds;

/// <summary>The endpoint names of a run: each device is there once. From any thread.</summary>
public sealed class EndpointNames
{
    readonly NameSet _names = new();

    /// <summary>Adds a device.</summary>
    /// <exception cref="IssuanceException">It is there already.</exception>
    public void Add(string endpointName)
    {
        if (!_names.Add(endpointName))
            throw new IssuanceException("EndpointNameDuplicate", ErrorKind.Conflict,
                $"The endpoint name '{SubjectText.Shorten(endpointName)}' is a duplicate in this run; the first one is kept.",
                "Remove the second row from the device list.");
    }

    internal bool Contains(string endpointName) => _names.Contains(endpointName);

    internal void Remove(string endpointName) => _names.Remove(endpointName);
}
