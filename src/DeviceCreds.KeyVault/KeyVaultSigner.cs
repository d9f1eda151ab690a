using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace DeviceCreds;

/// <summary>
/// A CA key in Azure Key Vault or a managed HSM, which only signs. It makes the two REST calls that are needed (get key, sign;
/// api-version 7.4) over Azure's own pipeline, whose policies retry, and wait for as long as the vault says (Retry-After).
/// </summary>
public sealed class KeyVaultSigner : ICertificateSigner
{
    const string ApiVersion = "7.4";

    static readonly ClientOptionsOfVault Defaults = new();

    readonly HttpPipeline _pipeline;
    readonly CancellationTokenSource _disposed = new();

    KeyVaultSigner(HttpPipeline pipeline, Uri keyId, CancellationToken cancel)
    {
        _pipeline = pipeline;
        (KeyId, PublicPoint) = Send(RequestMethod.Get, VaultKeyId.Check(keyId), "", null, cancel, answer => ReadKey(answer, keyId));
    }

    /// <summary>The identifier of the key's version that signs.</summary>
    public string Location => KeyId.ToString();

    /// <inheritdoc/>
    public byte[] PublicPoint { get; }

    Uri KeyId { get; }

    /// <summary>Takes a key with the credential that the environment offers: variables, a managed identity, az login, ...</summary>
    /// <param name="keyId">The key's identifier, with or without a version.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InputException">The key is not there, not for this account, or not on P-256; or the vault cannot be
    /// reached.</exception>
    public static ICertificateSigner Open(Uri keyId, CancellationToken cancel) =>
        Open(keyId, new DefaultAzureCredential(), Defaults, cancel);

    internal static KeyVaultSigner Open(Uri keyId, TokenCredential credential, ClientOptions options, CancellationToken cancel) =>
        new(HttpPipelineBuilder.Build(options, [], [new VaultAuthentication(credential)], new Classifier()), keyId, cancel);

    /// <inheritdoc/>
    public byte[] Sign(byte[] data, CancellationToken cancel = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposed.Token);
        var digest = Base64Url.Encode(Digest.Sha256(data));
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = "ES256", ["value"] = digest });
        var signature = Send(RequestMethod.Post, KeyId, "/sign", body, ended.Token,
            answer => Base64Url.Decode(answer.GetProperty("value").GetString()));
        return RawSignature.ToDer(signature ?? throw Malformed(KeyId));
    }

    /// <summary>Ends requests that still wait for the vault.</summary>
    public void Dispose() => _disposed.Cancel();

    T Send<T>(RequestMethod method, Uri keyId, string operation, byte[]? body, CancellationToken cancel, Func<JsonElement, T> read)
    {
        try
        {
            using var message = _pipeline.CreateMessage();
            message.Request.Method = method;
            message.Request.Uri.Reset(keyId);
            message.Request.Uri.AppendPath(operation, escape: false);
            message.Request.Uri.AppendQuery("api-version", ApiVersion);
            message.Request.Headers.Add("Accept", "application/json");
            if (body is not null)
            {
                message.Request.Headers.Add("Content-Type", "application/json");
                message.Request.Content = RequestContent.Create(body);
            }

            _pipeline.Send(message, cancel);
            if (message.Response.Status != 200) throw VaultErrors.Explain(message.Response, keyId);
            using var answer = JsonDocument.Parse(message.Response.Content);
            return read(answer.RootElement);
        }
        catch (Exception e)
            when (e is AuthenticationFailedException or RequestFailedException or AggregateException or HttpRequestException)
        {
            throw VaultErrors.Explain(e, keyId);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Malformed(keyId);
        }
    }

    static (Uri Id, byte[] Point) ReadKey(JsonElement answer, Uri asked)
    {
        var key = answer.GetProperty("key");
        // Only the version that was read is used to sign.
        if (!Uri.TryCreate(Text(key, "kid"), UriKind.Absolute, out var id) || id.Scheme != asked.Scheme || id.Authority != asked.Authority)
            throw Malformed(asked);
        var (type, curve) = (Text(key, "kty"), Text(key, "crv"));
        if (type is not ("EC" or "EC-HSM") || curve != "P-256")
            throw new InputException("IssuerKeyUnsupported", ErrorKind.InvalidData,
                $"The key {id} is {SubjectText.Shorten(type)}{(curve.Length > 0 ? " on " + SubjectText.Shorten(curve) : "")}.",
                "Device certificates are signed by a CA on P-256: az keyvault key create --kty EC --curve P-256.");
        if (key.TryGetProperty("key_ops", out var operations) && operations.EnumerateArray().All(o => o.GetString() != "sign"))
            throw new InputException("KeyVaultKeyMayNotSign", ErrorKind.AccessDenied,
                $"The key {id} may not sign: its operations lack 'sign'.", "Add it: az keyvault key set-attributes --ops sign verify.");
        if (answer.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty("enabled", out var enabled)
            && !enabled.GetBoolean())
            throw new InputException("KeyVaultKeyDisabled", ErrorKind.AccessDenied, $"The key {id} is disabled.",
                "Enable it: az keyvault key set-attributes --enabled true.");
        byte[] point = [4, .. Coordinate(key, "x"), .. Coordinate(key, "y")];
        return P256.IsPoint(point) ? (id, point) : throw Malformed(asked);
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    static byte[] Coordinate(JsonElement jwk, string name) => Base64Url.Decode(Text(jwk, name)) ?? [];

    static InputException Malformed(Uri keyId) =>
        new("KeyVaultAnswerMalformed", ErrorKind.InvalidData, $"{keyId.Host} did not reply like a key vault.",
            "Is the address of the key right, and is there a proxy between this computer and Azure?");

    /// <summary>A server with a wrong certificate will show it again.</summary>
    sealed class Classifier : ResponseClassifier
    {
        public override bool IsRetriableException(Exception exception) =>
            base.IsRetriableException(exception) && !VaultErrors.IsDistrust(exception);
    }

    sealed class ClientOptionsOfVault : ClientOptions
    {
        public ClientOptionsOfVault()
        {
            // A vault allows some 2,000 signatures in 10 seconds; a factory waits for its turn.
            Retry.MaxRetries = 5;
            Retry.MaxDelay = TimeSpan.FromSeconds(30);
            Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        }
    }
}
