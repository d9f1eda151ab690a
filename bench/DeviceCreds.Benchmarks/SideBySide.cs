using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;

namespace DeviceCreds.Benchmarks;

/// <summary>
/// The whole pipeline beside what it is made of and beside others, in one run: in each round every contestant comes once,
/// so that what else the machine does falls on all of them, and ratios are taken within a round.
/// </summary>
sealed class SideBySide(int count, int rounds, string disk)
{
    const int OpenSslDevices = 10;
    const string Bare = "Bare arithmetic, .NET: key, its export, signature";
    const string BareVerify = "Bare arithmetic, .NET: one verification";
    const string Mint = "Mint: New-BootstrapDeviceCredential, all encodings";
    const string Files = "Mint and export";
    const string Test = "Test-DeviceCertificate, a credential, all rules";
    const string LimitArithmetic = "C on libcrypto: key and signature";
    const string LimitMint = "C on libcrypto: mint";
    const string LimitFiles = "C on libcrypto: mint and files";
    const string OpenSsl = "OpenSSL's commands, the document's sequence repaired";

    static readonly int Threads = Environment.ProcessorCount;

    readonly string[] _names = [.. Enumerable.Range(0, count).Select(i => "device-" + i.ToString(CultureInfo.InvariantCulture))];
    readonly Dictionary<string, List<Cost>> _costs = [];
    readonly List<string> _order = [];
    readonly List<string> _folders = [];
    int _folder;

    public int Run()
    {
        using var engine = new Engine();
        var authority = engine.Run("New-CertificateAuthority 'Factory CA'")[0];
        var credentials = engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", _names, authority);
        var limit = BuildLimit();
        var openSsl = Child.Exists("openssl") && Child.Exists("bash") ? PrepareOpenSsl() : null;
        if (openSsl is null) Console.WriteLine("OpenSSL's commands are left out: openssl or bash not found.");
        string[] places = [.. new[] { "/dev/shm", disk }.Where(Directory.Exists)];
        try
        {
            for (var round = 0; round <= rounds; round++)
            {
                // Nothing of the first round counts: the compiler is at work.
                if (round == 1) _costs.Clear();
                Console.Error.WriteLine(round == 0 ? "Warming up" : $"Round {round} of {rounds}");
                Here(Bare, count, Arithmetic);
                Here(Mint, count,
                    () => engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Read-Encoding", _names, authority));
                if (limit is not null)
                {
                    There(LimitArithmetic, limit, "arithmetic", null);
                    There(LimitMint, limit, "mint", null);
                }

                foreach (var place in places)
                {
                    var ours = NewFolder(place);
                    Here($"{Files}, {place}", count,
                        () => engine.Run(
                            "$null = $args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Export-DeviceCredential -Path $args[2]",
                            _names, authority, ours));
                    if (limit is not null) There($"{LimitFiles}, {place}", limit, "durable", NewFolder(place));
                }

                Here(BareVerify, count, Verification);
                // New objects each time: what a credential has been asked once, it knows.
                credentials = engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1]", _names, authority);
                Here(Test, count, () => engine.Run("$null = $args[0] | Test-DeviceCertificate -Issuer $args[1]", credentials, authority));
                if (openSsl is not null) Here(OpenSsl, OpenSslDevices, () => RunOpenSsl(openSsl), children: true);
            }
        }
        finally
        {
            foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
        }

        Report(places, limit is not null, openSsl is not null);
        return 0;
    }

