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
    readonly int[] _starts = Starts(file, [.. leaves]);

    /// <summary>
    /// A device's certificate and those above it, in the order of the file: those between it and the next device's certificate, and one
    /// of each that is only elsewhere.
    /// </summary>
    public IReadOnlyList<DeviceCertificate> Of(DeviceCertificate leaf)
    {
        var start = _places[leaf][0];
        var next = Array.BinarySearch(_starts, start) + 1;
        var end = next < _starts.Length ? _starts[next] : file.Count;
        return [.. _paths.Build(leaf).SelectMany(c => Copies(_places[c], start, end)).OrderBy(i => i).Select(i => file[i])];
    }

    static IEnumerable<int> Copies(int[] places, int start, int end)
    {
        var first = Array.BinarySearch(places, start);
        if (first < 0) first = ~first;
        if (first == places.Length) return [places[first - 1]];
        return places[first] < end ? places.Skip(first).TakeWhile(p => p < end) : [places[first]];
    }

    static int[] Starts(IReadOnlyList<DeviceCertificate> file, HashSet<DeviceCertificate> leaves) =>
        [.. Enumerable.Range(0, file.Count).Where(i => leaves.Contains(file[i]))];
}
