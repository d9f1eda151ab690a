using System.Text.Json;

namespace DeviceCreds;

/// <summary>
/// The file beside a CA's certificate with the places where it publishes: JSON with one list of URIs for each parameter of
/// New-CertificateAuthority that they came from.
/// </summary>
internal static class AuthorityUrisFile
{
    const string CrlDistributionPoint = "CrlDistributionPoint";
    const string OcspUri = "OcspUri";
    const string CaIssuersUri = "CaIssuersUri";

    public static string Write(AuthorityUris uris) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        Write(json, CrlDistributionPoint, uris.CrlDistributionPoints);
        Write(json, OcspUri, uris.Ocsp);
        Write(json, CaIssuersUri, uris.CaIssuers);
        json.WriteEndObject();
    });

    /// <exception cref="InputException">It is something else, or a URI is not possible.</exception>
    public static AuthorityUris Read(InputFile file)
    {
        try
        {
            using var document = JsonDocument.Parse(file.RequireText("AuthorityUrisMalformed"));
            var root = document.RootElement;
            return AuthorityUris.Create(Read(root, CrlDistributionPoint), Read(root, OcspUri), Read(root, CaIssuersUri));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UriFormatException)
        {
            throw file.Invalid("AuthorityUrisMalformed", "expected JSON with lists of URIs, found something else.",
                "Write it again: Export-CertificateAuthority -Force.", inner: e);
        }
        catch (IssuanceException e)
        {
            throw file.Invalid(e.ErrorId, e.Problem, e.Advice!, inner: e);
        }
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Uri> uris)
    {
        if (uris.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var uri in uris) json.WriteStringValue(uri.AbsoluteUri);
        json.WriteEndArray();
    }

    static List<Uri> Read(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(Uri)] : [];

    static Uri Uri(JsonElement text) => new(text.GetString() ?? "", UriKind.RelativeOrAbsolute);
}
