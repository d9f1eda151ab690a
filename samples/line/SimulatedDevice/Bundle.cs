using System.Formats.Cbor;

namespace SimulatedDevice;

/// <summary>A bundle, as far as the simulated device checks it.</summary>
sealed class Bundle
{
    public string? SessionId { get; private set; }

    public bool KeepAlive { get; private set; }

    public bool Verify { get; private set; } = true;

    public Dictionary<string, object> Parameters { get; } = [];

    public Dictionary<string, byte[]> PrivateKeys { get; } = [];

    /// <summary>Certificates, and chains with the leaf first.</summary>
    public Dictionary<string, List<byte[]>> Certificates { get; } = [];

    /// <summary>The names of the keys to make, and the subjects of their requests.</summary>
    public List<(string Key, string Subject)> Requests { get; } = [];

    /// <exception cref="CborContentException">It is not a bundle.</exception>
    public static Bundle Read(byte[] message)
    {
        var (bundle, cbor) = (new Bundle(), new CborReader(message));
        Map(cbor, key =>
        {
            switch (key)
            {
                case "SID": bundle.SessionId = cbor.ReadTextString(); break;
                case "KpAlvSess": bundle.KeepAlive = cbor.ReadInt32() == 1; break;
                case "Verify": bundle.Verify = cbor.ReadInt32() == 1; break;
                case "Keys": Array(cbor, () => bundle.ReadKey(cbor)); break;
                case "Certificates" or "CertificateChains": Array(cbor, () => bundle.ReadCertificate(cbor)); break;
                case "ConfigParams": Array(cbor, () => bundle.ReadParameter(cbor)); break;
                case "CsrReqs": Array(cbor, () => bundle.ReadRequest(cbor)); break;
                default: cbor.SkipValue(); break;
            }
        });
        return bundle;
    }

    void ReadKey(CborReader cbor)
    {
        var entry = Entry(cbor);
        PrivateKeys[(string)entry["Name"]] = (byte[])entry["Data"];
    }

    void ReadCertificate(CborReader cbor)
    {
        var entry = Entry(cbor);
        Certificates[(string)entry["Name"]] = entry.TryGetValue("DataArray", out var chain) ? (List<byte[]>)chain : [(byte[])entry["Data"]];
    }

    void ReadParameter(CborReader cbor)
    {
        var entry = Entry(cbor);
        Parameters[(string)entry["Name"]] = entry["Data"];
    }

    void ReadRequest(CborReader cbor)
    {
        var entry = Entry(cbor);
        Requests.Add(((string)entry["PrKN"], (string)entry["Subj"]));
    }

    static Dictionary<string, object> Entry(CborReader cbor)
    {
        var entry = new Dictionary<string, object>();
        Map(cbor, key =>
        {
            switch (cbor.PeekState())
            {
                case CborReaderState.TextString: entry[key] = cbor.ReadTextString(); break;
                case CborReaderState.ByteString: entry[key] = cbor.ReadByteString(); break;
                case CborReaderState.StartArray:
                    var list = new List<byte[]>();
                    Array(cbor, () => list.Add(cbor.ReadByteString()));
                    entry[key] = list;
                    break;
                case CborReaderState.StartMap: cbor.SkipValue(); break;
                default: entry[key] = cbor.ReadInt64(); break;
            }
        });
        return entry;
    }

    static void Map(CborReader cbor, Action<string> value)
    {
        cbor.ReadStartMap();
        while (cbor.PeekState() != CborReaderState.EndMap) value(cbor.ReadTextString());
        cbor.ReadEndMap();
    }

    static void Array(CborReader cbor, Action element)
    {
        cbor.ReadStartArray();
        while (cbor.PeekState() != CborReaderState.EndArray) element();
        cbor.ReadEndArray();
    }
}
