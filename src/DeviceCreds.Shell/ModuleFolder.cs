using static System.Management.Automation.ModuleIntrinsics;

namespace DeviceCreds.Shell;

/// <summary>The folder that the DeviceCreds module is in.</summary>
static class ModuleFolder
{
    const string Variable = "PSModulePath";

    /// <summary>Finds the folder that was packed beside the program, or built in the program's checkout.</summary>
    internal static string? Find()
    {
        string[] packed = [Path.Combine(AppContext.BaseDirectory, "module")];
        return packed.Concat(Checkouts()).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "DeviceCreds", "DeviceCreds.psd1")));
    }

    /// <summary>Puts a folder before all others on PSModulePath.</summary>
    internal static void PutFirst(string folder)
    {
        // PowerShell puts its own missing folders before all others: here none is missing.
        string?[] folders =
        [
            folder,
            GetPSModulePath(PSModulePathScope.User),
            GetPSModulePath(PSModulePathScope.Machine),
            GetPSModulePath(PSModulePathScope.Builtin),
            Environment.GetEnvironmentVariable(Variable),
        ];
        Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, folders.Where(f => !string.IsNullOrEmpty(f))));
    }

    static IEnumerable<string> Checkouts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "artifacts", "module");
    }
}
