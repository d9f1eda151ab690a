namespace DeviceCreds;

/// <summary>What is asked of the path of a file to write.</summary>
public static class OutputPath
{
    static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>
    /// Checks that a path names a file, before anything is created: the folder of <c>new/</c> is <c>new</c>, and the file has no name.
    /// An existing folder has errors of its own.
    /// </summary>
    /// <exception cref="OutputException">The path ends as a folder's does, or the name is only white space.</exception>
    public static void EnsureNamesFile(string path)
    {
        // .NET Framework's Path.GetFileName refuses some characters with errors of its own.
        var name = path.Substring(path.LastIndexOfAny(Separators) + 1);
        var isFolder = name is "" or "." or "..";
        if ((!isFolder && !string.IsNullOrWhiteSpace(name)) || Directory.Exists(path)) return;
        throw isFolder
            ? Invalid($"expected the path of a file, found one that ends with '{End()}', as a folder's does.",
                "Add the name of the file.")
            : Invalid("expected the name of a file, found only white space.", "Give the path of a file.");

        string End() => name.Length == 0 && path.Length > 0 ? path.Substring(path.Length - 1) : name;

        OutputException Invalid(string found, string advice) => new("PathInvalid", ErrorKind.InvalidArgument, found, advice, path);
    }
}
