using BenchmarkDotNet.Attributes;

namespace DeviceCreds.Benchmarks;

/// <summary>The parts of a device's credential, one by one.</summary>
[MemoryDiagnoser]
public class Parts
{
    CertificateAuthority _authority = null!;
    DeviceCredential _credential = null!;
    CertificateVerifier _verifier = null!;
    CredentialIssuer _issuer = null!;
    string _folder = "";
    int _next;

    [GlobalSetup]
    public void SetUp()
    {
        _authority = CertificateChain.Create(["Root CA", "Factory CA"]).Issuer!;
        _issuer = new CredentialIssuer(_authority, CredentialKind.Bootstrap);
        _credential = _issuer.Issue(new DeviceIdentity("device"));
        _verifier = new CertificateVerifier { Issuers = _authority.Chain.Certificates };
        _folder = Directory.CreateTempSubdirectory("devicecreds-bench-").FullName;
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public object Key() => DeviceKey.Generate();

    [Benchmark]
    public object KeyAndCertificate() => _issuer.Issue(new DeviceIdentity("device-" + _next++));

    [Benchmark]
    public object KeyInPem() => _credential.PrivateKey!.ToPem();

    [Benchmark]
    public object KeyInDer() => _credential.PrivateKey!.ToDer();

    [Benchmark]
    public object CertificateInPem() => _credential.CertificatePem;

    [Benchmark]
    public object ChainInPem() => _credential.ChainPem;

    /// <summary>All rules, for a credential that has not been looked at before.</summary>
    [Benchmark]
    public object Test() => _verifier.Test(_issuer.Issue(new DeviceIdentity("tested-" + _next++)));
}

/// <summary>The formats: encoding, writing aside, flushing (once for the group) and naming 200 credentials.</summary>
[MemoryDiagnoser]
public class Formats
{
    const int Group = 200;

    DeviceCredential[] _credentials = [];
    string _folder = "";
    int _run;

    [Params("Pem", "Der", "FccBundle", "Kcm", "SenmlCbor", "SenmlJson", "Lwm2mTlv", "DeveloperSource")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        var issuer = new CredentialIssuer(CertificateAuthority.Create("Factory CA"), CredentialKind.Bootstrap);
        _credentials = [.. Enumerable.Range(0, Group).Select(i => issuer.Issue(new DeviceIdentity("device-" + i)))];
        _folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/devicecreds-bench-{Environment.ProcessId}").FullName : Directory.CreateTempSubdirectory("devicecreds-bench-").FullName;
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark(OperationsPerInvoke = Group)]
    public int Export()
    {
        var options = new ExportOptions { Configurations = [new DeviceConfiguration { ServerUri = "coaps://lwm2m.example.com:5684" }] };
        using var export = new CredentialExport(Path.Combine(_folder, $"{_run++}"), [Format], options, replace: false);
        var staged = _credentials.Select(export.Stage).ToList();
        export.Flush();
        return staged.Sum(s => export.Place(s).Count);
    }
}

/// <summary>The ledger: recording and reading back.</summary>
[MemoryDiagnoser]
public class Books
{
    const int Group = 200;

    DeviceCredential[] _credentials = [];
    string _folder = "";
    IssuanceLedger _ledger = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var issuer = new CredentialIssuer(CertificateAuthority.Create("Factory CA"), CredentialKind.Bootstrap);
        _credentials = [.. Enumerable.Range(0, Group).Select(i => issuer.Issue(new DeviceIdentity("device-" + i)))];
        _folder = Directory.CreateTempSubdirectory("devicecreds-bench-").FullName;
        _ledger = IssuanceLedger.Open(Path.Combine(_folder, "index.txt"));
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Group)]
    public void RecordGroup() => _ledger.Record(_credentials);
}
