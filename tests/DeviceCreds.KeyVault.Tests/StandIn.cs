using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DeviceCreds.KeyVault.Tests;

/// <summary>
/// A key vault on this computer, over HTTPS: it asks for a token, gives a key, signs, and is out of sorts when told to be.
/// The managed identity of the computer, which gives the token, is at the same address.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";

    readonly WebApplication _server;
    readonly X509Certificate2 _certificate;

    public StandIn()
    {
        using var tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", tls, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(_certificate)));
        _server = builder.Build();
        _server.Run(Answer);
        _server.StartAsync().GetAwaiter().GetResult();
        var address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Vault = new Uri($"https://localhost:{new Uri(address).Port}/");
    }

    /// <summary>The vault's key.</summary>
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Uri Vault { get; }

    public Uri KeyId => new(Vault, "keys/factory-ca");

    /// <summary>Where a managed identity is asked for its token, as in Azure's App Service.</summary>
    public Uri Identity => new(Vault, "identity");

    /// <summary>What shows that a request to the identity comes from this computer.</summary>
    public string IdentitySecret { get; } = Guid.NewGuid().ToString();

    /// <summary>The certificate by which the server is known, in PEM.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>The certificate of the CA whose key it is, made by .NET.</summary>
    public X509Certificate2 Certify()
    {
        var request = new CertificateRequest("CN=Vault CA", Key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature,
                true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(30));
    }

    /// <summary>What was asked, in its order: method, path, status.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>All of each request, likewise.</summary>
    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    /// <summary>How many requests with a token are turned away, and for how many seconds; -1 is for ever.</summary>
    public int Throttled { get; set; }

    /// <summary>How many are served before that.</summary>
    public int ThrottledAfter { get; set; }

    public int RetryAfter { get; set; }

    /// <summary>The service that the challenge names.</summary>
    public string Resource { get; set; } = "https://localhost";

    /// <summary>An answer in the place of the right one.</summary>
    public (int Status, string Body)? Instead { get; set; }

    /// <summary>Changes the key that is given.</summary>
    public Func<string, string> Bend { get; set; } = key => key;

    /// <summary>How often a vault is asked again, and by whom it is trusted.</summary>
    public ClientOptions Options { get; } = new Quick();

    public StandIn Trusted()
    {
        Options.Transport = new HttpClientTransport(
            new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate?.Thumbprint == _certificate.Thumbprint });
        return this;
    }

    async Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Received.Enqueue(
            new ReceivedRequest(request.Method, request.Path, request.QueryString.ToString(),
                request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()), body));
        var (status, text) = request.Path == "/identity" ? Identify(request) : Answer(request, response, body);
        response.StatusCode = status;
        response.ContentType = "application/json";
        Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString} {status}");
        await response.WriteAsync(text);
    }

    (int Status, string Body) Identify(HttpRequest request) => request.Headers["X-IDENTITY-HEADER"] == IdentitySecret
        ? (200, $$"""
            {
              "access_token":"{{Token}}","token_type":"Bearer","resource":"{{request.Query["resource"]}}",
              "expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}"
            }
            """)
        : (401, "{}");

    (int Status, string Body) Answer(HttpRequest request, HttpResponse response, string body)
    {
        if (request.Headers.Authorization.ToString() != "Bearer " + Token)
        {
            // What does not say who asks must not say anything else.
            Assert.Empty(body);
            response.Headers.WWWAuthenticate = $"Bearer authorization=\"https://login.example.com/the-tenant\", resource=\"{Resource}\"";
            return (401, """{"error":{"code":"Unauthorized","message":"no token"}}""");
        }

        if (IsBusy())
        {
            response.Headers.RetryAfter = RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return (429, """{"error":{"code":"Throttled","message":"too many"}}""");
        }

        if (Instead is { } other) return other;
        var version = new Uri(Vault, "keys/factory-ca/0123456789abcdef0123456789abcdef");
        var q = Key.ExportParameters(false).Q;
        if (request.Method == "GET" && request.Path.Value is "/keys/factory-ca" or "/keys/factory-ca/0123456789abcdef0123456789abcdef")
            return (200, Bend($$"""
                {
                  "key":{
                    "kid":"{{version}}","kty":"EC-HSM","key_ops":["sign","verify"],
                    "crv":"P-256","x":"{{Url(q.X!)}}","y":"{{Url(q.Y!)}}"
                  },
                  "attributes":{"enabled":true,"created":1493942451}
                }
                """));
        if (request.Method != "POST" || request.Path.Value != version.AbsolutePath + "/sign")
            return (404, """{"error":{"code":"KeyNotFound","message":"no such key"}}""");
        var asked = JsonDocument.Parse(body).RootElement;
        Assert.Equal("ES256", asked.GetProperty("alg").GetString());
        var signature =
            Key.SignHash(
                Convert.FromBase64String(asked.GetProperty("value").GetString()!.Replace('-', '+').Replace('_', '/').PadRight(44, '=')));
        return (200, $$"""{"kid":"{{version}}","value":"{{Url(signature)}}"}""");
    }

    // Requests come at the same time.
    bool IsBusy()
    {
        lock (Requests)
        {
            if (ThrottledAfter-- > 0 || Throttled == 0) return false;
            Throttled--;
            return true;
        }
    }

    static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        Key.Dispose();
    }

    sealed class Quick : ClientOptions
    {
        public Quick()
        {
            Retry.MaxRetries = 3;
            Retry.Delay = TimeSpan.FromMilliseconds(10);
            Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        }
    }
}

/// <summary>A request as it came.</summary>
public sealed record ReceivedRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Gives the tests' token, and remembers what it was asked for.</summary>
public sealed class TestCredential : TokenCredential
{
    public List<TokenRequestContext> Asked { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(requestContext);
        return new AccessToken(StandIn.Token, DateTimeOffset.UtcNow.AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