    void Report(string[] places, bool hasLimit, bool hasOpenSsl)
    {
        Console.WriteLine(
            $"{count:N0} devices, {rounds} rounds, {Threads} processors, "
                + $".NET {Environment.Version}. Microseconds a device: median (least to most).");
        Console.WriteLine();
        Console.WriteLine("| | CPU | wall | a second |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var name in _order)
        {
            var costs = _costs[name];
            var cpu = Figures.Spread([.. costs.Select(c => c.Cpu)], "N1");
            var wall = Figures.Spread([.. costs.Select(c => c.Wall)], "N1");
            var perSecond = 1e6 / Figures.Median(costs.Select(c => c.Wall));
            Console.WriteLine(FormattableString.Invariant($"| {name} | {cpu} | {wall} | {perSecond:N0} |"));
        }

        Console.WriteLine();
        Console.WriteLine("| ratio | CPU | wall | target |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Ratio("mint : bare arithmetic", Mint, Bare, "at most 1.6");
        if (hasLimit) Ratio("mint : the same in C", Mint, LimitMint, "");
        foreach (var place in places.Where(_ => hasLimit))
            Ratio($"mint and export : the same in C, {place}", $"{Files}, {place}", $"{LimitFiles}, {place}", "at most 2.0");
        Ratio("test : one verification", Test, BareVerify, "at most 3");
        if (hasOpenSsl) Ratio("OpenSSL's commands : mint", OpenSsl, Mint, "more than 300");
    }

    void Ratio(string name, string what, string than, string target)
    {
        var pairs = _costs[what].Zip(_costs[than]).ToList();
        var cpu = Figures.Spread([.. pairs.Select(p => p.First.Cpu / p.Second.Cpu)], "N2");
        var wall = Figures.Spread([.. pairs.Select(p => p.First.Wall / p.Second.Wall)], "N2");
        Console.WriteLine($"| {name} | {cpu} | {wall} | {target} |");
    }

    void Here(string name, int devices, Action work, bool children = false)
    {
        GC.Collect();
        var cpu = Cpu(children);
        var watch = Stopwatch.StartNew();
        work();
        Note(name, new Cost((Cpu(children) - cpu).TotalMicroseconds / devices, watch.Elapsed.TotalMicroseconds / devices));
    }

    void There(string name, string program, string mode, string? folder)
    {
        string[] arguments = [mode, count.ToString(CultureInfo.InvariantCulture), Threads.ToString(CultureInfo.InvariantCulture),
            .. folder is null ? Array.Empty<string>() : [folder]];
        var figures = Child.Start(program, arguments).Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        Note(name, new Cost(figures[1], figures[0]));
    }

    void Note(string name, Cost cost)
    {
        if (!_order.Contains(name)) _order.Add(name);
        if (!_costs.TryGetValue(name, out var costs)) _costs[name] = costs = [];
        costs.Add(cost);
    }

    /// <summary>The CPU time of this process, and of those that it started and that have ended.</summary>
    // Processes that ended are in their parent's account, in hundredths of a second.
    public static TimeSpan Cpu(bool children)
    {
        if (!children || !File.Exists("/proc/self/stat")) return Environment.CpuUsage.TotalTime;
        var fields = File.ReadAllText("/proc/self/stat").Split(')')[1].Split(' ');
        return TimeSpan.FromMilliseconds(
            10 * (long.Parse(fields[14], CultureInfo.InvariantCulture) + long.Parse(fields[15], CultureInfo.InvariantCulture)));
    }

    void Arithmetic()
    {
        var digest = SHA256.HashData("device"u8);
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, part =>
        {
            using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            for (var i = part; i < count; i += Threads)
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                key.ExportParameters(includePrivateParameters: true);
                authority.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
            }
        });
    }

    void Verification()
    {
        var digest = SHA256.HashData("device"u8);
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, part =>
        {
            using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var signature = authority.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
            for (var i = part; i < count; i += Threads) authority.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
        });
    }

    string NewFolder(string place)
    {
        var root = Path.Combine(place, $"devicecreds-bench-{Environment.ProcessId}");
        if (!_folders.Contains(root)) _folders.Add(root);
        // Nothing is deleted between rounds: some file systems take long to recover from it.
        return Directory.CreateDirectory(Path.Combine(root, $"{_folder++}")).FullName;
    }

    /// <summary>Builds the program in C; null where that is not possible.</summary>
    public static string? BuildLimit()
    {
        if (!Child.Exists("gcc") || !File.Exists("/usr/include/openssl/ec.h"))
        {
            Console.WriteLine("The program in C is left out: it needs gcc and libssl-dev.");
            return null;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "limit");
        Child.Start("gcc", ["-O2", "-o", program, Engine.Metadata("Limit"), "-lcrypto", "-lpthread"]);
        return program;
    }

    string PrepareOpenSsl()
    {
        var folder = NewFolder(Directory.Exists("/dev/shm") ? "/dev/shm" : disk);
        Bash(folder, """
            openssl ecparam -name prime256v1 -genkey -noout -out ca.key
            openssl req -x509 -new -key ca.key -sha256 -days 12775 -subj '/CN=Factory CA' -out ca.pem
            printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' 'extendedKeyUsage=clientAuth' \
                'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid' > extensions
            """);
        return folder;
    }

    static void RunOpenSsl(string folder) =>
        Parallel.For(0, OpenSslDevices, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i => Bash(folder, $"""
        openssl ecparam -name prime256v1 -genkey -noout -out {i}.key
        openssl req -new -key {i}.key -sha256 -subj '/CN=device-{i}' -out {i}.csr
        openssl x509 -req -in {i}.csr -CA ca.pem -CAkey ca.key -sha256 -days 7310 -extfile extensions -out {i}.pem
        openssl ec -in {i}.key -outform DER -out {i}.key.der
        openssl x509 -in {i}.pem -outform DER -out {i}.der
        """));

    static void Bash(string folder, string script) =>
        Child.Start("bash", ["-ec", "exec 2>/dev/null\n" + script.ReplaceLineEndings("\n")], folder);
}
