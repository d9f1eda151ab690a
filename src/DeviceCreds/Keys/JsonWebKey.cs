using System.Text.Json;

namespace DeviceCreds;

/// <summary>A private key as a JSON Web Key (RFC 7517; RFC 7518, 6.2).</summary>
internal static class JsonWebKey
{
    /// <summary>What the JSON holds: scalar and point of a P-256 key, or a description of another kind of key.</summary>
    /// <exception cref="UnreadableException">A member is missing or is not Base64 for URLs.</exception>
    public static (byte[]? Scalar, byte[]? Point, string? Problem) Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var key = document.RootElement;
        var (type, curve) = (Text(key, "kty"), Text(key, "crv"));
        // SEC 2's and X9.62's names of the curve, which a few programs write.
        if (type != "EC" || curve is not ("P-256" or "secp256r1" or "prime256v1")) return (
            null, null, $"a JSON Web Key of the kind {Shown(type)}{(curve is null ? "" : $" on the curve {Shown(curve)}")}");
        var (x, y) = (Coordinate(key, "x"), Coordinate(key, "y"));
        return (Bytes(key, "d") ?? throw new UnreadableException("its member d is missing"), [4, .. x, .. y], null);
    }

    static byte[] Coordinate(JsonElement key, string name) =>
        Bytes(key, name) is { Length: P256.ScalarSize } bytes ? bytes :
            throw new UnreadableException($"its member {name} is missing, or does not have {P256.ScalarSize} bytes");

    static byte[]? Bytes(JsonElement key, string name)
    {
        if (Text(key, name) is not { } text) return null;
        var digits = text.ToCharArray();
        try
        {
            return Base64.TryDecode(digits, digits.Length) ?? throw new UnreadableException($"its member {name} is not Base64 for URLs");
        }
        finally
        {
            Array.Clear(digits, 0, digits.Length);
        }
    }

    static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Names of kinds and curves are short; longer text is not shown.
    static string Shown(string? name) => name is { Length: > 0 and <= 16 }
        && name.All(c => c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') ? name : "(unknown)";
}
