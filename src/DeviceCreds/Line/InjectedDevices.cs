namespace DeviceCreds;

/// <summary>
/// Which devices were injected, in this run and in earlier runs in the journal. The device itself would erase what it has
/// and accept a second injection.
/// </summary>
/// <param name="journal">The journal; null for only this run.</param>
internal sealed class InjectedDevices(InjectionJournal? journal)
{
    readonly Dictionary<string, DeviceInjection> _here = new(StringComparer.Ordinal);
    readonly HashSet<string> _underWay = new(StringComparer.Ordinal);

    /// <summary>Reserves a device until what is returned is disposed.</summary>
    /// <param name="endpointName">The device.</param>
    /// <param name="serialNumber">The certificate that it will get; null when it is not issued yet.</param>
    /// <param name="force">Whether a device that was injected is injected again.</param>
    /// <exception cref="InjectionException">It was injected, or is being injected at another station.</exception>
    public IDisposable Begin(string endpointName, string? serialNumber, bool force)
    {
        lock (_here)
        {
            if (!force && Find(endpointName) is { } earlier)
            {
                var time = FormattableString.Invariant($"{earlier.StartedAt:yyyy-MM-dd HH:mm:ss}");
                throw new InjectionException(DeviceInjection.AlreadyInjected, ErrorKind.Conflict,
                    $"The device was injected at {time} (certificate {earlier.SerialNumber}); nothing was sent.",
                    "Use -Force to inject it again: the device erases what it has.") { IsDelivered = earlier.SerialNumber == serialNumber };
            }

            if (!_underWay.Add(endpointName))
                throw new InjectionException(
                    "AlreadyUnderWay", ErrorKind.Conflict, "The device is being injected at another station; nothing was sent.",
                    "Does the list have the device twice?");
        }

        return new Reservation(this, endpointName);
    }

    /// <summary>Remembers the result of a device when there is no journal.</summary>
    public void Note(DeviceInjection injection)
    {
        if (journal is not null) return;
        lock (_here)
        {
            if (injection.Succeeded) _here[injection.EndpointName] = injection;
            else if (injection.MessageSent) _here.Remove(injection.EndpointName);
        }
    }

    DeviceInjection? Find(string endpointName) =>
        journal is not null ? journal.FindInjected(endpointName) : _here.TryGetValue(endpointName, out var injection) ? injection : null;

    sealed class Reservation(InjectedDevices owner, string endpointName) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._here) owner._underWay.Remove(endpointName);
        }
    }
}
