namespace DeviceCreds;

/// <summary>Where an export puts the devices' files: folders, or an archive.</summary>
internal interface IDeviceStore : IDisposable
{
    /// <summary>Whether there was nothing when the export began: then no device's files are there that this run did not write.</summary>
    bool IsNew { get; }

    /// <summary>Prepares the files of a device; from any thread.</summary>
    /// <exception cref="OutputException">The system refuses; nothing is left behind.</exception>
    StagedFiles Stage(string name, IReadOnlyList<OutputFile> files);

    /// <summary>Checks that a device's files can get their places; from any thread.</summary>
    /// <returns>Whether the device certainly has no files on disk yet.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or cannot be written.</exception>
    bool EnsureFree(string name, IReadOnlyList<string> files, bool replace);

    /// <summary>Returns when all that was prepared is on the disk.</summary>
    /// <exception cref="OutputException">The disk reports an error.</exception>
    void Flush();

    /// <summary>Puts what was prepared in its place; in the order of the devices.</summary>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or the system refuses.</exception>
    IReadOnlyList<string> Place(StagedFiles staged, bool replace);

    /// <summary>Drops what was prepared and is not to be placed.</summary>
    void Discard(StagedFiles staged);

    /// <summary>Returns when all that was placed is on the disk permanently; then removes what interrupted exports left.</summary>
    /// <exception cref="OutputException">The system refuses.</exception>
    void Complete();
}
