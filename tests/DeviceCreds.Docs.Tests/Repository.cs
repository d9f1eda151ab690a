namespace DeviceCreds.Docs.Tests;

/// <summary>Files of the repository that the tests stand in.</summary>
static class Repository
{
    static readonly string Root = FindRoot();

    public static string File(params string[] names) => Path.Combine([Root, .. names]);

    /// <summary>A file's text with LF between its lines, however it was checked out.</summary>
    public static string Read(string path) => System.IO.File.Exists(path)
        ? System.IO.File.ReadAllText(path).Replace("\r\n", "\n")
        : throw new FileNotFoundException($"There is no {Path.GetRelativePath(Root, path)}.");

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "DeviceCreds.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("These tests read the repository that they were built in.");
    }
}
