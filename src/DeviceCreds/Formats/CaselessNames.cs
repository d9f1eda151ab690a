namespace DeviceCreds;

/// <summary>
/// The devices of a run, for services that ignore case: two devices whose names differ only in case are one device there. Safe for
/// use by several threads.
/// </summary>
internal sealed class CaselessNames
{
    // A name without its case, and the name itself: a device may come again, with its other credential.
    readonly Dictionary<NameHash, NameHash> _names = [];

    /// <summary>Adds a device; false when another one has its name in other case.</summary>
    public bool TryAdd(string name)
    {
        var (caseless, own) = (NameHash.Of(name.ToUpperInvariant()), NameHash.Of(name));
        lock (_names)
        {
            if (_names.TryGetValue(caseless, out var known)) return known == own;
            _names.Add(caseless, own);
            return true;
        }
    }
}
