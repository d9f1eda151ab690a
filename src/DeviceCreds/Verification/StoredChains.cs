namespace DeviceCreds;

/// <summary>
/// Finds which certificates belong to which device, in a file with the certificates of several devices: one chain after the other,
/// or the devices' certificates with one chain for all.
/// </summary>
/// <param name="file">The certificates, in the order of the file.</param>
/// <param name="leaves">Those that issued no other one.</param>
internal sealed class StoredChains(IReadOnlyList<DeviceCertificate> file, IEnumerable<DeviceCertificate> leaves)
{
    readonly CertificatePath _paths = new(file, [], null);
    readonly Dictionary<DeviceCertificate, int[]> _places = file.Select((c, i) => (c, i)).GroupBy(x => x.c, x => x.i)
        .ToDictionary(g => g.Key, g => g.ToArray());
    readonly int[] _leaves = PlacesOf(file, [.. leaves]);

    /// <summary>
    /// A device's certificate and those above it, in the order of the file: those between it and the next device's certificate, and one
    /// of each that is only elsewhere. Where the CAs are before their devices, those between it and the one before.
    /// </summary>
    public IReadOnlyList<DeviceCertificate> Of(DeviceCertificate leaf)
    {
        var place = _places[leaf][0];
        var at = Array.BinarySearch(_leaves, place);
        var (from, to) = IsFromTheTop ? (at > 0 ? _leaves[at - 1] + 1 : 0, place + 1)
            : (place, at + 1 < _leaves.Length ? _leaves[at + 1] : file.Count);
        return [.. _paths.Build(leaf).SelectMany(c => Copies(_places[c], from, to)).OrderBy(i => i).Select(i => file[i])];
    }

    bool IsFromTheTop => _leaves[0] > 0 && _leaves[^1] == file.Count - 1;

    IEnumerable<int> Copies(int[] places, int from, int to)
    {
        var first = Array.BinarySearch(places, from);
        if (first < 0) first = ~first;
        if (first < places.Length && places[first] < to) return places.Skip(first).TakeWhile(p => p < to);
        var nearest = IsFromTheTop ? first - 1 : first;
        return [places[Math.Min(Math.Max(nearest, 0), places.Length - 1)]];
    }

    static int[] PlacesOf(IReadOnlyList<DeviceCertificate> file, HashSet<DeviceCertificate> leaves) =>
        [.. Enumerable.Range(0, file.Count).Where(i => leaves.Contains(file[i]))];
}
