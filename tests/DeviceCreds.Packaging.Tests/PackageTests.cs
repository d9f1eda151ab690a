using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using NuGet.Packaging;

namespace DeviceCreds.Packaging.Tests;

public sealed class PackageTests : IDisposable
{
    static readonly string[] Assets = Built.Assets("DeviceCreds", "DeviceCreds.PowerShell", "DeviceCreds.KeyVault");
    static readonly Dictionary<string, byte[]> Files = Archive.Files(Built.Path("ModuleRoot"));
    static readonly Manifest Manifest = Manifest.Read(Files["DeviceCreds.psd1"]);
    static readonly IEnumerable<string> Foreign =
        Files.Keys.Where(
            f => f.EndsWith(".dll", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("DeviceCreds.", StringComparison.Ordinal));

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("devicecreds-package-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Each_assembly_of_others_is_in_the_notices_with_its_licence()
    {
        var dependencies = Dependencies.Of(Files, Assets);
        Assert.NotEmpty(Foreign);
        Assert.Equal(Foreign.Order(StringComparer.Ordinal),
            dependencies.SelectMany(d => d.Files).Select(f => f.Path).Order(StringComparer.Ordinal));
        var notices = Notices.Of("DeviceCreds", dependencies);
        Assert.All(dependencies, d =>
        {
            Assert.Contains($"\n{d.Id} {d.Version}\n", notices);
            Assert.Contains($"Licence: {d.License}\nFiles: {d.Files[0].Path}", notices);
        });
        Assert.Contains("Legion of the Bouncy Castle", notices);
        Assert.DoesNotContain("PowerShellStandard", notices);
    }

    [Fact]
    public void Each_assembly_of_others_is_in_the_bill_of_materials_with_its_digest()
    {
        using var bill = JsonDocument.Parse(BillOfMaterials.Of("DeviceCreds", "1.2.3", Dependencies.Of(Files, Assets)));
        var components = bill.RootElement.GetProperty("components").EnumerateArray().ToList();
        var files = components.SelectMany(c => c.GetProperty("components").EnumerateArray())
            .ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("hashes")[0].GetProperty("content").GetString());
        Assert.All(Foreign,
            file => Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Files[file])), files[file]));

        // Each reference leads to a component, and from the module all are reached.
        var edges = bill.RootElement.GetProperty("dependencies").EnumerateArray().ToDictionary(e => e.GetProperty("ref").GetString()!,
            e => e.GetProperty("dependsOn").EnumerateArray().Select(d => d.GetString()!).ToList());
        var reached = new HashSet<string>();
        void Visit(string reference)
        {
            if (reached.Add(reference)) edges[reference].ForEach(Visit);
        }

        Visit("pkg:nuget/DeviceCreds@1.2.3");
        Assert.Equal(
            components.Select(c => c.GetProperty("bom-ref").GetString()!).Append("pkg:nuget/DeviceCreds@1.2.3")
                .Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_assembly_that_comes_from_no_package_is_refused() =>
        Assert.Contains("bin/Stray.dll",
            Assert.Throws<InvalidDataException>(
                () => Dependencies.Of(new Dictionary<string, byte[]> { ["bin/Stray.dll"] = [] }, Assets)).Message);

    [Fact]
    public void An_archive_depends_on_what_is_in_it_alone()
    {
        string[] names = ["b/2.txt", "a.txt", "b/1.txt"];
        var (one, other) = (Path.Combine(folder.FullName, "1.zip"), Path.Combine(folder.FullName, "2.zip"));
        Archive.Write(one, names.ToDictionary(n => n, n => Files["DeviceCreds.psd1"]));
        Archive.Write(other, names.Reverse().ToDictionary(n => n, n => Files["DeviceCreds.psd1"]));
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
        using var archive = ZipFile.OpenRead(one);
        Assert.Equal(["a.txt", "b/1.txt", "b/2.txt"], archive.Entries.Select(e => e.FullName));
        Assert.All(archive.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
    }

    [Fact]
    public async Task NuGet_reads_the_package_and_finds_the_module_at_its_root()
    {
        var path = Path.Combine(folder.FullName, "DeviceCreds.nupkg");
        Archive.Write(path, GalleryPackage.Parts(Manifest, Files));

        using var package = new PackageArchiveReader(path);
        await package.ValidatePackageEntriesAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("DeviceCreds", Manifest.Version), (package.NuspecReader.GetId(), package.NuspecReader.GetVersion().ToString()));
        Assert.Equal(Manifest.Text("Description"), package.NuspecReader.GetDescription());
        Assert.Equal((string)Manifest.Gallery["ReleaseNotes"]!, package.NuspecReader.GetReleaseNotes());
        Assert.All(["PSModule", "PSEdition_Core", "PSEdition_Desktop", "PSCmdlet_New-DeviceKey"],
            tag => Assert.Contains(tag, package.NuspecReader.GetTags().Split(' ')));
        var files = (await package.GetPackageFilesAsync(PackageSaveMode.Files, TestContext.Current.CancellationToken)).ToList();
        Assert.Equal(Files.Keys.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_manifest_has_the_build_s_version() =>
        Assert.Equal(typeof(Archive).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Manifest.Version);
}
