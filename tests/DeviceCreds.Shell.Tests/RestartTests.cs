using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.Shell.Tests;

/// <summary>A run that is killed again and again, as the power goes, and started again with the same line.</summary>
public sealed class RestartTests
{
    const int Devices = 1_200;
    const int Kills = 6;

    const string Line = """
        param([switch] $Prepare)
        if ($Prepare) {
            $key = New-DeviceKey
            $null = $key | Export-DeviceKey -Path ca.key
            [System.IO.File]::WriteAllText('ca.pem', (New-CertificateAuthority -Name 'Factory CA' -Key $key).Chain.ToPem(0, $false))
            return
        }
        function Get-DeviceName { for ($i = 0; $i -lt 1200; $i++) { "device-$i" } }
        $ca = Import-CertificateAuthority -Path ca.pem -KeyPath ca.key
        Get-DeviceName | New-BootstrapDeviceCredential -Issuer $ca -Ledger index.txt -SkipExported out -Summary |
            Export-DeviceCredential -Path out -Summary | Where-Object { $_ -isnot [System.IO.FileInfo] } |
            ForEach-Object { "$($_.Succeeded) $($_.Skipped) $($_.Failed)" }
        """;

    static readonly string[] Names = ["BootstrapDeviceCert.der", "BootstrapDeviceCert.pem", "BootstrapDevicePrivateKey.der", "BootstrapDevicePrivateKey.pem"];

    /// <summary>With the devices' folders new, and with folders that are there and have something in them: their files go in one by one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Killed_at_any_moment_and_started_again_it_makes_each_device_once_and_whole(bool foldersAreThere)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGKILL is Unix's, and the check needs openssl");
        using var shell = new Shell();
        var script = shell.Script(Line);
        var output = Path.Combine(shell.Folder, "out");
        Assert.Equal(0, shell.Run(script, "-Prepare").ExitCode);
        for (var i = 0; foldersAreThere && i < Devices; i++) File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(output, $"device-{i}")).FullName, "label"), "x");

        var random = new Random(foldersAreThere ? 1 : 2);
        for (var kill = 0; kill < Kills; kill++) KillWhen(shell, script, output, Done(output, foldersAreThere) + random.Next(1, Devices / Kills));

        var missing = Devices - Done(output, foldersAreThere);
        var last = shell.Run(script);
        Assert.Equal("", last.Error);
        Assert.Equal(0, last.ExitCode);
        var again = shell.Run(script);
        Assert.Equal([$"0 {Devices} 0", "0 0 0"], again.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.InRange(missing, 0, Devices);

        Assert.Equal(Devices, Directory.GetFileSystemEntries(output, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Length);
        var ledger = File.ReadAllLines(Path.Combine(shell.Folder, "index.txt")).Select(l => l.Split('\t')).ToDictionary(f => f[3], f => f[5]);
        foreach (var folder in Directory.GetDirectories(output))
        {
            Assert.Equal(foldersAreThere ? [.. Names, "label"] : Names, Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
            // .NET refuses a key that is not the certificate's.
            using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "BootstrapDeviceCert.pem"), Path.Combine(folder, "BootstrapDevicePrivateKey.pem"));
            Assert.Equal(certificate.RawData, File.ReadAllBytes(Path.Combine(folder, "BootstrapDeviceCert.der")));
            Assert.Equal("/CN=" + Path.GetFileName(folder), ledger[certificate.SerialNumber]);
        }

        var verdict = OpenSsl(shell.Folder, "openssl verify -CAfile ca.pem out/*/BootstrapDeviceCert.pem | grep -c ': OK$'");
        Assert.Equal($"{Devices}", verdict);
    }

    static int Done(string output, bool foldersAreThere) =>
        !Directory.Exists(output) ? 0 : foldersAreThere ? Directory.GetFiles(output, "BootstrapDeviceCert.der", SearchOption.AllDirectories).Length : Directory.GetDirectories(output, "device-*").Length;

    static void KillWhen(Shell shell, string script, string output, int done)
    {
        using var process = shell.Start(script);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var foldersAreThere = File.Exists(Path.Combine(output, "device-0", "label"));
        while (!process.HasExited && Done(output, foldersAreThere) < done) Thread.Sleep(1);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.Equal("", errors.Result);
    }

    static string OpenSsl(string folder, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return output;
    }
}
