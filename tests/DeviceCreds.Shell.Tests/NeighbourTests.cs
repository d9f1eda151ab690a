using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace DeviceCreds.Shell.Tests;

/// <summary>A session in which somebody else uses another version of a library of ours: both go on working, whoever came first.</summary>
public sealed class NeighbourTests : IDisposable
{
    static readonly string Binaries = Path.Combine(Shell.Built("ModuleRoot"), "bin", "net8.0");

    const string Load = "$neighbour = [System.Reflection.Assembly]::LoadFrom($args[0])";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    public static TheoryData<bool> Orders => [true, false];

    [Theory]
    [MemberData(nameof(Orders))]
    public void With_another_YamlDotNet(bool neighbourFirst)
    {
        var other = Path.Combine(Shell.Built("Packages"), "yamldotnet", "16.3.0", "lib", "net8.0", "YamlDotNet.dll");
        var configuration = Path.Combine(shell.Folder, "device.yaml");
        File.WriteAllText(configuration, "Manufacturer: Acme\n");

        var output = Session(
            neighbourFirst, other,
            "\"neighbour: $($neighbour.GetName().Version.Major) "
                + "$($neighbour.GetType('YamlDotNet.Serialization.Deserializer')::new().Deserialize('a: b')['a'])\"",
            "\"ours: $((New-DeviceConfiguration -Path $args[1]).Manufacturer)\"",
            configuration);

        Assert.Equal(["neighbour: 16 b", "neighbour: 16 b", "ours: Acme", "ours: Acme"], output);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void With_another_BouncyCastle(bool neighbourFirst)
    {
        var other = Path.Combine(shell.Folder, "BouncyCastle.Cryptography.dll");
        File.WriteAllBytes(other, Renumbered(Path.Combine(Binaries, "BouncyCastle.Cryptography.dll"), new Version(1, 9, 0, 0)));

        var output = Session(
            neighbourFirst, other,
            "\"neighbour: $($neighbour.GetName().Version) $($neighbour.GetType('Org.BouncyCastle.Asn1.DerInteger')::new(7).Value)\"",
            "$ca = New-CertificateAuthority 'Factory CA'; \"ours: "
                + "$(New-BootstrapDeviceCredential dev -Issuer $ca | Test-DeviceCertificate -Issuer $ca -Quiet)\"");

        Assert.Equal(["neighbour: 1.9.0.0 7", "neighbour: 1.9.0.0 7", "ours: True", "ours: True"], output);
    }

    IEnumerable<string> Session(bool neighbourFirst, string other, string theirs, string ours, params string[] arguments)
    {
        // Twice, by turns: each still works after the other was used.
        string[] script = neighbourFirst ? [Load, theirs, ours, theirs, ours] : [ours, Load, theirs, ours, theirs];
        var run = shell.Run([shell.Script(string.Join('\n', script)), other, .. arguments]);
        Assert.Equal("", run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    // Old versions of a library leave the registries, so this is today's under the number of an old one.
    static byte[] Renumbered(string file, Version version)
    {
        var image = File.ReadAllBytes(file);
        using var reader = new PEReader([.. image]);
        var metadata = reader.GetMetadataReader();
        // ECMA-335 II.22.2: the row of the assembly table begins with the hash algorithm, four bytes, and then the version.
        var row = image.AsSpan(reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.Assembly) + 4);
        foreach (var part in (int[])[version.Major, version.Minor, version.Build, version.Revision])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(row, (ushort)part);
            row = row[2..];
        }

        return image;
    }
}
