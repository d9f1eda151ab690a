using DeviceCreds.Tests;

namespace DeviceCreds.Packaging.Tests;

/// <summary>What the property PackageProjectUrl brings into the packages.</summary>
public sealed class ProjectLinksTests
{
    const string Project = "https://example.com/devices/devicecreds";

    static Dictionary<string, byte[]> Module(bool linked)
    {
        var files = Archive.Files(Built.Path("ModuleRoot"));
        if (linked) ProjectLinks.Add(files, new Uri(Project + "/"));
        return files;
    }

    [Fact]
    public void The_manifest_and_the_package_name_the_project()
    {
        var files = Module(linked: true);
        var manifest = Manifest.Read(files["DeviceCreds.psd1"]);
        Assert.Equal((Project, Project + "/raw/HEAD/integrations/azure-devops/images/icon.png"), (manifest.Gallery["ProjectUri"], manifest.Gallery["IconUri"]));
        Assert.True(File.Exists(Path.Combine(Built.Path("RepositoryRoot"), "integrations", "azure-devops", "images", "icon.png")));
        var nuspec = System.Text.Encoding.UTF8.GetString(GalleryPackage.Parts(manifest, files)["DeviceCreds.nuspec"]);
        Assert.Contains($"<projectUrl>{Project}</projectUrl>", nuspec);
        Assert.Contains($"<repository type=\"git\" url=\"{Project}\" />", nuspec);
        Assert.DoesNotContain("Uri", Manifest.Read(Module(linked: false)["DeviceCreds.psd1"]).Gallery.Keys.Cast<string>().Where(key => key != "LicenseUri"));
    }

    /// <summary>PowerShell's Get-Help -Online, with a browser that notes what it is to open.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Get_Help_opens_the_page_only_when_there_is_one(bool linked)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "xdg-open is Linux's");
        using var folder = new TempFolder();
        Built.Unpack(Module(linked), folder.File("DeviceCreds"));
        Directory.CreateDirectory(folder.File("bin"));
        folder.Write("bin/xdg-open", $"#!/bin/sh\necho \"$1\" > {folder.File("new")}\nmv {folder.File("new")} {folder.File("opened")}\n");
        File.SetUnixFileMode(folder.File("bin/xdg-open"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $$"""
            Set-Location '{{folder.Path}}'
            $env:PATH = "{{folder.File("bin")}}:$env:PATH"
            Import-Module '{{folder.File("DeviceCreds")}}'
            "offered: $((Get-Help New-DeviceKey | Out-String) -match '-Online')"
            try { Get-Help New-DeviceKey -Online -ErrorAction Stop } catch { "refused: $_" }
            for ($i = 0; $i -lt 100 -and '{{linked}}' -eq 'True' -and -not (Test-Path opened); $i++) { Start-Sleep -Milliseconds 100 }
            if (Test-Path opened) { "opened: $(Get-Content opened)" }
            """;
        var lines = Tool.Run("dotnet", Path.Combine(Built.Path("ShellFolder"), "DeviceCreds.Shell.dll"), "-NoProfile", "-Command", script).TrimEnd().Split('\n');
        Assert.Equal($"offered: {linked}", lines[0]);
        if (linked) Assert.Equal($"opened: {Project}/blob/HEAD/docs/cmdlets/New-DeviceKey.md", lines[1]);
        else Assert.StartsWith("refused: ", lines[1], StringComparison.Ordinal);
    }
}
