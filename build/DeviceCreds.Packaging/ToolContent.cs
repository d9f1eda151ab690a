using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceCreds.Packaging;

/// <summary>What the shell's package carries: what .NET or PowerShell loads on some system, and nothing else.</summary>
/// <remarks>
/// PowerShell's SDK brings what scripts of others might ask for (WCF, SQL, serial ports) and a package under terms of its own,
/// Microsoft.Management.Infrastructure.Runtime.Win. Windows gets the part for other systems instead, which knows the same types; the CIM
/// cmdlets, which need more than types, are left out.
/// </remarks>
static class ToolContent
{
    const string Root = "tools/net10.0/any/";
    const string Deps = Root + "DeviceCreds.Shell.deps.json";
    const string Cim = "Microsoft.Management.Infrastructure";
    const string CimOfUnix = Root + "runtimes/unix/lib/netstandard1.6/" + Cim + ".dll";
    const string WindowsHome = Root + "runtimes/win/lib/net10.0/";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Takes out of the package's files what nothing loads.</summary>
    public static Dictionary<string, byte[]> Trim(Dictionary<string, byte[]> package)
    {
        var files = package.Where(f => !IsLeftOut(f.Key)).ToDictionary();
        files[WindowsHome + Cim + ".dll"] = files[CimOfUnix];
        var kept = Loaded(files, windows: false).Concat(Loaded(files, windows: true)).ToHashSet();
        kept.UnionWith(files.Keys.Where(f => !IsAsset(f)));
        files[Deps] = Encoding.UTF8.GetBytes(TrimDeps(files[Deps], kept));
        return files.Where(f => kept.Contains(f.Key)).ToDictionary();
    }

    // The shell is PowerShell 7: the half of the module for Windows PowerShell is not loaded.
    static bool IsLeftOut(string file) =>
        file.StartsWith(Root + "module/DeviceCreds/bin/netstandard2.0/", StringComparison.Ordinal)
        || file.StartsWith(WindowsHome + "Modules/CimCmdlets/", StringComparison.Ordinal)
        || file.StartsWith(WindowsHome + Cim + ".CimCmdlets", StringComparison.Ordinal)
        || (file.Contains("runtimes/win-", StringComparison.Ordinal) && file.Contains(Cim, StringComparison.OrdinalIgnoreCase));

    // What the file of dependencies may name: assemblies beside the program and below runtimes, and native libraries.
    static bool IsAsset(string file) =>
        file.Contains("/native/", StringComparison.Ordinal)
        || (Path.GetExtension(file) == ".dll" && (IsBelowRuntimes(file) || file.LastIndexOf('/') == Root.Length - 1));

    static bool IsBelowRuntimes(string file) => file.StartsWith(Root + "runtimes/", StringComparison.Ordinal);

    /// <summary>The files that are reached on a system from the shell and the assemblies of PowerShell's modules.</summary>
    static IEnumerable<string> Loaded(Dictionary<string, byte[]> files, bool windows)
    {
        var assets = files.Keys.Where(IsAsset).Where(f => IsOfWindows(f) is null || IsOfWindows(f) == windows).ToLookup(f => f.Contains("/native/", StringComparison.Ordinal));
        var libraries = assets[true].ToLookup(Path.GetFileNameWithoutExtension);
        // The system's own assembly comes before the one beside the program.
        var assemblies = assets[false].GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key!, g => g.Any(IsBelowRuntimes) ? g.Where(IsBelowRuntimes) : g, StringComparer.OrdinalIgnoreCase);
        var loaded = new HashSet<string>();
        var open = new Stack<string>(assemblies.Keys.Where(IsRoot));
        while (open.TryPop(out var name))
        {
            foreach (var file in assemblies.GetValueOrDefault(name, []).Where(loaded.Add))
            {
                var (references, native) = References(files[file]);
                references.ForEach(open.Push);
                loaded.UnionWith(native.SelectMany(library => libraries[Path.GetFileNameWithoutExtension(library)]));
            }
        }

        return loaded;
    }

    static bool IsRoot(string assembly) => assembly == "DeviceCreds.Shell"
        || assembly.StartsWith("Microsoft.PowerShell.", StringComparison.Ordinal)
        || assembly.StartsWith("Microsoft.WSMan.", StringComparison.Ordinal);

    /// <summary>Whether a file is for Windows; null where it is for every system.</summary>
    static bool? IsOfWindows(string file) =>
        IsBelowRuntimes(file) ? file.StartsWith(Root + "runtimes/win", StringComparison.Ordinal) : null;

    static (List<string> Assemblies, List<string> Libraries) References(byte[] file)
    {
        using var image = new PEReader([.. file]);
        if (!image.HasMetadata) return ([], []);
        var metadata = image.GetMetadataReader();
        var assemblies = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToList();
        var libraries = metadata.ImportedModules().ToList();
        return (assemblies, libraries);
    }

    static IEnumerable<string> ImportedModules(this MetadataReader metadata) => metadata.MethodDefinitions
        .Select(handle => metadata.GetMethodDefinition(handle).GetImport().Module).Where(module => !module.IsNil).Distinct()
        .Select(module => metadata.GetString(metadata.GetModuleReference(module).Name));

    // .NET starts no program of which a file is missing that is named here.
    static string TrimDeps(byte[] deps, HashSet<string> kept)
    {
        var root = JsonNode.Parse(deps)!;
        foreach (var library in root["targets"]!.AsObject().SelectMany(target => target.Value!.AsObject()).Select(library => library.Value!))
        {
            Drop(library, "runtime", path => Root + Path.GetFileName(path));
            Drop(library, "runtimeTargets", path => Root + path);
        }

        return root.ToJsonString(Indented) + "\n";

        void Drop(JsonNode library, string kind, Func<string, string> file)
        {
            if (library[kind] is not JsonObject assets) return;
            foreach (var path in assets.Select(asset => asset.Key).Where(path => !kept.Contains(file(path))).ToList()) assets.Remove(path);
            if (assets.Count == 0) library.AsObject().Remove(kind);
        }
    }
}
