#if NET
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Where the library and its dependencies are loaded on PowerShell 7: apart from the session's other modules, so that each has the
/// version of a dependency that it was built with. The cmdlets refer to no dependency and are loaded like those of any binary module.
/// </summary>
public sealed class LoadContext : AssemblyLoadContext
{
    static readonly string Library = typeof(LoadContext).Assembly.GetReferencedAssemblies()
        .Single(a => a.Name == nameof(DeviceCreds)).FullName;

    readonly string _folder = Path.GetDirectoryName(typeof(LoadContext).Assembly.Location)!;

    // One for the process, however many runspaces import the module.
    static LoadContext()
    {
        var context = new LoadContext();
        Default.Resolving += (_, name) => name.FullName == Library ? context.LoadFromAssemblyName(name) : null;
    }

    LoadContext() : base(nameof(DeviceCreds))
    {
    }

    /// <summary>Called by the module's script before it imports the cmdlets.</summary>
    public static void Enter()
    {
        // By name, scripts find only types of the default context, and types of other contexts that are registered as accelerators.
        var register = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators")!.GetMethod("Add")!;
        var types = Assembly.Load(Library).GetExportedTypes();
        lock (Library)
        {
            foreach (var type in types) register.Invoke(null, [type.FullName, type]);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // PowerShell has its own, with the native parts of each platform: any version is accepted.
        if (assemblyName.Name == "System.IO.Ports") return Default.LoadFromAssemblyName(new AssemblyName(assemblyName.Name));
        var own = Path.Combine(_folder, assemblyName.Name + ".dll");
        if (File.Exists(own)) return LoadFromAssemblyPath(own);
        // The optional part's dependencies have a folder of their own. Some are also the platform's and start faster there.
        var optional = Path.Combine(_folder, "KeyVault", assemblyName.Name + ".dll");
        return File.Exists(optional) && !PlatformHas(assemblyName) ? LoadFromAssemblyPath(optional) : null;
    }

    static bool PlatformHas(AssemblyName name) =>
        (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator)
            .FirstOrDefault(p => Path.GetFileNameWithoutExtension(p) == name.Name) is { } path
        && GetAssemblyName(path).Version >= name.Version;
}
#endif
