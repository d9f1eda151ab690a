using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceCreds;

/// <summary>
/// PKCS#11 libraries, each loaded and initialised once for the process and never finalised: another component may use the
/// same one.
/// </summary>
internal static class Pkcs11Library
{
    public static readonly Pkcs11InteropFactories Factories = new();

    static readonly Dictionary<string, IPkcs11Library> Loaded = new(StringComparer.Ordinal);

#if NET
    // Pkcs11Interop loads "libdl", a name that exists only on Linux systems with a compiler.
    static Pkcs11Library() => NativeLibrary.SetDllImportResolver(typeof(IPkcs11Library).Assembly, (name, _, _) =>
        name == "libdl" && OperatingSystem.IsLinux()
            && (NativeLibrary.TryLoad("libdl.so.2", out var library) || NativeLibrary.TryLoad("libc.so", out library))
            ? library : IntPtr.Zero);
#endif

    /// <exception cref="InputException">The file is missing, is not a PKCS#11 library for this process, or does not start.</exception>
    public static IPkcs11Library Load(string path)
    {
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(path, out var library)) Loaded[path] = library = LoadNew(path);
            return library;
        }
    }

    /// <summary>Initialises a library again after another component finalised it.</summary>
    public static void Forget(IPkcs11Library library)
    {
        lock (Loaded)
        {
            foreach (var path in Loaded.Where(l => ReferenceEquals(l.Value, library)).Select(l => l.Key).ToList()) Loaded.Remove(path);
        }
    }

    static IPkcs11Library LoadNew(string path)
    {
        // A bare name is searched for by the system's loader.
        if (Path.GetFileName(path) != path && !File.Exists(path))
            throw new InputException("Pkcs11LibraryNotFound", ErrorKind.NotFound, "there is no such PKCS#11 library.",
                "Give the library that came with the token, "
                    + "such as /usr/lib/softhsm/libsofthsm2.so or C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll.",
                path);
        try
        {
            return Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded);
        }
        catch (Exception e)
            when (e is UnmanagedException or LibraryArchitectureException or EntryPointNotFoundException or BadImageFormatException
                or DllNotFoundException or MarshalDirectiveException)
        {
            throw new InputException("Pkcs11LibraryInvalid", ErrorKind.InvalidData,
                "this is not a PKCS#11 library that this process can load.",
                $"It must be a library for {RuntimeInformation.ProcessArchitecture} that exports C_GetFunctionList.", path, inner: e);
        }
        catch (Pkcs11Exception e)
        {
            throw new InputException("Pkcs11LibraryFailed", ErrorKind.InputOutput,
                $"the PKCS#11 library does not start: {e.Method} returned {e.RV}.",
                "Does its configuration name a folder that this account may read?", path, inner: e);
        }
    }
}
