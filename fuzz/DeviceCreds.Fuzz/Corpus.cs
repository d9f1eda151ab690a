namespace DeviceCreds.Fuzz;

/// <summary>The stored inputs: good ones that fuzzing begins with, and what it once found.</summary>
internal static class Corpus
{
    /// <summary>The folder in the repository, found from where the program lies.</summary>
    public static string Folder { get; } = Path.Combine(FindRepository(), "fuzz", "corpus");

    /// <summary>The files of a target, in the order of their names.</summary>
    public static IReadOnlyList<string> Files(FuzzTarget target) =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, target.Name)).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<byte[]> Read(FuzzTarget target) => [.. Files(target).Select(File.ReadAllBytes)];

    static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DeviceCreds.sln"))) folder = folder.Parent ??
            throw new DirectoryNotFoundException("DeviceCreds.sln");
        return folder.FullName;
    }
}
