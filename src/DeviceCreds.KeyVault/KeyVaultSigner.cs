using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace DeviceCreds;

/// <summary>
/// A CA key in Azure Key Vault or a managed HSM, which only signs. It speaks the two REST calls that this takes (get key, sign;
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
        using var key = Send(RequestMethod.Get, VaultKeyId.Check(keyId), "", null, cancel);
        var jwk = key.RootElement.GetProperty("key");
        Location = jwk.GetProperty("kid").GetString()!;
        // Signatures go to the version that was read, and to no other place.
        if (!Uri.TryCreate(Location, UriKind.Absolute, out var own) || own.Host != keyId.Host) throw Malformed(keyId);
        KeyId = own;
        PublicPoint = ReadPoint(jwk, Location);
        if (jwk.TryGetProperty("key_ops", out var operations) && operations.EnumerateArray().All(o => o.GetString() != "sign"))
            throw new InputException("KeyVaultKeyMayNotSign", ErrorKind.AccessDenied, $"the key {Location} may not sign: its operations lack 'sign'.", "Add it: az keyvault key set-attributes --ops sign verify.");
        if (key.RootElement.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty("enabled", out var enabled) && !enabled.GetBoolean())
            throw new InputException("KeyVaultKeyDisabled", ErrorKind.AccessDenied, $"the key {Location} is disabled.", "Enable it: az keyvault key set-attributes --enabled true.");
    }

    /// <summary>The identifier of the key's version that signs.</summary>
    public string Location { get; }

    /// <inheritdoc/>
    public byte[] PublicPoint { get; }

    Uri KeyId { get; }

    /// <summary>Takes a key with the credential that the environment offers: variables, a managed identity, az login, ...</summary>
    /// <param name="keyId">The key's identifier, with or without a version.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InputException">The key is not there, not for this account, or not on P-256; or the vault cannot be reached.</exception>
    public static ICertificateSigner Open(Uri keyId, CancellationToken cancel) => Open(keyId, new DefaultAzureCredential(), Defaults, cancel);

    internal static KeyVaultSigner Open(Uri keyId, TokenCredential credential, ClientOptions options, CancellationToken cancel) =>
        new(HttpPipelineBuilder.Build(options, [], [new VaultAuthentication(credential)], null), keyId, cancel);

    /// <inheritdoc/>
    public byte[] Sign(byte[] data)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = "ES256", ["value"] = Base64Url.Encode(P256.Sha256(data)) });
        using var answer = Send(RequestMethod.Post, KeyId, "/sign", body, _disposed.Token);
        return RawSignature.ToDer(Base64Url.Decode(answer.RootElement.TryGetProperty("value", out var value) ? value.GetString() : null) ?? throw Malformed(KeyId));
    }

    /// <summary>Ends what is still waiting for the vault.</summary>
    public void Dispose() => _disposed.Cancel();

    JsonDocument Send(RequestMethod method, Uri keyId, string operation, byte[]? body, CancellationToken cancel)
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
            return message.Response.Status == 200 ? JsonDocument.Parse(message.Response.Content) : throw VaultErrors.Explain(message.Response, keyId);
        }
        catch (AuthenticationFailedException e)
        {
            // Its message is a page that names every way of logging in; the first line says which did not work.
            throw new InputException("KeyVaultLoginFailed", ErrorKind.Authentication, $"nobody could be logged in to Azure: {SubjectText.Shorten(e.Message.Split('\n')[0])}", "Log in (az login), or give the build agent an identity (AZURE_CLIENT_ID, AZURE_TENANT_ID, ...).", inner: e);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or HttpRequestException)
        {
            throw new InputException("KeyVaultUnreachable", ErrorKind.InputOutput, $"the vault {keyId.Host} cannot be reached: {SubjectText.Shorten((e.InnerException ?? e).Message)}", "Is its name spelled right, and does the network let this computer reach it?", inner: e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Malformed(keyId);
        }
    }

    static byte[] ReadPoint(JsonElement jwk, string location)
    {
        var (type, curve) = (Text(jwk, "kty"), Text(jwk, "crv"));
        if (type is not ("EC" or "EC-HSM") || curve != "P-256")
            throw new InputException("IssuerKeyUnsupported", ErrorKind.InvalidData, $"the key {location} is {SubjectText.Shorten(type)}{(curve.Length > 0 ? " on " + SubjectText.Shorten(curve) : "")}.", "Device certificates are signed by a CA on P-256: az keyvault key create --kty EC --curve P-256.");
        byte[] point = [4, .. Coordinate(jwk, "x"), .. Coordinate(jwk, "y")];
        return P256.IsPoint(point) ? point : throw Malformed(new Uri(location));
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    static byte[] Coordinate(JsonElement jwk, string name) => Base64Url.Decode(Text(jwk, name)) ?? [];

    static InputException Malformed(Uri keyId) => new("KeyVaultAnswerMalformed", ErrorKind.InvalidData, $"what {keyId.Host} answers is not what a key vault answers.", "Is the address of the key right, and does nothing stand between here and Azure?");

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
