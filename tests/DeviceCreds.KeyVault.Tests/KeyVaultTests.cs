using System.Diagnostics;
using System.Text.Json;

namespace DeviceCreds.KeyVault.Tests;

/// <summary>A CA key in a key vault.</summary>
public class KeyVaultTests
{
    readonly TestCredential _credential = new();

    KeyVaultSigner Open(StandIn vault, Uri? keyId = null, CancellationToken cancel = default) =>
        KeyVaultSigner.Open(keyId ?? vault.KeyId, _credential, vault.Options, cancel);

    static DeviceCertificate Certificate(StandIn vault)
    {
        using var certificate = vault.Certify();
        return CertificateReader.From(certificate);
    }

    CertificateAuthority Authority(StandIn vault) => CertificateAuthority.Open(Open(vault), [Certificate(vault)]);

    static DeviceCredential Issue(CertificateAuthority authority, string name = "device") =>
        new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity(name));

    static InputException Refused(Action action)
    {
        var error = Assert.Throws<InputException>(action);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.DoesNotContain(StandIn.Token, error.ToString(), StringComparison.Ordinal);
        return error;
    }

    [Fact]
    public async Task It_asks_who_is_there_gets_the_key_and_signs()
    {
        await using var vault = new StandIn().Trusted();
        var authority = Authority(vault);
        var credential = Issue(authority);
        Assert.True(credential.Leaf.IsSignedBy(authority.Chain.Leaf));
        const string Version = "/keys/factory-ca/0123456789abcdef0123456789abcdef";
        Assert.Equal(
            ["GET /keys/factory-ca?api-version=7.4 401", "GET /keys/factory-ca?api-version=7.4 200",
                $"POST {Version}/sign?api-version=7.4 200"],
            vault.Requests);
        Assert.Equal(new Uri(vault.Vault, Version).ToString(), authority.KeyLocation);
        Assert.All(_credential.Asked,
            asked => Assert.Equal(("https://localhost/.default", "the-tenant"), (Assert.Single(asked.Scopes), asked.TenantId)));
    }

    [Fact]
    public async Task Its_requests_are_those_of_Azures_own_client()
    {
        await using var vault = new StandIn().Trusted();
        const string Version = "0123456789abcdef0123456789abcdef";
        using (var signer = Open(vault, new Uri($"{vault.KeyId}/{Version}"),
            TestContext.Current.CancellationToken)) signer.Sign([1, 2, 3], TestContext.Current.CancellationToken);
        using var recorded =
            JsonDocument.Parse(
                await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sdk-requests.json"),
                    TestContext.Current.CancellationToken));
        var expected = recorded.RootElement.GetProperty("requests").EnumerateArray().ToList();
        // The first one is who asks for the token, and says nothing else.
        Assert.Empty(vault.Received.First().Body);
        var ours = vault.Received.Skip(1).ToList();
        Assert.Equal(expected.Count, ours.Count);
        foreach (var (request, facts) in ours.Zip(expected))
        {
            Assert.Equal((facts.GetProperty("method").GetString(), facts.GetProperty("path").GetString()),
                (request.Method, request.Path.Replace("factory-ca", "{name}").Replace(Version, "{version}")));
            Assert.Matches(facts.GetProperty("query").GetString()!, request.Query);
            Assert.Matches(facts.GetProperty("body").GetString()!, request.Body);
            var headers = facts.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
            Assert.Equal(headers.Keys.Order(), request.Headers.Keys.Where(h => h != "Host").Order());
            foreach (var (name, pattern) in headers) Assert.Matches(pattern, request.Headers[name]);
        }
    }

    [Fact]
    public async Task OpenSSL_verifies_what_many_threads_had_signed()
    {
        await using var vault = new StandIn().Trusted();
        var authority = Authority(vault);
        var issued = new DeviceCredential[50];
        Parallel.For(0, issued.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => issued[i] = Issue(authority, $"device-{i}"));
        var folder = Directory.CreateTempSubdirectory("devicecreds-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.CertificatePem + "\n");
            var files = issued.Select((c, i) => Path.Combine(folder, $"{i}.pem")).ToArray();
            for (var i = 0; i < files.Length; i++) File.WriteAllText(files[i], issued[i].CertificatePem + "\n");
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(d => d.Length > 0 && File.Exists(Path.Combine(d, "openssl")))) Assert.Skip("openssl not found");
            using var process =
                Process.Start(
                    new ProcessStartInfo("openssl",
                        ["verify", "-x509_strict", "-CAfile", Path.Combine(folder, "ca.pem"),
                            .. files]) { RedirectStandardOutput = true })!;
            var verdict = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(issued.Length, verdict.Split('\n').Count(l => l.EndsWith(": OK", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_vault_that_is_busy_is_asked_again_when_it_says()
    {
        await using var vault = new StandIn().Trusted();
        var authority = Authority(vault);
        (vault.Throttled, vault.RetryAfter) = (2, 1);
        var watch = Stopwatch.StartNew();
        Assert.True(Issue(authority).Leaf.IsSignedBy(authority.Chain.Leaf));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(60));
        Assert.Equal(["429", "429", "200"], vault.Requests.Skip(2).Select(r => r.Split(' ')[^1]));
    }

    [Fact]
    public async Task A_vault_that_stays_busy_is_an_error_a_device()
    {
        await using var vault = new StandIn().Trusted();
        var authority = Authority(vault);
        (vault.Throttled, vault.RetryAfter) = (-1, 0);
        Assert.Equal("KeyVaultBusy", Refused(() => Issue(authority)).ErrorId);
        Assert.Equal(4, vault.Requests.Count(r => r.EndsWith(" 429", StringComparison.Ordinal)));
        vault.Throttled = 0;
        Issue(authority);
    }

    [Fact]
    public async Task Waiting_for_a_vault_can_be_ended()
    {
        await using var vault = new StandIn().Trusted();
        (vault.Throttled, vault.RetryAfter) = (-1, 30);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => Open(vault, cancel: stop.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));

        vault.Throttled = 0;
        var authority = Authority(vault);
        vault.Throttled = -1;
        var signing = Task.Run(() => Issue(authority), TestContext.Current.CancellationToken);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        authority.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => signing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

        vault.Throttled = 0;
        using var signer = Open(vault, cancel: TestContext.Current.CancellationToken);
        vault.Throttled = -1;
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => signer.Sign([1], later.Token));
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"Forbidden","message":"The user does not have keys get permission"}}""", "KeyVaultAccessDenied")]
    [InlineData(404, """{"error":{"code":"KeyNotFound"}}""", "KeyVaultKeyNotFound")]
    [InlineData(400, "<html>", "KeyVaultFailed")]
    [InlineData(200, "<html>", "KeyVaultAnswerMalformed")]
    [InlineData(200, "{}", "KeyVaultAnswerMalformed")]
    [InlineData(200, "[]", "KeyVaultAnswerMalformed")]
    [InlineData(200, """{"key":{"kid":7}}""", "KeyVaultAnswerMalformed")]
    [InlineData(200, """{"key":{"kid":"https://localhost:PORT/keys/a/b","kty":"RSA"}}""", "IssuerKeyUnsupported")]
    [InlineData(200, """{"key":{"kid":"https://localhost:PORT/keys/a/b","kty":"EC","crv":"P-384"}}""", "IssuerKeyUnsupported")]
    [InlineData(200, """{"key":{"kid":"https://localhost:PORT/keys/a/b","kty":"EC","crv":"P-256","x":"AAAA","y":"!"}}""",
        "KeyVaultAnswerMalformed")]
    [InlineData(200, """{"key":{"kid":"https://elsewhere.example/keys/a/b","kty":"EC","crv":"P-256"}}""", "KeyVaultAnswerMalformed")]
    public async Task What_a_vault_refuses_or_garbles_is_said(int status, string body, string id)
    {
        await using var vault = new StandIn().Trusted();
        vault.Instead = (status, body.Replace("PORT", vault.Vault.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(id, Refused(() => Open(vault)).ErrorId);
    }

    [Fact]
    public async Task A_key_that_may_not_sign_is_refused()
    {
        await using var vault = new StandIn().Trusted();
        vault.Bend = key => key.Replace("\"sign\",", "");
        Assert.Equal("KeyVaultKeyMayNotSign", Refused(() => Open(vault)).ErrorId);
        vault.Bend = key => key.Replace("\"enabled\":true", "\"enabled\":false");
        Assert.Equal("KeyVaultKeyDisabled", Refused(() => Open(vault)).ErrorId);
    }

    [Fact]
    public async Task No_token_goes_to_who_asks_for_anothers()
    {
        await using var vault = new StandIn().Trusted();
        vault.Resource = "https://vault.azure.net";
        Assert.Equal("KeyVaultChallengeInvalid", Refused(() => Open(vault)).ErrorId);
        Assert.Empty(_credential.Asked);
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_gets_no_request()
    {
        await using var vault = new StandIn();
        var watch = Stopwatch.StartNew();
        Assert.Equal("KeyVaultNotTrusted", Refused(() => Open(vault)).ErrorId);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Empty(vault.Requests);
    }

    [Fact]
    public async Task A_vault_that_is_not_there_is_said_with_the_reason()
    {
        await using var vault = new StandIn();
        Assert.Contains("Connection refused", Refused(() => Open(vault, new Uri("https://localhost:1/keys/factory-ca"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_key_is_no_cas()
    {
        await using var vault = new StandIn().Trusted();
        Assert.Equal("KeyMismatch",
            Refused(() => CertificateAuthority.Open(Open(vault), [CertificateAuthority.Create("Other").Chain.Leaf])).ErrorId);
    }

    [Theory]
    [InlineData("http://name.vault.azure.net/keys/ca")]
    [InlineData("https://name.vault.azure.net/")]
    [InlineData("https://name.vault.azure.net/secrets/ca")]
    [InlineData("https://name.vault.azure.net/keys/")]
    [InlineData("https://name.vault.azure.net/keys/ca/1/sign")]
    [InlineData("https://name.vault.azure.net/keys/ca?x=1")]
    [InlineData("https://user:word@name.vault.azure.net/keys/ca")]
    [InlineData("keys/ca")]
    public void What_is_no_keys_identifier_is_refused(string id) =>
    Assert.Equal("KeyVaultKeyIdInvalid", Refused(() => KeyVaultSigner.Open(new Uri(id, UriKind.RelativeOrAbsolute), default)).ErrorId);
}
