using System.Text;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>The bytes of LwM2M 1.0, 6.4.3.</summary>
public class Lwm2mTlvTests
{
    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Lwm2m);
    static readonly DeviceConfiguration Configuration = new() { ServerUri = "coaps://h:5684", ServerCertificate = Delivery.Server };

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    static byte[] Server(DeviceConfiguration configuration) => Delivery.Write("Lwm2mTlv", Credential, configuration)["LwM2MServer.tlv"];

    // The specification's own example of one Server object.
    [Fact]
    public void The_server_object_is_the_specifications_example() =>
        Assert.Equal(Bytes("08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55"),
            Server(Configuration with { ShortServerId = 1, Lifetime = 86400, StoreNotifications = true, Binding = "U" }));

    [Theory]
    [InlineData(1, "C1 00 01")]
    [InlineData(127, "C1 00 7F")]
    [InlineData(128, "C2 00 00 80")]
    [InlineData(32767, "C2 00 7F FF")]
    [InlineData(32768, "C4 00 00 00 80 00")]
    [InlineData(65534, "C4 00 00 00 FF FE")]
    public void An_integer_takes_the_fewest_bytes_that_hold_its_sign(int id, string expected)
    {
        var content = Server(Configuration with { ShortServerId = id });
        Assert.Equal(Bytes(expected), content[3..(3 + Bytes(expected).Length)]);
    }

    [Theory]
    [InlineData(2147483647L, "C4 01 7F FF FF FF")]
    [InlineData(2147483648L, "C8 01 08 00 00 00 00 80 00 00 00")]
    [InlineData(4294967295L, "C8 01 08 00 00 00 00 FF FF FF FF")]
    public void A_value_of_eight_bytes_has_its_length_in_a_byte_of_its_own(long lifetime, string expected) =>
        Assert.Equal(Bytes(expected), Server(Configuration with { Lifetime = lifetime })[6..(6 + Bytes(expected).Length)]);

    [Fact]
    public void The_security_object_is_as_one_writes_it_by_hand()
    {
        var key = DeviceKey.Generate();
        var credential = Delivery.Issue(CredentialKind.Lwm2m, key: key);
        var configuration = Configuration with { ServerCertificate = Delivery.ServerAuthority, ShortServerId = 40000,
            MatchingType = 0, ServerName = "server", CipherSuites = [49326, 255] };
        byte[] content =
        [
            .. Bytes("C8 00 0E"), .. "coaps://h:5684"u8,
            .. Bytes("C1 01 00"), .. Bytes("C1 02 02"),
            .. Long(3, credential.CertificateDer), .. Long(4, Delivery.ServerAuthority.CertificateDer),
            .. Bytes("C8 05 79"), .. key.ToDer(),
            .. Bytes("C4 0A 00 00 9C 40"), .. Bytes("C1 0D 00"), .. Bytes("C6 0E"), .. "server"u8, .. Bytes("C1 0F 02"),
            // Unsigned: no byte for a sign.
            .. Bytes("87 10  42 00 C0 AE  41 01 FF"),
        ];
        Assert.Equal([.. Bytes("10 01"), (byte)(content.Length >> 8), (byte)content.Length, .. content],
            Delivery.Write("Lwm2mTlv", credential, configuration)["LwM2MSecurity.tlv"]);

        static byte[] Long(byte id, byte[] value) => [0xD0, id, (byte)(value.Length >> 8), (byte)value.Length, .. value];
    }

    [Fact]
    public void Resources_without_the_frame_of_their_instance_are_read()
    {
        var files = Delivery.Write("Lwm2mTlv", Credential, Configuration);
        var bare = new Dictionary<string, byte[]> { ["a.tlv"] = files["LwM2MSecurity.tlv"][4..],
            ["b.tlv"] = files["LwM2MServer.tlv"][3..] };
        var read = Delivery.Read(bare);
        Delivery.AssertSame(Credential, read);
        Assert.Equal((Configuration.ServerUri, 86400L), (read.Configuration!.ServerUri, read.Configuration.Lifetime));
    }

    [Fact]
    public void Numbers_that_are_longer_than_need_be_and_wide_identifiers_are_read()
    {
        var files = Delivery.Write("Lwm2mTlv", Credential, Configuration);
        files["LwM2MServer.tlv"] = Bytes("28 00 00 18  E2 00 00 00 01  C8 01 08 00 00 00 00 00 01 51 80  C1 06 00  E2 00 07 55 51");
        var configuration = Delivery.Read(files).Configuration!;
        Assert.Equal((1, 86400L, false, "UQ"),
            (configuration.ShortServerId, configuration.Lifetime, configuration.StoreNotifications, configuration.Binding));
    }

    [Theory]
    [InlineData("ObjectsTruncated", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07")]
    [InlineData("ObjectsTruncated", "08 00 10  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55")]
    [InlineData("ObjectsTruncated", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55 00")]
    [InlineData("ObjectsTruncated", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C2 07 55")]
    [InlineData("ObjectsTruncated", "08 00")]
    [InlineData("ObjectsTruncated", "08 00 FF")]
    [InlineData("ObjectsTruncated", "18 00 FF FF")]
    [InlineData("ObjectsFieldMissing", "00 00")]
    [InlineData("ObjectsUnknownField", "08 00 12  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55  C1 02 05")]
    [InlineData("ObjectsDuplicateField", "08 00 12  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55  C1 06 00")]
    [InlineData("ObjectsDuplicateField",
        "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55 08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55")]
    [InlineData("ObjectsWrongType", "08 00 11  C3 00 00 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55")]
    [InlineData("ObjectsWrongType", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 02  C1 07 55")]
    [InlineData("ObjectsWrongType", "08 00 0F  C1 00 01  C4 01 00 01 51 80  81 06 01  C1 07 55")]
    [InlineData("ObjectsWrongType", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55 C1 00 01")]
    [InlineData("ObjectsValueInvalid", "08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 FF")]
    [InlineData("ObjectsValueInvalid", "08 00 0F  C1 00 01  C4 01 80 00 00 00  C1 06 01  C1 07 55")]
    public void Damage_is_named(string id, string hex) => Assert.Equal(id, Error(hex).ErrorId);

    static InputException Error(string hex) => Delivery.Refusal("LwM2MServer.tlv", Bytes(hex));

    [Fact]
    public void Errors_name_the_resource()
    {
        Assert.Contains("/1/0/6", Error("08 00 0F  C1 00 01  C4 01 00 01 51 80  C1 06 02  C1 07 55").Message);
        Assert.Contains("/1/0/2", Error("08 00 12  C1 00 01  C4 01 00 01 51 80  C1 06 01  C1 07 55  C1 02 05").Message);
    }

    [Fact]
    public void A_short_server_ID_that_differs_from_the_accounts_is_refused_in_whichever_file_comes_later()
    {
        var files = Delivery.Write("Lwm2mTlv", Credential, Configuration);
        var other = Server(Configuration with { ShortServerId = 7 });
        Assert.Equal("b.tlv",
            Assert.Throws<InputException>(
                () => Delivery.Read(new Dictionary<string, byte[]> { ["a.tlv"] = files["LwM2MSecurity.tlv"], ["b.tlv"] = other })).Path);
        Assert.Equal("b.tlv",
            Assert.Throws<InputException>(
                () => Delivery.Read(new Dictionary<string, byte[]> { ["a.tlv"] = other, ["b.tlv"] = files["LwM2MSecurity.tlv"] })).Path);
    }

    [Fact]
    public void A_hostile_file_costs_little()
    {
        var time = ThreadClock.StartNew();
        // Millions of entries, and instances inside of each other.
        Assert.Equal("ObjectsLimitExceeded",
            Delivery.Refusal("x.tlv", [.. Enumerable.Repeat<byte[]>([0x00, 0x00], 4_000_000).SelectMany(b => b)]).ErrorId);
        var nested = Array.Empty<byte>();
        for (var i = 0; i < 1000; i++)
            nested = [0x18, 0, (byte)(nested.Length >> 16), (byte)(nested.Length >> 8), (byte)nested.Length, .. nested];
        Delivery.Refusal("x.tlv", nested);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(10), $"{time.Elapsed}");
    }

    [Fact]
    public void Other_formats_are_not_taken_for_it()
    {
        var tlv = (IReadableFormat)CredentialFormats.Get("Lwm2mTlv");
        Assert.False(tlv.Recognises(Given.Input(Credential.CertificatePem)));
        Assert.False(
            tlv.Recognises(
                Given.Input(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Credential.CertificatePem)).ToArray())));
        Assert.False(tlv.Recognises(Given.Input("// a comment")));
        Assert.False(tlv.Recognises(Given.Input("#include <stdint.h>")));
        Assert.False(tlv.Recognises(Given.Input(" [{}]")));
        Assert.False(tlv.Recognises(Given.Input(Credential.CertificateDer)));
        Assert.False(tlv.Recognises(Given.Input(Credential.PrivateKey!.ToDer())));
        foreach (var format in new[] { "SenmlCbor", "SenmlJson" })
            Assert.False(tlv.Recognises(Given.Input(Delivery.Write(format, Credential, Configuration).Single().Value)));
        Assert.False(tlv.Recognises(Given.Input([])));
        Assert.False(tlv.Recognises(Given.Input([0])));
    }
}
