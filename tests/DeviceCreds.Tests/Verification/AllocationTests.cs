#if !NETSTANDARD_BUILD
namespace DeviceCreds.Tests;

/// <summary>What one device allocates, since the collector limits a run on many processors. The bounds have a wide margin.</summary>
public sealed class AllocationTests : IDisposable
{
    const int Devices = 200;

    readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    readonly CertificateAuthority _authority = CertificateAuthority.Create("Factory CA");
    readonly DeviceIdentity[] _devices = [.. Enumerable.Range(0, Devices).Select(i => new DeviceIdentity($"device-{i}"))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Testing_a_credential_that_passes_makes_no_sentences()
    {
        var verifier = new CertificateVerifier { Issuers = _authority.Chain.Certificates };
        var credentials = Issue();
        // 16 KB, where the parser's objects alone were 19 and the sentences 20.
        Assert.InRange(BytesPerDevice(i => Assert.True(verifier.Test(credentials[i]).Passed)), 1, 24_000);
    }

    [Fact]
    public void A_report_that_was_not_read_says_the_same_as_one_that_was()
    {
        var report = new CertificateVerifier { Issuers = _authority.Chain.Certificates }.Test(Issue()[0]);
        Assert.Empty(report.Failed);
        Assert.Empty(report.Warnings);
        Assert.Equal(RuleCatalogue.All.Select(r => r.Id), report.Checks.Select(c => c.Id));
        Assert.All(report.Checks, c => Assert.True(c.Outcome is CheckOutcome.Passed or CheckOutcome.Skipped && c.Message.Length > 0));
        Assert.True(report.Passed);
    }

    [Fact]
    public void Recognising_an_exported_device_reads_each_file_once_and_no_more_than_its_bytes()
    {
        using (var export = new CredentialExport(_folder, ["Pem", "Der"], new ExportOptions(), replace: false))
        {
            foreach (var credential in Issue()) export.Write(credential);
            export.Complete();
        }

        var exported = new ExportedCredentials(_folder, CredentialKind.Bootstrap, _authority);
        // 55 KB, where the buffers of four files alone were 330.
        Assert.InRange(BytesPerDevice(i => Assert.NotNull(exported.Find(_devices[i], null))), 1, 90_000);
    }

    DeviceCredential[] Issue()
    {
        var issuer = new CredentialIssuer(_authority, CredentialKind.Bootstrap);
        return [.. _devices.Select(d => issuer.Issue(d))];
    }

    static long BytesPerDevice(Action<int> work)
    {
        // The first one brings the CA, and what is made once.
        work(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < Devices; i++) work(i);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (Devices - 1);
    }
}
#endif
