namespace DeviceCreds;

/// <summary>
/// Which folders below a path are entered: all but links to what is read anyway, and links that lead around in a circle.
/// </summary>
/// <param name="root">The path.</param>
internal sealed class FolderLinks(string root)
{
#if NET
    readonly string _root = TargetOf(root) ?? Path.GetFullPath(root);
    readonly List<string> _targets = [];

    public bool MayFollow(string folder)
    {
        // A folder of OneDrive also counts as a link, and leads nowhere else.
        if (!FileKind.IsLink(folder) || TargetOf(folder) is not { } target) return true;
        if (!Directory.Exists(target) || IsWithin(_root, target) || _targets.Prepend(_root).Any(t => IsWithin(target, t))) return false;
        _targets.Add(target);
        return true;
    }

    static bool IsWithin(string path, string folder) => path == folder
        || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static string? TargetOf(string folder)
    {
        try
        {
            return Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link to nothing, or around in a circle.
            return folder;
        }
    }
#else
    // .NET Framework cannot tell where a link leads.
    public bool MayFollow(string folder) => root.Length > 0 && !FileKind.IsLink(folder);
#endif
}
