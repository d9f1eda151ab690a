using Azure.Core;
using Azure.Core.Pipeline;

namespace DeviceCreds;

/// <summary>
/// How a vault asks for authentication: the first request has no token, and the response (401) says which service the token
/// is for and which tenant issues it.
/// </summary>
internal sealed class VaultAuthentication(TokenCredential credential)
    : BearerTokenAuthenticationPolicy(credential, "https://vault.azure.net/.default")
{
    TokenRequestContext? _context;

    protected override void AuthorizeRequest(HttpMessage message)
    {
        if (_context is { } context) AuthenticateAndAuthorizeRequest(message, context);
    }

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message)
    {
        if (!message.Response.Headers.TryGetValue("WWW-Authenticate", out var challenge) || challenge is null) return false;
        var resource = Parameter(challenge, "resource") ?? Parameter(challenge, "scope");
        var tenant = Tenant(Parameter(challenge, "authorization") ?? Parameter(challenge, "authorization_uri"));
        if (resource is null || !Uri.TryCreate(resource, UriKind.Absolute, out var service)) return false;
        // A server that pretends to be a vault must not get a token for another service.
        if (!("." + message.Request.Uri.Host).EndsWith("." + service.Host, StringComparison.OrdinalIgnoreCase))
            throw new InputException("KeyVaultChallengeInvalid", ErrorKind.AccessDenied,
                $"The vault asks for a token for '{SubjectText.Shorten(service.Host)}', to which it does not belong. No token was sent.",
                "Is the address of the key right, and is there a proxy between this computer and Azure?");
        var scope = resource.TrimEnd('/');
        if (!scope.EndsWith("/.default", StringComparison.Ordinal)) scope += "/.default";
        _context = new TokenRequestContext([scope], message.Request.ClientRequestId, tenantId: tenant);
        AuthenticateAndAuthorizeRequest(message, _context.Value);
        return true;
    }

    static string? Tenant(string? authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var uri) && uri.Segments.Length > 1 ? uri.Segments[1].Trim('/') : null;

    // Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net" (RFC 6750, 3)
    static string? Parameter(string challenge, string name)
    {
        var start = challenge.IndexOf(name + "=\"", StringComparison.OrdinalIgnoreCase);
        if (start < 0) return null;
        start += name.Length + 2;
        var end = challenge.IndexOf('"', start);
        return end < 0 ? null : challenge.Substring(start, end - start);
    }
}
