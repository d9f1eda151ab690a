namespace DeviceCreds;

/// <summary>Finds which certificates belong to which device, in a file with the certificates of several devices.</summary>
internal sealed class StoredChains(IReadOnlyList<DeviceCertificate> file)
{
    readonly CertificatePath _paths = new(file, [], null);
    readonly ILookup<DeviceCertificate, int> _places = file.Select((c, i) => (c, i)).ToLookup(x => x.c, x => x.i);

    /// <summary>A device's certificate and those above it, in the order of the file.</summary>
    public IReadOnlyList<DeviceCertificate> Of(DeviceCertificate leaf) =>
        [.. _paths.Build(leaf).SelectMany(c => _places[c]).OrderBy(i => i).Select(i => file[i])];
}
