using System.Diagnostics;
using System.Globalization;

namespace DeviceCreds.Shell.Tests;

/// <summary>What a key leaves in the memory of the process that read it: looked for by who started it.</summary>
[Trait("Speed", "Slow")]
public sealed class MemoryTests : IDisposable
{
    const int Chunk = 1 << 20;

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_key_that_was_read_and_disposed_of_is_nowhere_in_memory()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("only Linux has /proc");
        var made = shell.Run(shell.Script("""
            $ca = New-CertificateAuthority Root
            $credential = New-BootstrapDeviceCredential dev-1 -Issuer $ca
            $told = @{
                ServerUri = 'coaps://b.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60'; ServerCertificate = $ca
                Manufacturer = 'A'; ModelNumber = 'B'; SerialNumber = 'C'; DeviceType = 'D'; HardwareVersion = 'E'
                MemoryTotalKB = 512; Timezone = 'Europe/Helsinki'; UtcOffset = '+02:00'
                ClassId = '00112233445566778899aabbccddeeff'; VendorId = '00112233445566778899aabbccddeeff'
            }
            $configuration = New-DeviceConfiguration @told
            $password = [securestring]::new()
            'a password'.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
            foreach ($format in 'Pem', 'Der', 'FccBundle', 'Kcm', 'Lwm2mTlv', 'SenmlJson', 'SenmlCbor', 'DeveloperSource') {
                # DeveloperSource has no place for most of the configuration, and says so.
                $null = $credential |
                    Export-DeviceCredential -Path "plain/$format" -Format $format -Configuration $configuration -WarningAction Ignore
            }
            foreach ($format in 'Pem', 'Der', 'Pfx') {
                $null = $credential | Export-DeviceCredential -Path "encrypted/$format" -Format $format -Password $password
            }
            """, "make.ps1"));
        Assert.Equal((0, "", ""), (made.ExitCode, made.Output, made.Error));
        var key = File.ReadAllBytes(Path.Combine(shell.Folder, "plain", "Der", "dev-1", "BootstrapDevicePrivateKey.der"))
            .AsSpan(7, 32).ToArray();
        // A collection would move keys, and leave them where they were: none comes with this much room.
        shell.Environment["DOTNET_GCgen0size"] = "0x20000000";
        using var process = shell.Start(shell.Script("""
            $password = [securestring]::new()
            'a password'.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
            while ($folder = [Console]::In.ReadLine()) {
                $credential = Import-DeviceCredential -Path $folder -Password $password
                [Console]::Out.WriteLine("read $($credential.EndpointName)")
                $null = [Console]::In.ReadLine()
                $credential.PrivateKey.Dispose()
                [Console]::Out.WriteLine('disposed')
            }
            """, "read.ps1"));
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories(shell.Folder, "*", SearchOption.AllDirectories)
            .Where(d => Path.GetFileName(d) == "dev-1").Order(StringComparer.Ordinal))
        {
            process.StandardInput.WriteLine(folder);
            Assert.Equal("read dev-1", process.StandardOutput.ReadLine());
            var during = Count(process, key);
            process.StandardInput.WriteLine();
            Assert.Equal("disposed", process.StandardOutput.ReadLine());
            found.Add($"{Path.GetRelativePath(shell.Folder, folder)}: {during > 0}, {Count(process, key)}");
        }

        process.StandardInput.WriteLine();
        Assert.Equal(0, Shell.Finish(process).ExitCode);
        Assert.Equal(11, found.Count);
        Assert.All(found, f => Assert.EndsWith(": True, 0", f, StringComparison.Ordinal));
    }

    static int Count(Process process, byte[] wanted)
    {
        var count = 0;
        using var memory = File.OpenHandle($"/proc/{process.Id}/mem");
        var buffer = new byte[Chunk + wanted.Length - 1];
        foreach (var line in File.ReadLines($"/proc/{process.Id}/maps").Where(l => l.Contains(" rw", StringComparison.Ordinal)))
        {
            var ends = line[..line.IndexOf(' ')].Split('-')
                .Select(a => long.Parse(a, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            for (var at = ends[0]; at < ends[1]; at += Chunk)
            {
                int read;
                try
                {
                    read = RandomAccess.Read(memory, buffer.AsSpan(0, (int)Math.Min(buffer.Length, ends[1] - at)), at);
                }
                catch (IOException)
                {
                    // What is not really there, such as the kernel's own.
                    continue;
                }

                for (var rest = buffer.AsSpan(0, read); rest.IndexOf(wanted) is >= 0 and var place; rest = rest[(place + 1)..]) count++;
            }
        }

        return count;
    }
}
