using System.Formats.Cbor;

namespace SimulatedDevice;

/// <summary>What the device's factory configurator client says to a bundle.</summary>
sealed record Reply(int Status, string Info)
{
    public string? SessionId { get; init; }

    public List<string> Warnings { get; init; } = [];

    public List<(string Key, byte[] Request)> Requests { get; init; } = [];

    /// <summary>The CBOR, a map of indefinite length; null when it does not fit.</summary>
    public byte[]? Encode()
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartMap(null);
        Text(cbor, "SchemeVersion", "0.0.1");
        if (SessionId is not null) Text(cbor, "SID", SessionId);
        cbor.WriteTextString("ReturnStatus");
        cbor.WriteInt32(Status);
        Text(cbor, "InfoMessage", Info + "\n");
        if (Warnings.Count > 0) Text(cbor, "WarningInfo", string.Concat(Warnings.Select(w => w + "\n")));
        if (Requests.Count > 0)
        {
            cbor.WriteTextString("Csrs");
            cbor.WriteStartArray(Requests.Count);
            foreach (var (key, request) in Requests)
            {
                cbor.WriteStartMap(2);
                Text(cbor, "PrKN", key);
                cbor.WriteTextString("Data");
                cbor.WriteByteString(request);
                cbor.WriteEndMap();
            }

            cbor.WriteEndArray();
        }

        cbor.WriteEndMap();
        var content = cbor.Encode();
        return content.Length <= (Requests.Count > 0 ? 2560 : 512) ? content : null;
    }

    static void Text(CborWriter cbor, string key, string value)
    {
        cbor.WriteTextString(key);
        cbor.WriteTextString(value);
    }
}
