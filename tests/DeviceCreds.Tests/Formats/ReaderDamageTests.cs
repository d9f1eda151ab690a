using CsCheck;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>
/// Whatever becomes of a file of any format on its way, the importer ends soon in credentials or in one of our errors. The
/// formats come from the registry, so a new one is here by itself. A failure prints its seed.
/// </summary>
[Trait("Speed", "Slow")]
public class ReaderDamageTests
{
    static readonly char[] Password = "secret".ToCharArray();

    static readonly Pkcs12Protection Weak = Pkcs12Protection.Modern with { Iterations = 2 };

    sealed record Sample(string Format, string Name, byte[] Content, DeviceKey Key);

    static readonly Sample[] Samples = [.. CredentialFormats.All.OfType<IReadableFormat>().SelectMany(WrittenBy)];

    static IEnumerable<Sample> WrittenBy(IReadableFormat format)
    {
        foreach (var kind in format is DeveloperSourceFormat ? [CredentialKind.Bootstrap] : Enum.GetValues<CredentialKind>())
        {
            var credential = Delivery.Issue(kind, "dev-1", format is DeveloperSourceFormat ? Delivery.Root : Delivery.Lower);
            if (format is PfxFormat)
            {
                yield return new(format.Info.Name, "x",
                    Pkcs12.Encode("dev-1", credential.PrivateKey!, credential.Chain.Certificates, Password, Weak), credential.PrivateKey!);
                continue;
            }

            using var folder = new TempFolder();
            var options = Delivery.Options(Delivery.Configuration(kind)) with { CertificateBundle = kind == CredentialKind.Lwm2m };
            foreach (var path in Given.Export(credential, folder.Path, [format.Info.Name], options, replace: false))
                yield return new(format.Info.Name, Path.GetFileName(path), File.ReadAllBytes(path), credential.PrivateKey!);
        }
    }

    [Fact]
    public void Every_format_that_is_read_is_here() =>
        Assert.Equal(CredentialFormats.All.OfType<IReadableFormat>().Select(f => f.Info.Name), Samples.Select(s => s.Format).Distinct());

    /// <summary>Whoever asks for the certificates of a file that another command reads is told which.</summary>
    [Fact]
    public void Where_certificates_are_expected_a_credential_is_named_with_the_command_that_reads_it()
    {
        var named = new HashSet<string>();
        foreach (var sample in Samples)
        {
            if (Record.Exception(() => CertificateFile.Read(new InputFile([.. sample.Content], sample.Name), "next")) is not { } refusal)
                continue;
            var error = Assert.IsType<InputException>(refusal);
            if (error.Advice!.Contains("Import-DeviceCredential FILE | next", StringComparison.Ordinal))
            {
                // PKCS#12 is read in one way, whoever wrote it.
                var format = sample.Format == "PfxLegacy" ? "Pfx" : sample.Format;
                Assert.Contains($"in the format {format}.", error.Message, StringComparison.Ordinal);
                Assert.NotEmpty(CredentialImporter.Read([new InputFile([.. sample.Content], sample.Name)], sample.Name, Password));
                named.Add(sample.Format);
            }
            else
            {
                // One of several files, without the certificate.
                var other = Record.Exception(() =>
                    CredentialImporter.Read([new InputFile([.. sample.Content], sample.Name)], sample.Name, Password));
                Assert.True(other is InputException, $"{sample.Format} {sample.Name}: {error.Message}");
            }
        }

        Assert.Superset(new HashSet<string> { "DeveloperSource", "FccBundle", "Lwm2mTlv", "Pfx", "SenmlCbor", "SenmlJson" }, named);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused() =>
        (from sample in Gen.OneOf(Samples) from damage in Damage.Any select (sample, content: damage(sample.Content))).Sample(
            t => AssertEnds(t.sample, t.content), time: 12);

    /// <summary>A name says nothing of the content: each format's reader meets what is another's.</summary>
    [Fact]
    public void A_file_under_another_name_is_read_or_refused() =>
        (from sample in Gen.OneOf(Samples) from other in Gen.OneOf(
            Samples) from damage in Damage.Any select (sample: sample with { Name = other.Name }, content: damage(sample.Content)))
            .Sample(t => AssertEnds(t.sample, t.content), time: 4);

    /// <summary>Two files glued together at any place.</summary>
    [Fact]
    public void A_mixture_is_read_or_refused() =>
        (from a in Gen.OneOf(Samples) from b in Gen.OneOf(Samples) from i in Gen.Double.Unit from j in Gen.Double.Unit select (a,
            content: (byte[])[.. a.Content[..(int)(i * a.Content.Length)], .. b.Content[(int)(j * b.Content.Length)..]]))
            .Sample(t => AssertEnds(t.a, t.content), time: 4);

    /// <summary>A MAC keeps damage from the bags; whoever knows the password can make a good one over bad bags.</summary>
    [Fact]
    public void Damage_under_a_good_MAC_is_read_or_refused()
    {
        var credential = Delivery.Issue(CredentialKind.Bootstrap, "dev-1", Delivery.Lower);
        (from damage in Damage.Any from inside in Gen.Bool select (damage, inside)).Sample(t =>
        {
            // The encryption is where the damage comes in: before it (bags, key) or after it.
            var protection =
                Weak with { Encrypt = (content, password, iterations) =>
                    t.inside
                        ? KeyEncryption.Encrypt(t.damage(content), password, iterations)
                        : KeyEncryption.Encrypt(content, password, iterations) is var (algorithm, encrypted)
                        ? (algorithm, t.damage(encrypted)) : default };
            AssertEnds(new("Pfx", "x.pfx", [], credential.PrivateKey!),
                Pkcs12.Encode("dev-1", credential.PrivateKey!, credential.Chain.Certificates, Password, protection));
        }, time: 6);
    }

    static void AssertEnds(Sample sample, byte[] content)
    {
        var (time, before) = (ThreadClock.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            CredentialImporter.Read([new InputFile(content, sample.Name)], sample.Name, Password);
        }
        catch (DeviceCredsException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
            Secrets.AssertAbsent(sample.Key, e.ToString());
        }

        Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"ended only after {time.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024);
    }
}
