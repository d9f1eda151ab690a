using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>
/// The line of a production run, in a process of its own: from a list to a ledger and a folder a device. And what it must leave
/// on the disk, whatever happened to it.
/// </summary>
sealed class ProductionRun : IDisposable
{
    const string Prepare = """
        $key = New-DeviceKey
        $null = $key | Export-DeviceKey -Path ca.key
        [System.IO.File]::WriteAllText('ca.pem', (New-CertificateAuthority -Name 'Factory CA' -Key $key).Chain.ToPem(0, $false))
        """;

    // Errors are written with their ids; that a killed run recorded what it did not export is a warning. With -Hold the run waits
    // for a word once its first files are there.
    const string Line = """
        param([string] $Disk, [string] $List, [switch] $Hold)
        $ca = Import-CertificateAuthority -Path ca.pem -KeyPath ca.key
        try {
            Import-DeviceList -Path $List |
                New-BootstrapDeviceCredential -Issuer $ca -Ledger "$Disk/index.txt" -SkipExported "$Disk/out" -Summary 3>$null |
                Export-DeviceCredential -Path "$Disk/out" -Summary |
                ForEach-Object { if ($Hold) { $Hold = $false; 'holding'; $null = [Console]::In.ReadLine() } $_ } |
                Where-Object { $_ -isnot [DeviceCreds.ExportedCredential] } |
                ForEach-Object { if ($_ -is [string]) { $_ } else { "$($_.Succeeded) $($_.Skipped) $($_.Failed)" } }
        }
        catch { exit 1 }
        finally { $Error | ForEach-Object { "$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)" } }
        """;

    const string Configuration = """
        [ca]
        default_ca = this
        [this]
        database = read/index.txt
        certificate = ca.pem
        private_key = ca.key
        default_md = sha256

        """;

    static readonly string[] Names = ["BootstrapDeviceCert.der", "BootstrapDeviceCert.pem", "BootstrapDevicePrivateKey.der",
        "BootstrapDevicePrivateKey.pem"];

    readonly Shell _shell = new();
    readonly string _script;
    readonly string _disk;

    /// <param name="disk">Where ledger and folders go; by default beside the script.</param>
    internal ProductionRun(string? disk = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGKILL, tmpfs and bash are Unix's");
        Tool.Require("openssl");
        _disk = disk ?? _shell.Folder;
        _script = _shell.Script(Line);
        Assert.Equal("", _shell.Run(_shell.Script(Prepare, "prepare.ps1")).Error);
    }

    internal string Output => Path.Combine(_disk, "out");

    internal string Ledger => Path.Combine(_disk, "index.txt");

    public void Dispose() => _shell.Dispose();

    /// <summary>A list of devices, as a file.</summary>
    internal string List(int devices, string name = "device")
    {
        var path = Path.Combine(_shell.Folder, name + ".csv");
        File.WriteAllLines(path, Enumerable.Range(0, devices).Select(i => $"{name}-{i}").Prepend("EndpointName"));
        return path;
    }

    internal Process Start(string list, params string[] more) => _shell.Start([_script, _disk, list, .. more]);

    internal Run Run(string list) => _shell.Run(_script, _disk, list);

    /// <summary>The lines a run wrote: the figures of both cmdlets, and its errors.</summary>
    internal static string[] Lines(Run run) =>
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Each folder there is has a whole credential that OpenSSL takes and the ledger knows, and there is nothing else.</summary>
    /// <returns>How many devices there are.</returns>
    internal int Check(params string[] besides)
    {
        var devices = Directory.GetFileSystemEntries(Output, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None });
        var ledger = CheckLedger();
        foreach (var folder in devices)
        {
            Assert.Equal([.. Names, .. besides], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
            // .NET refuses a key that is not the certificate's.
            using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "BootstrapDeviceCert.pem"),
                Path.Combine(folder, "BootstrapDevicePrivateKey.pem"));
            Assert.Equal(certificate.RawData, File.ReadAllBytes(Path.Combine(folder, "BootstrapDeviceCert.der")));
            Assert.Equal("/CN=" + Path.GetFileName(folder), ledger[certificate.SerialNumber]);
        }

        Assert.Equal($"{devices.Length}",
            Tool.Bash(_shell.Folder, $"openssl verify -CAfile ca.pem '{Output}'/*/BootstrapDeviceCert.pem | grep -c ': OK$'").Trim());
        return devices.Length;
    }

    /// <summary>The ledger is of whole lines with every serial number once, and OpenSSL reads it.</summary>
    /// <returns>The subjects by serial number.</returns>
    internal Dictionary<string, string> CheckLedger()
    {
        Assert.EndsWith("\n", File.ReadAllText(Ledger));
        var entries = File.ReadAllLines(Ledger).Select(l => l.Split('\t')).ToList();
        Assert.All(entries, e => Assert.Equal(("V", 6), (e[0], e.Length)));
        // Of a copy: OpenSSL writes beside what it reads, and the disk may be full.
        var serial = entries[^1][3];
        File.WriteAllText(Path.Combine(_shell.Folder, "ca.cnf"), Configuration);
        var status = Tool.TryBash(_shell.Folder,
            $"mkdir -p read && cp '{Ledger}' '{Ledger}.attr' read && openssl ca -config ca.cnf -updatedb && openssl ca -config ca.cnf "
                + $"-status {serial}");
        Assert.Contains($"{serial}=Valid (V)", status.Output + status.Error);
        return entries.ToDictionary(e => e[3], e => e[5]);
    }
}
