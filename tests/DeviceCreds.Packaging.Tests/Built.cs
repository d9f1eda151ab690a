using System.Reflection;

namespace DeviceCreds.Packaging.Tests;

/// <summary>Where that lies what was built for these tests.</summary>
static class Built
{
    public static string Path(string name) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;

    /// <summary>What the restore of each project wrote.</summary>
    public static string[] Assets(params string[] projects) =>
        [.. projects.Select(p => System.IO.Path.Combine(Path("RepositoryRoot"), "src", p, "obj", "project.assets.json"))];

    /// <summary>Writes files below a folder.</summary>
    public static void Unpack(IEnumerable<KeyValuePair<string, byte[]>> files, string folder)
    {
        foreach (var (name, bytes) in files)
        {
            var path = System.IO.Path.Combine(folder, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }
}
