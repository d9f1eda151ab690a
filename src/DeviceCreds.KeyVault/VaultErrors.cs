using System.Text.Json;
using Azure;

namespace DeviceCreds;

/// <summary>What a vault's refusals mean to a person.</summary>
internal static class VaultErrors
{
    public static InputException Explain(Response response, Uri keyId)
    {
        var said = Said(response);
        return response.Status switch
        {
            401 or 403 => new InputException("KeyVaultAccessDenied", ErrorKind.AccessDenied, $"The vault {keyId.Host} refuses this account{said}.", "It needs the permissions get and sign on keys (role Key Vault Crypto User), and the vault's firewall must let it in."),
            404 => new InputException("KeyVaultKeyNotFound", ErrorKind.NotFound, $"There is no such key in the vault {keyId.Host}{said}.", "List what is there: az keyvault key list --vault-name <name>."),
            429 => new InputException("KeyVaultBusy", ErrorKind.LimitExceeded, $"The vault {keyId.Host} has no time for more requests, after several tries{said}.", "Issue more slowly, or from several vaults."),
            _ => new InputException("KeyVaultFailed", ErrorKind.InputOutput, $"The vault {keyId.Host} answers with status {response.Status}{said}.", "Try again; Azure's status page may say more."),
        };
    }

    // { "error": { "code": ... } }
    static string Said(Response response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content);
            return document.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("code", out var code) && code.GetString() is { Length: > 0 } text ? $" ({SubjectText.Shorten(text)})" : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
