using System.Diagnostics;
using System.Reflection;
using System.Text;
using DeviceCreds.Tests;

namespace DeviceCreds.KeyVault.Tests;

/// <summary>A CA key in a key vault from a user's side: in a shell of its own, logged in by the environment.</summary>
public sealed class CmdletTests : IDisposable
{
    const string Job = """
        $ErrorActionPreference = 'Stop'
        $ca = Get-CertificateAuthority -KeyVaultKeyId KEY -Certificate ca.pem -Verbose
        "key: $($ca.KeyLocation)"
        'dev-1', 'dev-2', 'dev-3', 'dev-4' | New-BootstrapDeviceCredential -Issuer $ca -ThrottleLimit 2 |
            Export-DeviceCredential -Path out | ForEach-Object Files |
            ForEach-Object { "file: $($_.Name)" }
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    readonly string _folder = Directory.CreateTempSubdirectory("devicecreds-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("managed identity")]
    [InlineData("az login")]
    public async Task Devices_get_certificates_that_OpenSSL_verifies_though_the_vault_is_busy_once(string login)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only OpenSSL's .NET reads SSL_CERT_FILE");
        Tool.Require("openssl");
        await using var vault = new StandIn { Throttled = 1, RetryAfter = 1, ThrottledAfter = 3 };
        using (var certificate = vault.Certify()) await WriteAsync("ca.pem", certificate.ExportCertificatePem());
        var run = await RunAsync(vault, login, Job.Replace("KEY", vault.KeyId.ToString(), StringComparison.Ordinal));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains($"key: {vault.KeyId}/0123456789abcdef0123456789abcdef", run.Output, StringComparison.Ordinal);
        Assert.Equal(16, run.Output.Split('\n').Count(l => l.StartsWith("file: ", StringComparison.Ordinal)));
        Assert.Contains("The CA 'Vault CA' has its key in", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(StandIn.Token, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal(4,
            vault.Requests.Count(r => r.Contains("/sign", StringComparison.Ordinal) && r.EndsWith(" 200", StringComparison.Ordinal)));
        Assert.Single(vault.Requests, r => r.EndsWith(" 429", StringComparison.Ordinal));
        var verdict =
            await FinishAsync(
                Start(["openssl", "verify", "-x509_strict", "-CAfile", "ca.pem",
                    .. Directory.GetFiles(Path.Combine(_folder, "out"), "BootstrapDeviceCert.pem", SearchOption.AllDirectories)]));
        Assert.Equal(4, verdict.Output.Split('\n').Count(l => l.EndsWith(": OK", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_CA_in_a_vault_is_requested_signed_elsewhere_and_issues()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only OpenSSL's .NET reads SSL_CERT_FILE");
        Tool.Require("openssl");
        await using var vault = new StandIn();
        var run = await RunAsync(vault, "managed identity", $$"""
            $ErrorActionPreference = 'Stop'
            New-CertificateAuthorityRequest -Name 'Vault CA' -PathLength 0 -KeyVaultKeyId {{vault.KeyId}} |
                Export-CertificateAuthorityRequest -Path ca.csr | Out-Null
            $root = New-CertificateAuthority -Name 'Offline Root'
            $root | Export-CertificateAuthority -Path root -NoPrivateKey | Out-Null
            New-CertificateAuthority -Request (Import-CertificateAuthorityRequest -Path ca.csr) -Issuer $root |
                Export-CertificateAuthority -Path ca -NoPrivateKey | Out-Null
            $ca = Get-CertificateAuthority -KeyVaultKeyId {{vault.KeyId}} -Certificate ca/CA_chain.pem
            New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca | Export-DeviceCredential -Path out | Out-Null
            """);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.DoesNotContain(StandIn.Token, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal(2, vault.Requests.Count(r => r.Contains("/sign", StringComparison.Ordinal)));
        var device = Path.Combine("out", "dev", "BootstrapDeviceCert.pem");
        var verdict = await FinishAsync(Start(["sh", "-c", "openssl req -in ca.csr -noout -verify && "
            + $"openssl verify -x509_strict -CAfile root/CA_cert.pem -untrusted {device} {device}"]));
        Assert.True(verdict.ExitCode == 0, verdict.Output + verdict.Error);
    }

    [Theory]
    [InlineData("az logout", "KeyVaultLoginFailed",
        "Logging in to Azure failed: AzureCliCredential authentication failed: Please run 'az login' to set up account")]
    [InlineData("managed identity, untrusted vault", "KeyVaultNotTrusted",
        "The remote certificate is invalid because of errors in the certificate chain: ")]
    [InlineData("managed identity, no permission", "KeyVaultAccessDenied", "refuses this account (Forbidden).")]
    public async Task What_stands_in_the_way_is_one_error_that_says_it(string obstacle, string id, string message)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only OpenSSL's .NET reads SSL_CERT_FILE");
        await using var vault = new StandIn();
        using (var certificate = vault.Certify()) await WriteAsync("ca.pem", certificate.ExportCertificatePem());
        if (obstacle.EndsWith("no permission", StringComparison.Ordinal))
            vault.Instead = (403, """{"error":{"code":"Forbidden","message":"no"}}""");
        var watch = Stopwatch.StartNew();
        var run = await RunAsync(vault, obstacle,
            $"$null = Get-CertificateAuthority -KeyVaultKeyId {vault.KeyId} -Certificate ca.pem 2>&1\n$Error | ForEach-Object {{ "
                + "\"$($_.FullyQualifiedErrorId): $($_.Exception.Message)\" }");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var line = Assert.Single(run.Output.TrimEnd().Split('\n'));
        Assert.StartsWith($"{id},DeviceCreds.PowerShell.Cmdlets.GetCertificateAuthorityCommand: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
        Assert.DoesNotContain(StandIn.Token, run.Output + run.Error, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
    }

    /// <summary>Each cmdlet that has something signed.</summary>
    [Theory]
    [InlineData("New-BootstrapDeviceCredential dev-1 -Issuer $ca")]
    [InlineData("1..5000 | ForEach-Object { \"dev-$_\" } | New-Lwm2mDeviceCredential -AccountId a -Issuer $ca -ThrottleLimit 4")]
    [InlineData("New-BootstrapDeviceCredential dev-1 -Issuer (New-CertificateAuthority Other) | Update-DeviceCredential -Issuer $ca")]
    [InlineData("New-CertificateAuthority Lower -Issuer $ca")]
    [InlineData("New-CertificateRevocationList -Issuer $ca -Ledger index.txt")]
    public async Task Ctrl_C_ends_the_wait_for_a_busy_vault(string command)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("only OpenSSL's .NET reads SSL_CERT_FILE");
        await using var vault = new StandIn { Throttled = -1, RetryAfter = 60, ThrottledAfter = 1 };
        using (var certificate = vault.Certify()) await WriteAsync("ca.pem", certificate.ExportCertificatePem());
        await WriteAsync("index.txt", "");
        var script = $"$ca = Get-CertificateAuthority -KeyVaultKeyId {vault.KeyId} -Certificate ca.pem\n{command}\n'went on'";
        using var process = await StartAsync(vault, "managed identity", script);
        for (var wait = Stopwatch.StartNew(); !vault.Requests.Any(r => r.EndsWith(" 429", StringComparison.Ordinal))
            && wait.Elapsed < Patience; await Task.Delay(50, TestContext.Current.CancellationToken)) Assert.False(process.HasExited);
        var watch = Stopwatch.StartNew();
        Signal.Interrupt(process);
        var run = await FinishAsync(process);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.\n{run.Output}\n{run.Error}");
        Assert.Equal(("", ""), (run.Output, run.Error));
    }

    async Task<Run> RunAsync(StandIn vault, string login, string script) => await FinishAsync(await StartAsync(vault, login, script));

    async Task<Process> StartAsync(StandIn vault, string login, string script)
    {
        // What the computer has is not the test's: no credential but the one that is meant.
        var environment = new Dictionary<string, string?>();
        if (!login.EndsWith("untrusted vault", StringComparison.Ordinal))
            environment["SSL_CERT_FILE"] = await WriteAsync("tls.pem", vault.CertificatePem);
        if (login.StartsWith("az ", StringComparison.Ordinal))
        {
            var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
            var az = await WriteAsync("az", $$"""
                #!/bin/sh
                {{(login == "az logout" ? "echo 'ERROR: Please run az login to setup account.' >&2; exit 1" : "")}}
                echo '{"accessToken":"{{StandIn.Token}}","expires_on":{{expires}},"tokenType":"Bearer"}'
                """);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            environment["PATH"] = _folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
            environment["AZURE_TOKEN_CREDENTIALS"] = "AzureCliCredential";
        }
        else
        {
            (environment["IDENTITY_ENDPOINT"], environment["IDENTITY_HEADER"]) = (vault.Identity.ToString(), vault.IdentitySecret);
            environment["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential";
        }

        var file = await WriteAsync("job.ps1", script);
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Start([dotnet, Built("ShellPath"), "-NoProfile", "-NonInteractive", "-File", file], environment);
    }

    Process Start(string[] command, Dictionary<string, string?>? environment = null)
    {
        // A test run in the background may itself ignore Ctrl+C, and children inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. command]) { WorkingDirectory = _folder,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    static async Task<Run> FinishAsync(Process process)
    {
        using var disposed = process;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return new Run(process.ExitCode, await output, await error);
    }

    async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text.Length == 0 ? "" : text + "\n", TestContext.Current.CancellationToken);
        return path;
    }

    static string Built(string name) =>
        typeof(CmdletTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;

    sealed record Run(int ExitCode, string Output, string Error);
}
