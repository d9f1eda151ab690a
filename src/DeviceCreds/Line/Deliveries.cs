namespace DeviceCreds;

/// <summary>Compares what was injected with what a ledger says was issued.</summary>
public static class Deliveries
{
    /// <summary>The serial numbers of certificates that are valid in a ledger and that no device got.</summary>
    /// <param name="injections">The results of the devices, in any order, read twice; what was sent last counts.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <exception cref="InputException">The ledger cannot be read.</exception>
    public static ISet<string> FindUndelivered(IEnumerable<DeviceInjection> injections, string ledger, TimeProvider? time = null)
    {
        // Of a million injections, few failed.
        var missing = new Dictionary<string, DateTime>(StringComparer.OrdinalIgnoreCase);
        foreach (var injection in injections.Where(i => i.NotDelivered))
        {
            if (injection.SerialNumber is { } serial && (!missing.TryGetValue(serial, out var known) || known < injection.StartedAt))
                missing[serial] = injection.StartedAt;
        }

        if (missing.Count > 0)
        {
            foreach (var injection in injections.Where(i => i.Succeeded))
            {
                if (injection.SerialNumber is { } serial && missing.TryGetValue(serial, out var failed) && injection.StartedAt >= failed)
                    missing.Remove(serial);
            }
        }

        if (missing.Count == 0) return new HashSet<string>();
        var now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime;
        return new HashSet<string>(Ledger.Read(ledger, _ => { })
            .Where(e => missing.ContainsKey(e.SerialNumber) && e.At(now).State == LedgerState.Valid).Select(e => e.SerialNumber),
            StringComparer.OrdinalIgnoreCase);
    }
}
