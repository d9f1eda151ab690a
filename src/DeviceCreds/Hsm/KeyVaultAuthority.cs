using System.Reflection;
#if NET
using System.Runtime.Loader;
#endif

namespace DeviceCreds;

/// <summary>
/// Certificate authorities whose key is in Azure Key Vault or a managed HSM. The code for Azure is in an assembly of its own,
/// which needs many others and is loaded when it is first used.
/// </summary>
public static class KeyVaultAuthority
{
    const string Companion = "DeviceCreds.KeyVault";

    static readonly Lazy<Func<Uri, CancellationToken, ICertificateSigner>> Opener = new(LoadOpener, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>
    /// Takes a CA whose key is in Azure Key Vault, with the credential that the environment offers (DefaultAzureCredential).
    /// </summary>
    /// <param name="keyId">The key's identifier: <c>https://name.vault.azure.net/keys/key</c>, with or without a version.</param>
    /// <param name="certificates">The CA's certificate and those above it: a key in the vault has none.</param>
    /// <param name="cancel">Ends the wait for Azure.</param>
    /// <exception cref="InputException">The key is missing, not on P-256, or not accessible to this account; or none of the certificates
    /// belongs to it.</exception>
    public static CertificateAuthority Open(Uri keyId, IReadOnlyList<DeviceCertificate> certificates, CancellationToken cancel = default)
    {
        var signer = Opener.Value(keyId, cancel);
        try
        {
            return CertificateAuthority.Open(signer, certificates);
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    /// <summary>Takes a key in Azure Key Vault that has no certificate so far.</summary>
    /// <inheritdoc cref="Open"/>
    public static ICertificateSigner OpenKey(Uri keyId, CancellationToken cancel = default) => Opener.Value(keyId, cancel);

    static Func<Uri, CancellationToken, ICertificateSigner> LoadOpener()
    {
        try
        {
            var open = Load().GetType("DeviceCreds.KeyVaultSigner", throwOnError: true)!.GetMethod("Open",
                [typeof(Uri), typeof(CancellationToken)])!;
            return (Func<Uri, CancellationToken, ICertificateSigner>)open.CreateDelegate(
                typeof(Func<Uri, CancellationToken, ICertificateSigner>));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException)
        {
            throw new InputException("KeyVaultNotInstalled", ErrorKind.NotFound,
                $"The part of the module for Azure Key Vault ({Companion}.dll) is not installed.",
                "Install the module again, with its folder KeyVault.", inner: e);
        }
    }

    // It is in a folder of its own beside this assembly.
    static Assembly Load()
    {
        var own = typeof(KeyVaultAuthority).Assembly;
        var folder = Path.Combine(Path.GetDirectoryName(own.Location)!, "KeyVault");
#if NET
        // The module's own context knows the folder.
        if (AssemblyLoadContext.GetLoadContext(own) is { } context && context != AssemblyLoadContext.Default)
            return context.LoadFromAssemblyName(new AssemblyName(Companion));
#else
        // .NET Framework looks for references beside the assembly, in exactly one version; if it finds none, it
        // asks here.
        var home = Path.GetDirectoryName(own.Location)!;
        AppDomain.CurrentDomain.AssemblyResolve += (_, e) =>
        {
            // Not for assemblies of other modules.
            if (e.RequestingAssembly is not { IsDynamic: false } asking) return null;
            if (!asking.Location.StartsWith(home, StringComparison.OrdinalIgnoreCase)) return null;
            var file = new AssemblyName(e.Name).Name + ".dll";
            return new[] { folder, home }.Select(f => Path.Combine(f, file)).Where(File.Exists).Select(Assembly.LoadFrom).FirstOrDefault();
        };
#endif
        return Assembly.LoadFrom(Path.Combine(folder, Companion + ".dll"));
    }
}
