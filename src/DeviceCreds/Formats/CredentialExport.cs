using System.Text;

namespace DeviceCreds;

/// <summary>
/// Writes credentials to disk, in as many formats as wanted: a folder a device, and beside the folders one file for all
/// devices for each format that has such a file. The latter are there once <see cref="Complete"/> has been called.
/// </summary>
public sealed class CredentialExport
{
    readonly string _folder;
    readonly ExportOptions _options;
    readonly bool _replace;
    readonly List<IDeviceFormat> _deviceFormats;
    readonly List<(IFleetFormat Format, StringBuilder Text)> _fleetFiles;
    readonly HashSet<string> _warnings = [];

    /// <param name="folder">The folder that holds a folder a device.</param>
    /// <param name="formats">Names of formats; see <see cref="CredentialFormats.Descriptions"/>.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <exception cref="InputException">There is no such format.</exception>
    public CredentialExport(string folder, IEnumerable<string> formats, ExportOptions options, bool replace)
    {
        _folder = folder;
        // What is true of one configuration is true of a million devices, and is said once.
        _options = options with { Warn = warning => { if (_warnings.Add(warning)) options.Warn?.Invoke(warning); } };
        _replace = replace;
        var all = formats.Select(CredentialFormats.Get).Distinct().ToList();
        _deviceFormats = [.. all.OfType<IDeviceFormat>()];
        _fleetFiles = [.. all.OfType<IFleetFormat>().Select(f => (f, new StringBuilder()))];
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
        for (var i = 0; i < entries.Count; i++)
        {
            var (format, text) = _fleetFiles[i];
            text.Append(text.Length == 0 ? format.Begin : format.Between).Append(entries[i]);
        }

        return paths;
    }

    /// <summary>Writes the files that hold all devices.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="OutputException">A file exists, or the system refuses.</exception>
    public IReadOnlyList<string> Complete()
    {
        var files = _fleetFiles.Where(f => f.Text.Length > 0).Select(f => new OutputFile(f.Format.FileName, Encoding.UTF8.GetBytes(f.Text + f.Format.End), IsSecret: false)).ToList();
        return files.Count == 0 ? [] : FileWriter.WriteAll(_folder, files, _replace);
    }
}
