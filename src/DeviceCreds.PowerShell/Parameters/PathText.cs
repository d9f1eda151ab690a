using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Resolves a text given as a path: a PowerShell path, or PEM where a file is read.</summary>
static class PathText
{
    const string NotShown = "expected a path, found what looks like a key or a password; it is not shown.";

    /// <summary>The file to read; PEM stays as it is, and <see cref="InputFile.Read"/> takes it for the content.</summary>
    /// <exception cref="InputException">The text is not a path.</exception>
    public static string ForReading(PathIntrinsics paths, string text)
    {
        if (InputFile.IsPem(text)) return text;
        var path = Resolve(paths, text);
        // It may be the last line of a key: an error would show the path.
        if (!Exists(path) && MessageText.IsSecret(text))
            throw new InputException("FileNotFound", ErrorKind.NotFound, "there is no such file.", "Check the path.",
                MessageText.HiddenSecret);
        return path;
    }

    /// <summary>The files to read where a parameter has no other one for exact names: an existing name is no pattern.</summary>
    /// <exception cref="InputException">The text is not a path, or matches nothing.</exception>
    public static IEnumerable<string> AllForReading(PathIntrinsics paths, string text) =>
        InputFile.IsPem(text) || !WildcardPattern.ContainsWildcardCharacters(text)
            ? [ForReading(paths, text)] : FindExactFirst(paths, text, "Check the pattern.", folders: false);

    /// <summary>As <see cref="Find"/>, but an existing name is no pattern: it means the file that other parameters write.</summary>
    /// <inheritdoc cref="Find"/>
    public static IEnumerable<string> FindExactFirst(PathIntrinsics paths, string text, string advice, bool folders) =>
        WildcardPattern.ContainsWildcardCharacters(text) && !InputFile.IsPem(text) && Exists(Resolve(paths, text))
            ? [ForReading(paths, text)] : Find(paths, text, advice, folders);

    /// <summary>The files that a text with wildcards matches; PEM stays as it is.</summary>
    /// <param name="paths">The session's paths.</param>
    /// <param name="text">The text.</param>
    /// <param name="advice">What to do when nothing matches.</param>
    /// <param name="folders">Whether a wildcard matches folders, too.</param>
    /// <exception cref="InputException">The text is not a path, or matches nothing.</exception>
    public static IReadOnlyList<string> Find(PathIntrinsics paths, string text, string advice, bool folders = false)
    {
        if (InputFile.IsPem(text)) return [text];
        if (!WildcardPattern.ContainsWildcardCharacters(text)) return [ForReading(paths, WildcardPattern.Unescape(text))];
        try
        {
            var files = paths.GetResolvedProviderPathFromPSPath(text, out var provider)
                .Select(found => provider.Name == "FileSystem" ? found : throw OutsideFileSystem(text, provider))
                .Where(found => folders || !Directory.Exists(found)).ToList();
            if (files.Count > 0) return files;
        }
        catch (Exception e) when (e is not (InputException or PipelineStoppedException))
        {
            throw new InputException("FileNotFound", ErrorKind.NotFound, e.Message, "Check the path.", text, inner: e);
        }

        throw new InputException("FileNotFound", ErrorKind.NotFound, "no file matches this pattern.", advice, text);
    }

    /// <summary>The path in the file system; it may not exist.</summary>
    /// <exception cref="InputException">The path is not in the file system, or is a secret instead of a path.</exception>
    public static string Resolve(PathIntrinsics paths, string text)
    {
        // .NET Framework's paths refuse such a text with errors of their own.
        if (InputFile.IsPem(text)) throw IsSecret();
        string path;
        ProviderInfo provider;
        try
        {
            if (IsPlain(text) && Exists(text) && paths.CurrentLocation is { Provider.Name: "FileSystem", Drive.Root: "/" }) return text;
            path = paths.GetUnresolvedProviderPathFromPSPath(text, out provider, out _);
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            if (MessageText.IsSecret(text)) throw IsSecret();
            throw new InputException("PathInvalid", ErrorKind.InvalidArgument, e.Message, "Check the path.", text, inner: e);
        }

        if (provider.Name != "FileSystem") throw OutsideFileSystem(text, provider);
        if (Exists(path) || !MessageText.IsSecret(text, orName: false)) return path;
        var part = NewPart(path);
        return MessageText.IsSecret(part, orName: false) || CountWithoutSeparators(part) == CountWithoutSeparators(text)
            ? throw IsSecret() : path;
    }

    /// <summary>The error about a path of another provider, such as env:PATH.</summary>
    public static InputException OutsideFileSystem(string text, ProviderInfo provider) =>
        new("PathNotInFileSystem", ErrorKind.InvalidArgument,
            $"this path belongs to the provider {provider.Name}, not to the file system.", "Give a file's path.", text);

    // An absolute path that PowerShell leaves as it is. For each path that PowerShell resolves, it reads the table of mounted file systems.
    static bool IsPlain(string text)
    {
        if (text.Length < 2 || text[0] != '/' || text[text.Length - 1] is '/' or '.') return false;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '_') continue;
            // Not behind a separator, where a dot stands for a folder.
            if (text[i] is not ('/' or '.' or '-' or ' ') || text[i - 1] == '/') return false;
        }

        return true;
    }

    static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    // An existing path counts, even if it looks like a secret: folders are named after digests.
    static string NewPart(string path)
    {
        var rest = "";
        while (path.Length > 0 && !Exists(path))
        {
            rest = rest.Length == 0 ? Path.GetFileName(path) : Path.GetFileName(path) + "/" + rest;
            path = Path.GetDirectoryName(path) ?? "";
        }

        return rest;
    }

    // The file system leaves out some of the separators that Base64 has.
    static int CountWithoutSeparators(string text) => text.Count(c => c is not ('/' or '\\'));

    static InputException IsSecret() =>
        new("PathIsSecret", ErrorKind.InvalidArgument, NotShown,
            "Give the path of a file or folder. If this is the name of a new one, create it first.");
}
