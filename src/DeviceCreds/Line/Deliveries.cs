namespace DeviceCreds;

/// <summary>Compares what was injected with what a ledger says was issued.</summary>
public static class Deliveries
{
    /// <summary>The serial numbers of certificates that are valid in a ledger and that no device got.</summary>
    /// <param name="injections">The results of the devices, in order; a later success delivers what an earlier attempt did not.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <exception cref="InputException">The ledger cannot be read.</exception>
    public static ISet<string> FindUndelivered(IEnumerable<DeviceInjection> injections, string ledger, TimeProvider? time = null)
    {
        var missing = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var injection in injections)
        {
            if (injection.SerialNumber is not { } serial) continue;
            if (injection.NotDelivered) missing.Add(serial);
            else if (injection.Succeeded) missing.Remove(serial);
        }

        if (missing.Count == 0) return missing;
        var now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime;
        return new HashSet<string>(Ledger.Read(ledger, _ => { })
            .Where(e => missing.Contains(e.SerialNumber) && e.At(now).State == LedgerState.Valid).Select(e => e.SerialNumber),
            StringComparer.OrdinalIgnoreCase);
    }
}
