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

    readonly DeviceConfiguration _configuration = new()
    {
        ServerUri = "coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60",
        ServerCertificate = CertificateAuthority.Create("Server CA").Chain.Leaf, Manufacturer = "A", ModelNumber = "B", SerialNumber = "C",
        DeviceType = "D", HardwareVersion = "E", MemoryTotalKB = 512, Timezone = "Europe/Helsinki", UtcOffset = "+02:00",
    };
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
        _folder = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/devicecreds-bench-{Environment.ProcessId}").FullName
            : Directory.CreateTempSubdirectory("devicecreds-bench-").FullName;
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark(OperationsPerInvoke = Group)]
    public int Export()
    {
        var options = new ExportOptions { Configurations = [_configuration] };
        using var export = new CredentialExport(Path.Combine(_folder, $"{_run++}"), [Format], options, replace: false);
        var staged = _credentials.Select(export.Stage).ToList();
        export.Flush();
        return staged.Sum(s => export.Place(s).Count);
    }
}

/// <summary>The rules of each topic, on a credential below an intermediate CA that they have seen before.</summary>
[MemoryDiagnoser]
public class RuleSets
{
    VerificationCase _case = null!;
    IReadOnlyList<Rule> _rules = [];

    [ParamsSource(nameof(Topics))]
    public string Topic { get; set; } = "";

    public static IEnumerable<string> Topics => RuleCatalogue.Topics.Select(t => t.Topic);

    [GlobalSetup]
    public void SetUp()
    {
        var authority = CertificateChain.Create(["Root CA", "Factory CA"]).Issuer!;
        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        var chain = credential.Chain.Certificates;
        _case = new VerificationCase { Certificate = chain[0], Bundle = chain, Path = chain,
            Anchors = authority.Chain.Certificates, Kind = credential.Kind, EndpointName = "device", Key = credential.PrivateKey,
            Now = DateTime.UtcNow };
        _rules = RuleCatalogue.Topics.Single(t => t.Topic == Topic).Rules;
    }

    [Benchmark]
    public int Check() => _rules.Count(r => r.Apply(_case).Outcome == CheckOutcome.Passed);
}

/// <summary>A device list in CSV: read, checked, and searched for duplicates.</summary>
[MemoryDiagnoser]
public class Lists
{
    const int Rows = 10_000;

    string _path = "";

    [GlobalSetup]
    public void SetUp()
    {
        _path = Path.GetTempFileName();
        File.WriteAllLines(_path,
            Enumerable.Range(0, Rows).Select(i => $"device-{i},0166d2a1c9f84b7f8c3a5de2471b9c60").Prepend("EndpointName,AccountId"));
    }

    [GlobalCleanup]
    public void CleanUp() => File.Delete(_path);

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Row() => new DeviceList(_ => throw new InvalidDataException()).Read(_path).Count();
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
