namespace DeviceCreds.Architecture.Tests;

/// <summary>The repository that the tests stand in.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] names) => System.IO.Path.Combine([Root, .. names]);

    /// <summary>A path as the documents write it: relative to the root, with slashes.</summary>
    public static string Relative(string path) => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The files of a folder and below it that a person wrote, in the order of their paths.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(f => !Relative(f).Split('/').Any(IsMade))
            .Order(StringComparer.Ordinal);

    static bool IsMade(string name) => name is "bin" or "obj" or "artifacts" or "node_modules" or "TestResults" or ".git";

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "DeviceCreds.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("These tests read the repository that they were built in.");
    }
}
