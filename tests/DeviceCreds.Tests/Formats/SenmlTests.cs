using System.Formats.Cbor;
using System.Text;
using CsCheck;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>SenML (RFC 8428) in JSON and CBOR: the bytes, what other decoders make of them, and what is refused.</summary>
public class SenmlTests
{
    static readonly DeviceCredential Bootstrap = Delivery.Issue(CredentialKind.Bootstrap);
    static readonly DeviceCredential Lwm2m = Delivery.Issue(CredentialKind.Lwm2m);

    static readonly DeviceConfiguration Configuration = new()
    {
        ServerUri = "coaps://lwm2m.example.com:5684?aid=a&b=\"c\\d\"+ü", ServerCertificate = Delivery.ServerAuthority,
        ShortServerId = 65534, Lifetime = 4294967295,
        StoreNotifications = false, Binding = "UQ", ServerName = "lwm2m.example.com", MatchingType = 0, CipherSuites = [49326],
    };

    /// <summary>Path, type and value of every record, in the file's order.</summary>
    static readonly string[] Records =
    [
        "/0/1/0 text " + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Configuration.ServerUri!)),
        "/0/1/1 boolean false",
        "/0/1/2 number 2",
        "/0/1/3 bytes " + Convert.ToHexStringLower(Lwm2m.CertificateDer),
        "/0/1/4 bytes " + Convert.ToHexStringLower(Delivery.ServerAuthority.CertificateDer),
        "/0/1/5 bytes " + Convert.ToHexStringLower(Lwm2m.PrivateKey!.ToDer()),
        "/0/1/10 number 65534",
        "/0/1/13 number 0",
        "/0/1/14 text " + Convert.ToHexStringLower("lwm2m.example.com"u8),
        "/0/1/15 number 2",
        "/0/1/16/0 number 49326",
        "/1/0/0 number 65534",
        "/1/0/1 number 4294967295",
        "/1/0/6 boolean false",
        "/1/0/7 text 5551",
    ];

    // Resolves base names as RFC 8428, 4.6 says, and insists on exact types: Python's bool is an int.
    const string Resolve = """
        import sys
        def resolve(pack, labels, data):
            bn, n, v, vs, vb, vd = labels
            assert type(pack) is list
            base = ''
            for record in pack:
                assert type(record) is dict and set(record) <= set(labels), record
                base = record.get(bn, base)
                name = base + record.get(n, '')
                (label,) = set(record) - {bn, n}
                value = record[label]
                if label == v: assert type(value) is int; print(name, 'number', value)
                elif label == vs: assert type(value) is str; print(name, 'text', value.encode().hex())
                elif label == vb: assert type(value) is bool; print(name, 'boolean', str(value).lower())
                else: print(name, 'bytes', data(value).hex())
        """;

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Pythons_cbor2_reads_what_was_written()
    {
        using var folder = new TempFolder();
        folder.Write("x.cbor", Delivery.Write("SenmlCbor", Lwm2m, Configuration)["LwM2MObjects.senml.cbor"]);
        folder.Write("x.py", Resolve + """

            import cbor2
            def check(value):
                assert type(value) is bytes
                return value
            f = open('x.cbor', 'rb')
            pack = cbor2.load(f)
            assert f.read() == b'', 'trailing bytes'
            resolve(pack, (-2, 0, 2, 3, 4, 8), check)
            """);
        Assert.Equal(Records, Lines(Tool.Bash(folder.Path, $"{Tool.PythonWith("cbor2")} x.py")));
    }

    [Fact]
    public void Pythons_json_reads_what_was_written()
    {
        using var folder = new TempFolder();
        folder.Write("x.json", Delivery.Write("SenmlJson", Lwm2m, Configuration)["LwM2MObjects.senml.json"]);
        folder.Write("x.py", Resolve + """

            import base64, json
            def check(value):
                assert type(value) is str and '=' not in value and '+' not in value and '/' not in value
                return base64.urlsafe_b64decode(value + '=' * (-len(value) % 4))
            resolve(json.load(open('x.json', encoding='utf-8')), ('bn', 'n', 'v', 'vs', 'vb', 'vd'), check)
            """);
        Assert.Equal(Records, Lines(Tool.Bash(folder.Path, "python3 x.py", "python3")));
    }

    [Fact]
    public void The_CBOR_is_as_one_writes_it_by_hand()
    {
        var key = DeviceKey.Generate();
        var credential = Delivery.Issue(CredentialKind.Bootstrap, key: key);
        byte[] expected =
        [
            0x86,
            0xA3, 0x21, 0x65, .. "/0/0/"u8, 0x00, 0x61, .. "0"u8, 0x03, 0x6E, .. "coaps://h:5684"u8,
            0xA2, 0x00, 0x61, .. "1"u8, 0x04, 0xF5,
            0xA2, 0x00, 0x61, .. "2"u8, 0x02, 0x02,
            0xA2, 0x00, 0x61, .. "3"u8, 0x08, 0x59, (byte)(credential.CertificateDer.Length >> 8),
            (byte)credential.CertificateDer.Length, .. credential.CertificateDer,
            0xA2, 0x00, 0x61, .. "4"u8, 0x08, 0x59, (byte)(Delivery.Server.CertificateDer.Length >> 8),
            (byte)Delivery.Server.CertificateDer.Length, .. Delivery.Server.CertificateDer,
            0xA2, 0x00, 0x61, .. "5"u8, 0x08, 0x58, 121, .. key.ToDer(),
        ];
        Assert.Equal(expected,
            Delivery.Write("SenmlCbor", credential,
                new DeviceConfiguration { ServerUri = "coaps://h:5684",
                    ServerCertificate = Delivery.Server })["BootstrapObjects.senml.cbor"]);
    }

    [Fact]
    public void The_JSON_is_as_one_writes_it_by_hand()
    {
        var expected =
            $$"""[{"bn":"/0/0/","n":"0","vs":"coaps://h?a=b&c=ü"},{"n":"1","vb":true},{"n":"2","v":2},"""
                + $$"""{"n":"3","vd":"{{Url(Bootstrap.CertificateDer)}}"},{"n":"4","vd":"{{Url(Delivery.Server.CertificateDer)}}"},"""
                + $$"""{"n":"5","vd":"{{Url(Bootstrap.PrivateKey!.ToDer())}}"}]""";
        Assert.Equal(expected,
            Encoding.UTF8.GetString(
                Delivery.Write("SenmlJson", Bootstrap,
                    new DeviceConfiguration { ServerUri = "coaps://h?a=b&c=ü",
                        ServerCertificate = Delivery.Server })["BootstrapObjects.senml.json"]));
    }

    static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    [Fact]
    public void Packs_that_others_write_are_read()
    {
        var (certificate, key) = (Url(Bootstrap.CertificateDer), Url(Bootstrap.PrivateKey!.ToDer()));
        var server = new DeviceConfiguration { ServerUri = "coaps://h" };
        foreach (var json in new[]
        {
            // Whole paths without base names, in another order, with white space and a byte-order mark.
            $$"""{{'\uFEFF'}} [ {"vd":"{{key}}","n":"/0/0/5"}, {"n":"/0/0/3","vd":"{{certificate}}"},"""
                + $$"""{{'\n'}}{"n":"/0/0/2","v":2},{"n":"/0/0/1","vb":true},{"n":"/0/0/0","vs":"coaps:\/\/\u0068"} ]{{'\n'}}""",
            // The base name is a whole path, or ends without the slash, and holds until the next.
            $$"""[{"bn":"/0/0/0","vs":"coaps://h"},{"bn":"/0/0","n":"/1","vb":true},{"n":"/2","v":2},"""
                + $$"""{"n":"/3","vd":"{{certificate}}"},{"bn":"/0/0/","n":"5","vd":"{{key}}"}]""",
        })
        {
            var read = Delivery.Read("x.json", Encoding.UTF8.GetBytes(json));
            Delivery.AssertSame(Bootstrap, read);
            Delivery.AssertSame(server, read.Configuration);
        }

        // Indefinite lengths of the array and the maps.
        var writer = new CborWriter();
        writer.WriteStartArray(null);
        foreach (var (name, label, write) in new (string, int, Action)[]
        {
            ("/0/0/0", 3, () => writer.WriteTextString("coaps://h")), ("/0/0/1", 4, () => writer.WriteBoolean(true)),
            ("/0/0/2", 2, () => writer.WriteInt32(2)),
            ("/0/0/3", 8, () => writer.WriteByteString(Bootstrap.CertificateDer)),
            ("/0/0/5", 8, () => writer.WriteByteString(Bootstrap.PrivateKey!.ToDer(KeyEncoding.Pkcs8))),
        })
        {
            writer.WriteStartMap(null);
            writer.WriteInt32(label);
            write();
            writer.WriteInt32(0);
            writer.WriteTextString(name);
            writer.WriteEndMap();
        }

        writer.WriteEndArray();
        var fromCbor = Delivery.Read("x.cbor", writer.Encode());
        Delivery.AssertSame(Bootstrap, fromCbor);
        Delivery.AssertSame(server, fromCbor.Configuration);
    }

    [Theory]
    [InlineData("ObjectsWrongType", "record 2", "[{\"n\":\"/0/0/2\",\"v\":2},1]", "82 A2 00 66 2F302F302F32 02 02 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "", "81 A0")]
    [InlineData("ObjectsMalformed", "line 1", "[{\"n\":\"/0/0/0\"", "")]
    [InlineData("ObjectsMalformed", "line 1", "[{\"n\":\"/0/0/0\",\"vs\":\"coaps://h\"}]]", "")]
    [InlineData("ObjectsMalformed", "line 2", "[{\"n\":\"/0/0/0\",\"vs\":\"coaps://h\"}]\n//", "")]
    [InlineData("ObjectsMalformed", "line 1", "[{\"n\":\"/0/0/0\",\"vs\":'h'}]", "")]
    [InlineData("ObjectsFieldMissing", "/0/0/0", "[{\"n\":\"/0/0/0\"}]", "81 A1 00 66 2F302F302F30")]
    [InlineData("ObjectsUnknownField", "'vx'", "\t[\r\n {\"n\":\"/0/0/0\",\"vx\":1}]", "81 A2 00 66 2F302F302F30 62 7678 01")]
    [InlineData("ObjectsUnknownField", "'bt'", "[{\"bt\":1}]", "81 A1 62 6274 01")]
    [InlineData("ObjectsUnknownField", "'u'", "[{\"n\":\"/0/0/0\",\"u\":\"m\"}]", "81 A2 00 66 2F302F302F30 61 75 61 6D")]
    [InlineData("ObjectsUnknownField", "/0/0/6", "[{\"n\":\"/0/0/6\",\"v\":1}]", "81 A2 00 66 2F302F302F36 02 01")]
    [InlineData("ObjectsUnknownField", "/2/0/0", "[{\"n\":\"/2/0/0\",\"v\":1}]", "81 A2 00 66 2F322F302F30 02 01")]
    [InlineData("ObjectsDuplicateField", "occurs more than once", "[{\"n\":\"/0/0/2\",\"v\":2,\"v\":2}]",
        "81 A3 00 66 2F302F302F32 02 02 02 02")]
    [InlineData("ObjectsDuplicateField", "expected one value, found 2", "[{\"n\":\"/0/0/2\",\"v\":2,\"vb\":true}]",
        "81 A3 00 66 2F302F302F32 02 02 04 F5")]
    [InlineData("ObjectsDuplicateField", "/0/0/2", "[{\"n\":\"/0/0/2\",\"v\":2},{\"n\":\"/0/0/2\",\"v\":2}]",
        "82 A2 00 66 2F302F302F32 02 02 A2 00 66 2F302F302F32 02 02")]
    [InlineData("ObjectsWrongType", "/0/0/1", "[{\"n\":\"/0/0/1\",\"v\":1}]", "81 A2 00 66 2F302F302F31 02 01")]
    [InlineData("ObjectsWrongType", "/0/0/2", "[{\"n\":\"/0/0/2\",\"vb\":true}]", "81 A2 00 66 2F302F302F32 04 F5")]
    [InlineData("ObjectsWrongType", "/0/0/3", "[{\"n\":\"/0/0/3\",\"vs\":\"x\"}]", "81 A2 00 66 2F302F302F33 03 61 78")]
    [InlineData("ObjectsWrongType", "/0/0/0", "[{\"n\":\"/0/0/0\",\"vd\":\"AAAA\"}]", "81 A2 00 66 2F302F302F30 08 43 000000")]
    [InlineData("ObjectsWrongType", "/0/0/16", "[{\"n\":\"/0/0/16\",\"v\":1}]", "81 A2 00 67 2F302F302F3136 02 01")]
    [InlineData("ObjectsWrongType", "/0/0/2/0", "[{\"n\":\"/0/0/2/0\",\"v\":2}]", "81 A2 00 68 2F302F302F322F30 02 02")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/2\",\"v\":2.5}]", "81 A2 00 66 2F302F302F32 02 F9 4100")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/2\",\"v\":99999999999999999999}]",
        "81 A2 00 66 2F302F302F32 02 1B FFFFFFFFFFFFFFFF")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/2\",\"v\":\"2\"}]", "81 A2 00 66 2F302F302F32 02 61 32")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/2\",\"v\":null}]", "81 A2 00 66 2F302F302F32 02 F6")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/1\",\"vb\":1}]", "81 A2 00 66 2F302F302F31 04 01")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":7,\"v\":1}]", "81 A2 00 07 02 01")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/3\",\"vd\":\"AA==\"}]", "81 A2 00 66 2F302F302F33 08 61 41")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/3\",\"vd\":\"A\"}]", "81 A2 00 66 2F302F302F33 08 5F 41 00 FF")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":\"/0/0/3\",\"vd\":[]}]", "81 A2 00 66 2F302F302F33 08 80")]
    [InlineData("ObjectsWrongType", "record 1", "[{\"n\":{\"a\":[]}}]", "81 A1 00 A0")]
    [InlineData("ObjectsWrongType", "record 1", "", "81 A1 41 00 00")]
    [InlineData("ObjectsWrongType", "record 1", "", "81 A1 00 C0 60")]
    [InlineData("ObjectsWrongType", "record 1", "", "81 A1 00 7F 61 2F FF")]
    [InlineData("ObjectsWrongType", "record 1", "", "82 80 80")]
    [InlineData("ObjectsUnknownField", "'5'", "", "81 A1 05 01")]
    [InlineData("ObjectsUnknownField", "'-1'", "", "81 A1 20 01")]
    [InlineData("ObjectsUnknownField", "must fit in 64 bits", "", "81 A1 1B FFFFFFFFFFFFFFFF 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "[{\"n\":\"0\",\"v\":1}]", "81 A2 00 61 30 02 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "[{\"n\":\"/0/00/0\",\"v\":1}]", "81 A2 00 67 2F302F30302F30 02 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "[{\"n\":\"/0/0/0/0/0\",\"v\":1}]", "81 A2 00 6A 2F302F302F302F302F30 02 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "[{\"n\":\"/0/0/999999\",\"v\":1}]", "81 A1 02 01")]
    [InlineData("ObjectsValueInvalid", "record 1", "[{\"n\":\"\\ud800\",\"v\":1}]", "81 A2 00 61 FF 02 01")]
    [InlineData("ObjectsTrailingData", "1 byte", "", "81 A2 00 66 2F302F302F32 02 02 00")]
    [InlineData("ObjectsMalformed", "byte", "", "82 A2 00 66 2F302F302F32 02 02")]
    [InlineData("ObjectsMalformed", "record 1", "", "81 A2 00 66 2F302F302F32 02")]
    [InlineData("ObjectsMalformed", "record 1", "", "81 A2 00 66 2F302F")]
    [InlineData("ObjectsMalformed", "record 1", "", "81 BA 7FFFFFFF 00 60")]
    public void What_is_no_account_is_refused_by_record_or_path(string id, string names, string json, string hex)
    {
        foreach (var (name, content) in new[] { ("x.json", Encoding.UTF8.GetBytes(json)),
            ("x.cbor", Convert.FromHexString(hex.Replace(" ", ""))) })
        {
            if (content.Length == 0) continue;
            var error = Delivery.Refusal(name, content);
            Assert.True(error.ErrorId == id && error.Message.Contains(names), $"{name}: {error.ErrorId}, {error.Message}");
        }
    }

    [Fact]
    public void Too_much_and_too_deep_costs_little()
    {
        var time = ThreadClock.StartNew();
        Assert.Equal("ObjectsLimitExceeded",
            Delivery.Refusal("x.json",
                Encoding.ASCII.GetBytes(
                    $"[{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"{{\"n\":\"/0/{i % 65535}/2\",\"v\":2}}"))}]")).ErrorId);
        Assert.Equal("ObjectsWrongType",
            Delivery.Refusal("x.json", Encoding.ASCII.GetBytes("[{\"n\":" + new string('[', 1_000_000))).ErrorId);
        Assert.Equal("ObjectsWrongType", Delivery.Refusal("x.cbor", [0x81, .. Enumerable.Repeat((byte)0x81, 1_000_000)]).ErrorId);
        Assert.Equal("ObjectsMalformed", Delivery.Refusal("x.cbor", [0x9B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).ErrorId);
        Assert.Equal("ObjectsMalformed",
            Delivery.Refusal("x.cbor", [0x81, 0xA1, 0x00, 0x7B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).ErrorId);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(10), $"{time.Elapsed}");
    }

    [Fact]
    public void A_file_that_is_no_pack_is_not_taken_for_one()
    {
        foreach (var text in new[] { "{\"a\":1}", "[1]", "[]", "[", " ", "[\"{\"]", "[{}]", "[{\"endpoint\":\"n\"}]",
            Bootstrap.CertificatePem })
            Assert.False(((IReadableFormat)CredentialFormats.Get("SenmlJson")).Recognises(Given.Input(text)), text);
        foreach (var bytes in new byte[][] { [], [0x80], [0xA1, 0, 0], Bootstrap.CertificateDer })
            Assert.False(((IReadableFormat)CredentialFormats.Get("SenmlCbor")).Recognises(Given.Input(bytes)));
    }

    /// <summary>Records that are nearly right: labels, paths and values that occur, put together at random.</summary>
    static readonly Gen<(int Label, object Value)[][]> Pack =
        (from label in Gen.OneOf(-2, 0, 0, 2, 3, 4, 8, 5)
         from value in Gen.OneOf<object>("/0/0/", "/1/0/", "0", "1", "2", "3", "5", "/0/0/0", "/0/0/16/0", "coaps://h", "U", 0L,
             1L, 2L, -1L, true, false, Bootstrap.CertificateDer, Bootstrap.PrivateKey!.ToDer(), Array.Empty<byte>())
         select (label, value)).Array[0, 4].Array[0, 12];

    [Fact]
    public void Whatever_the_records_say_reading_them_is_safe() =>
        Delivery.AssertSafe(
            from pack in Pack from json in Gen.Bool select (Bootstrap, json ? "x.json" : "x.cbor", json ? Json(pack) : Cbor(pack)),
            iterations: 2000);

    static byte[] Json((int Label, object Value)[][] pack) =>
        Encoding.UTF8.GetBytes("[" + string.Join(",", pack.Select(r => "{" + string.Join(",", r.Select(Pair)) + "}")) + "]");

    static string Pair((int Label, object Value) field)
    {
        var name = field.Label switch { -2 => "bn", 0 => "n", 2 => "v", 3 => "vs", 4 => "vb", 8 => "vd", _ => "x" };
        var value = field.Value switch
        {
            bool b => b ? "true" : "false",
            long n => n.ToString(),
            byte[] b => $"\"{Url(b)}\"",
            var s => $"\"{s}\"",
        };
        return $"\"{name}\":{value}";
    }

    static byte[] Cbor((int Label, object Value)[][] pack)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartArray(pack.Length);
        foreach (var record in pack)
        {
            writer.WriteStartMap(record.Length);
            foreach (var (label, value) in record)
            {
                writer.WriteInt32(label);
                if (value is bool flag) writer.WriteBoolean(flag);
                else if (value is long number) writer.WriteInt64(number);
                else if (value is byte[] bytes) writer.WriteByteString(bytes);
                else writer.WriteTextString((string)value);
            }

            writer.WriteEndMap();
        }

        writer.WriteEndArray();
        return writer.Encode();
    }
}
