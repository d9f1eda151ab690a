namespace DeviceCreds;

/// <summary>Writes credentials to disk: a folder a device, in as many formats as wanted.</summary>
public static class CredentialExporter
{
    /// <summary>The folder that a credential goes to, below a given one.</summary>
    public static string FolderFor(DeviceCredential credential, string folder) => Path.Combine(folder, FileNames.FolderFor(credential.EndpointName));

    /// <summary>Writes one credential: all of its files, or none.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="folder">The folder that holds a folder a device.</param>
    /// <param name="formats">Names of formats; see <see cref="CredentialFormats.Descriptions"/>.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <returns>The paths written.</returns>
    /// <exception cref="InputException">There is no such format.</exception>
    /// <exception cref="OutputException">A file exists, or the system refuses.</exception>
    public static IReadOnlyList<string> Write(DeviceCredential credential, string folder, IEnumerable<string> formats, ExportOptions options, bool replace)
    {
        var files = formats.Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(f => CredentialFormats.Get(f).Write(credential, options)).ToList();
        return FileWriter.WriteAll(FolderFor(credential, folder), files, replace);
    }
}
