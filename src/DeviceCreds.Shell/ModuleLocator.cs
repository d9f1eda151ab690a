namespace DeviceCreds.Shell;

static class ModuleLocator
{
    /// <summary>The module's manifest: packed next to the program, or built in the checkout the program stands in.</summary>
    internal static string? Find() => Find(AppContext.BaseDirectory);

    static string? Find(string baseDirectory)
    {
        var packed = Manifest(baseDirectory, "module");
        if (File.Exists(packed))
            return packed;

        for (var folder = new DirectoryInfo(baseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Manifest(folder.FullName, "artifacts", "module");
            if (File.Exists(built))
                return built;
        }

        return null;
    }

    static string Manifest(params string[] folders) => Path.Combine([.. folders, "DeviceCreds", "DeviceCreds.psd1"]);
}
