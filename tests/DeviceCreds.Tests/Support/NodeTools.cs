namespace DeviceCreds.Tests;

/// <summary>What tests run in Node.js: tests/node, with its packages installed there (npm ci).</summary>
static class NodeTools
{
    /// <summary>The folder; without Node.js or the package, the test is skipped.</summary>
    public static string Require(string package)
    {
        Tool.Require("node");
        var folder = Path.Combine(Root(), "tests", "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", package)))
            Assert.Skip($"{package} not found (npm ci --prefix tests/node)");
        return folder;
    }

    /// <summary>The repository's root.</summary>
    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DeviceCreds.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("DeviceCreds.sln");
        return folder;
    }
}
