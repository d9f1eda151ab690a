using System.Security.Authentication;
using System.Text.Json;
using Azure;
using Azure.Identity;

namespace DeviceCreds;

/// <summary>Turns the errors of a vault into messages for people.</summary>
internal static class VaultErrors
{
    const int MaximumReason = 200;

    public static InputException Explain(Exception error, Uri keyId) => error switch
    {
        AuthenticationFailedException =>
            new InputException("KeyVaultLoginFailed", ErrorKind.Authentication,
                $"Logging in to Azure failed: {Reason(error)}",
                "Log in (az login), or give the build agent an identity (AZURE_CLIENT_ID, AZURE_TENANT_ID, ...). "
                    + "AZURE_TOKEN_CREDENTIALS=AzureCliCredential tries only that one, and says why it fails.", inner: error),
        _ when IsDistrust(error) =>
            new InputException("KeyVaultNotTrusted", ErrorKind.AccessDenied,
                $"The server at {keyId.Host} is not trusted, so no request was sent: {Reason(Cause(error))}",
                "If a company proxy decrypts TLS, this computer must trust the proxy's CA.", inner: error),
        _ => new InputException("KeyVaultUnreachable", ErrorKind.InputOutput,
            $"The vault {keyId.Host} cannot be reached: {Reason(Cause(error))}",
            "Is its name spelled correctly, and does the network allow the connection?", inner: error),
    };

    /// <summary>Whether the server's certificate was refused.</summary>
    public static bool IsDistrust(Exception error) => Cause(error) is AuthenticationException;

    // The error of the first of several tries.
    static Exception Cause(Exception error) => error.InnerException is { } inner ? Cause(inner) : error;

    // The first line, without the link to the page that explains it. The next lines name every method that is not set up.
    static string Reason(Exception error)
    {
        var line = error.Message.Split('\n')[0].TrimEnd();
        var guide = line.IndexOf(" See the troubleshooting guide", StringComparison.Ordinal);
        return SubjectText.Clean(guide < 0 ? line : line.Substring(0, guide), MaximumReason);
    }

    public static InputException Explain(Response response, Uri keyId)
    {
        var said = Said(response);
        return response.Status switch
        {
            401 or 403 =>
                new InputException("KeyVaultAccessDenied", ErrorKind.AccessDenied,
                    $"The vault {keyId.Host} refuses this account{said}.",
                    "It needs the permissions get and sign on keys (role Key Vault Crypto User), and the vault's firewall must let it in."),
            404 => new InputException("KeyVaultKeyNotFound", ErrorKind.NotFound,
                $"There is no such key in the vault {keyId.Host}{said}.", "List what is there: az keyvault key list --vault-name <name>."),
            429 => new InputException("KeyVaultBusy", ErrorKind.LimitExceeded,
                $"The vault {keyId.Host} still refuses more requests after several tries{said}.",
                "Issue more slowly, or from several vaults."),
            _ => new InputException("KeyVaultFailed", ErrorKind.InputOutput,
                $"The vault {keyId.Host} answers with status {response.Status}{said}.", "Try again; Azure's status page may say more."),
        };
    }

    // { "error": { "code": ... } }
    static string Said(Response response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content);
            if (!document.RootElement.TryGetProperty("error", out var error) || !error.TryGetProperty("code", out var code)) return "";
            return code.GetString() is { Length: > 0 } text ? $" ({SubjectText.Shorten(text)})" : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
