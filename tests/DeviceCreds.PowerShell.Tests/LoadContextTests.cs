using System.Management.Automation.Runspaces;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>The module's dependencies live apart from everybody else's, and its types are found all the same.</summary>
public sealed class LoadContextTests(Engine engine) : IClassFixture<Engine>
{
    static readonly string Binaries = Path.Combine(Path.GetDirectoryName(Engine.Manifest)!, "bin");

    [Fact]
    public void The_library_and_its_dependencies_are_not_in_the_context_that_all_share()
    {
        engine.Run("New-CertificateAuthority Root");
        var ours = Directory.EnumerateFiles(Path.Combine(Binaries, "net8.0"), "*.dll").Select(Path.GetFileNameWithoutExtension)
            .Except(["DeviceCreds.PowerShell"]);
        Assert.Empty(AssemblyLoadContext.Default.Assemblies.Select(a => a.GetName().Name).Intersect(ours));
        var loaded = AssemblyLoadContext.All.Single(c => c.Name == "DeviceCreds").Assemblies.Select(a => a.GetName().Name);
        Assert.Contains("DeviceCreds", loaded);
        Assert.Contains("BouncyCastle.Cryptography", loaded);
    }

    [Fact]
    public void What_the_platform_has_is_the_platform_s()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("device.json"), """{ "Manufacturer": "Acme" }""");
        Assert.Equal("Acme",
            engine.Run("(New-DeviceConfiguration -Path $args[0]).Manufacturer", folder.File("device.json")).Single.BaseObject);
        // It lies in KeyVault's folder, for older platforms.
        Assert.True(File.Exists(Path.Combine(Binaries, "net8.0", "KeyVault", "System.Text.Json.dll")));
        Assert.DoesNotContain(AssemblyLoadContext.All.Single(c => c.Name == "DeviceCreds").Assemblies,
            a => a.GetName().Name == "System.Text.Json");
    }

    [Fact]
    public void The_cmdlets_refer_to_no_dependency_themselves() =>
        Assert.DoesNotContain(References(Path.Combine(Binaries, "net8.0", "DeviceCreds.PowerShell.dll")),
            r => r != "DeviceCreds" && r != "System.Management.Automation" && !AssemblyIsPlatform(r));

    [Theory]
    [InlineData("(New-DeviceKey) -is [DeviceCreds.DeviceKey]")]
    [InlineData("(New-DeviceKey).GetType() -eq [devicecreds.devicekey]")]
    [InlineData("(New-DeviceKey).GetType() -eq ('DeviceCreds.DeviceKey' -as [type])")]
    [InlineData("[DeviceCreds.DeviceKey[]] $keys = New-DeviceKey -Count 2; $keys.Count -eq 2")]
    [InlineData("function Test { param([DeviceCreds.DeviceKey] $Key) $Key.Curve -eq 'P-256' } Test (New-DeviceKey)")]
    [InlineData("[DeviceCreds.CredentialKind] 'Bootstrap' -eq [DeviceCreds.CredentialKind]::Bootstrap")]
    [InlineData("try { throw [DeviceCreds.InputException]::new('Id', 'InvalidData', "
        + "'wrong') } catch [DeviceCreds.InputException] { $true }")]
    [InlineData("[scriptblock]::Create('using namespace DeviceCreds; (New-DeviceKey) -is [DeviceKey]').Invoke()")]
    [InlineData("[scriptblock]::Create('class Line { [DeviceCreds.DeviceKey] $Key }; $line = [Line]::new(); $line.Key = New-DeviceKey; "
        + "$line.Key.HasPrivateKey').Invoke()")]
    public void A_script_finds_the_types_by_their_names(string script) => Assert.Equal(true, engine.Run(script).Single.BaseObject);

    [Fact]
    public void Removed_and_imported_again_the_types_and_all_cmdlets_are_the_same()
    {
        using var fresh = new Engine();
        var result = fresh.Run("""
            $key = New-DeviceKey
            $count = @(Get-Command -Module DeviceCreds).Count
            foreach ($force in $false, $true, $true) {
                if (-not $force) { Remove-Module DeviceCreds }
                Import-Module $args[0] -Force:$force
                @(Get-Command -Module DeviceCreds).Count -eq $count
                (Get-Module DeviceCreds).ExportedCmdlets.Count -eq $count
                (New-DeviceCertificateRequest dev -Key $key).Key.Fingerprint -eq $key.Fingerprint
                $key -is [DeviceCreds.DeviceKey]
            }
            """, Engine.Manifest);
        Assert.Empty(result.Errors);
        Assert.All(result.Output, o => Assert.Equal(true, o.BaseObject));
        Assert.Equal(12, result.Output.Count);
    }

    [Fact]
    public void Runspaces_that_import_it_at_the_same_time_share_its_types()
    {
        using var pool = RunspaceFactory.CreateRunspacePool(InitialSessionState.CreateDefault2());
        pool.SetMaxRunspaces(8);
        pool.Open();
        var shells = Enumerable.Range(0, 8).Select(_ =>
        {
            var shell = System.Management.Automation.PowerShell.Create();
            shell.RunspacePool = pool;
            shell.AddScript("Import-Module $args[0]; New-DeviceKey").AddArgument(Engine.Manifest);
            return (Shell: shell, Run: shell.BeginInvoke());
        }).ToList();
        var keys = shells.Select(s => s.Shell.EndInvoke(s.Run).Single().BaseObject).ToList();
        foreach (var (shell, _) in shells) shell.Dispose();
        Assert.Single(keys.Select(k => k.GetType()).Distinct());
        Assert.All(keys, key => Assert.Empty(engine.Run("New-DeviceCertificateRequest dev -Key $args[0]", key).Errors));
    }

    static bool AssemblyIsPlatform(string name) =>
        AssemblyLoadContext.Default.LoadFromAssemblyName(new(name)).Location.StartsWith(
            Path.GetDirectoryName(typeof(object).Assembly.Location)!, StringComparison.Ordinal);

    static List<string> References(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }
}
