namespace DeviceCreds;

/// <summary>
/// Writes credentials to disk, in as many formats as wanted: a folder a device, and beside the folders one file for all
/// devices for each format that has such a file. The latter are there once <see cref="Complete"/> has been called, and not
/// before: what is left unfinished is taken away by <see cref="Dispose"/>.
/// </summary>
public sealed class CredentialExport : IDisposable
{
    readonly string _folder;
    readonly ExportOptions _options;
    readonly bool _replace;
    readonly List<IDeviceFormat> _deviceFormats;
    readonly List<FleetFile> _fleetFiles;
    readonly HashSet<string> _warnings = [];

    /// <param name="folder">The folder that holds a folder a device.</param>
    /// <param name="formats">Names of formats; see <see cref="CredentialFormats.Descriptions"/>.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <exception cref="InputException">There is no such format, or one needs a password or cannot heed the one given.</exception>
    /// <exception cref="OutputException">A file for all devices exists.</exception>
    public CredentialExport(string folder, IEnumerable<string> formats, ExportOptions options, bool replace)
    {
        _folder = folder;
        // What is true of one configuration is true of a million devices, and is said once.
        _options = options with { Warn = warning => { if (_warnings.Add(warning)) options.Warn?.Invoke(warning); } };
        _replace = replace;
        var all = formats.Select(CredentialFormats.Get).Distinct().ToList();
        foreach (var format in all) _options.CheckPassword(format);
        _deviceFormats = [.. all.OfType<IDeviceFormat>()];
        _fleetFiles = [.. all.OfType<IFleetFormat>().Select(f => new FleetFile(folder, f, replace))];
    }

    /// <summary>The folder that a credential goes to.</summary>
    public string FolderFor(DeviceCredential credential) => Path.Combine(_folder, FileNames.FolderFor(credential.EndpointName));

    /// <summary>Writes one credential: all of its own files, or none.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="DeviceCredsException">The credential does not fit a format, a file exists, or the system refuses.</exception>
    public IReadOnlyList<string> Write(DeviceCredential credential)
    {
        // Entries first: a device that does not fit is in none of the files.
        var entries = _fleetFiles.Select(f => f.Format.Entry(credential, _options)).ToList();
        var files = _deviceFormats.SelectMany(f => f.Write(credential, _options)).ToList();
        var paths = files.Count == 0 ? [] : FileWriter.WriteAll(FolderFor(credential), files, _replace);
        for (var i = 0; i < entries.Count; i++) _fleetFiles[i].Append(entries[i]);
        return paths;
    }

    /// <summary>Writes the files that hold all devices.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="OutputException">A file exists by now, or the system refuses.</exception>
    public IReadOnlyList<string> Complete() => [.. _fleetFiles.Select(f => f.Complete()).OfType<string>()];

    /// <summary>Takes away what was not completed.</summary>
    public void Dispose() => _fleetFiles.ForEach(f => f.Dispose());
}
