using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DeviceCreds.Packaging;

// Makes, under artifacts/package, what is published: the module for the PowerShell Gallery and as a zip, and the shell as a
// .NET tool. The same sources, SDK and packages make the same bytes, in whatever folder. Arguments, such as -p:PackageProjectUrl=...,
// go to the builds.
var root = typeof(Archive).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
var output = Path.Combine(root, "artifacts", "package");
var stage = Path.Combine(root, "artifacts", "stage");
foreach (var folder in (string[])[output, stage])
{
    if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    Directory.CreateDirectory(folder);
}

Run("build", "src/DeviceCreds.PowerShell");
var module = Archive.Files(stage);
if (Property("PackageProjectUrl") is { Length: > 0 } url) ProjectLinks.Add(module, new Uri(url));
var manifest = Manifest.Read(module["DeviceCreds.psd1"]);
module["LICENSE"] = File.ReadAllBytes(Path.Combine(root, "LICENSE"));
module["CHANGELOG.md"] = File.ReadAllBytes(Path.Combine(root, "CHANGELOG.md"));
Document(module, manifest.Name, "");
var name = Path.Combine(output, $"{manifest.Name}.{manifest.Version}");
Archive.Write(name + ".zip", module.ToDictionary(file => $"{manifest.Name}/{file.Key}", file => file.Value));
Archive.Write(name + ".nupkg", GalleryPackage.Parts(manifest, module));

Run("pack", "src/DeviceCreds.Shell", "--output", output);
var path = Path.Combine(output, $"DeviceCreds.Shell.{manifest.Version}.nupkg");
var tool = ToolContent.Trim(Archive.Read(path));
Document(tool, "DeviceCreds.Shell", "tools/net10.0/any/", "DeviceCreds.Shell");
Archive.Write(path, tool);

foreach (var file in Directory.EnumerateFiles(output).Order(StringComparer.Ordinal))
{
    var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
    Console.WriteLine($"{digest}  {new FileInfo(file).Length,10:N0}  {Path.GetRelativePath(root, file)}");
}

// Adds the notices and the bill of materials of what is shipped.
void Document(Dictionary<string, byte[]> files, string product, string folder, params string[] further)
{
    var dependencies = Dependencies.Of(files,
        further.Concat(["DeviceCreds", "DeviceCreds.PowerShell", "DeviceCreds.KeyVault"])
            .Select(p => Path.Combine(root, "src", p, "obj", "project.assets.json")));
    files[folder + "THIRD-PARTY-NOTICES.txt"] = Encoding.UTF8.GetBytes(Notices.Of(product, dependencies));
    files[folder + "bom.cdx.json"] = Encoding.UTF8.GetBytes(BillOfMaterials.Of(product, manifest.Version, dependencies));
}

void Run(string verb, string project, params string[] arguments)
{
    string[] quiet = ["--configuration", "Release", "--nologo", "--verbosity", "quiet", "-clp:NoSummary", $"-p:ModuleRoot={stage}/"];
    Dotnet(redirect: false, [verb, project, .. quiet, .. args, .. arguments]);
}

string Property(string name) => Dotnet(redirect: true, ["msbuild", "src/DeviceCreds.Shell", $"-getProperty:{name}", .. args]).Trim();

string Dotnet(bool redirect, string[] arguments)
{
    var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
    {
        WorkingDirectory = root,
        RedirectStandardOutput = redirect,
    };
    using var process = Process.Start(start)!;
    var output = redirect ? process.StandardOutput.ReadToEnd() : "";
    process.WaitForExit();
    if (process.ExitCode != 0) throw new InvalidOperationException($"dotnet {arguments[0]} {arguments[1]} ended with {process.ExitCode}.");
    return output;
}
