namespace DeviceCreds.Tests;

/// <summary>One bundle for each thing that can be wrong with one, and the field that the error names.</summary>
public class FccBundleErrorTests
{
    static readonly DeviceCredential Credential = Factory.Credential(depth: 2);
    static readonly byte[] Certificate = Credential.CertificateDer;
    static readonly byte[] Key = Credential.PrivateKey!.ToDer();

    static (object, object?)[] Bundle(params (object, object?)[] groups) => CborItem.Map([("SchemeVersion", "0.0.1"), .. groups]);

    static object[] One(params (object, object?)[] entry) => [CborItem.Map(entry)];

    static object[] KeyEntry(object? data) =>
        One(("Name", "mbed.BootstrapDevicePrivateKey"), ("Type", "ECCPrivate"), ("Format", "der"), ("Data", data));

    static object[] CertificateEntry(object? data, string name = "mbed.BootstrapDeviceCert") =>
        One(("Name", name), ("Format", "der"), ("Data", data));

    static object[] ChainEntry(params object[] data) => One(("Name", "mbed.BootstrapDeviceCert"), ("Format", "der"), ("DataArray", data));

    static object[] Parameter(string name, object? data) => One(("Name", name), ("Data", data));

    static byte[][] Chain(int depth) => [.. Factory.Credential(depth: depth).Chain.Certificates.Select(c => c.CertificateDer)];

    static byte[] Deep(int depth) => [.. Enumerable.Repeat((byte)0x81, depth), 0x00];

    public static readonly Dictionary<string, (object Content, string Id, string Field)> Cases = new()
    {
        ["cut short"] = (Factory.Bundle(Credential, Factory.Full())[..700], "BundleMalformed", "Certificate"),
        ["nothing but the beginning"] = (new byte[] { 0xA5 }, "BundleMalformed", "the bundle"),
        ["a map that claims 2^60 entries"] = (Convert.FromHexString("BB1000000000000000"), "BundleMalformed", "the bundle"),
        ["bytes that claim 2^60"] = ((byte[])[0xA1, .. CborItem.Encode("Entropy"), 0x5B, 0x10, 0, 0, 0, 0, 0, 0, 0],
            "BundleMalformed", "Entropy"),
        ["entropy of no bytes"] = (Bundle(("Entropy", Array.Empty<byte>())), "BundleValueInvalid", "Entropy"),
        ["bytes that follow"] = ((byte[])[.. CborItem.Encode(Bundle()), 0x00], "BundleTrailingData", "the bundle"),
        ["a map of open length"] = (Convert.FromHexString("BF6D536368656D6156657273696F6E65302E302E31FF"),
            "BundleIndefiniteLength", "the bundle"),
        ["an array of open length"] = (Bundle(("Keys", new CborItem.Raw("9FFF"))), "BundleIndefiniteLength", "Keys"),
        ["a text of open length"] = (Bundle(("SID", new CborItem.Raw("7F6161FF"))), "BundleIndefiniteLength", "SID"),
        ["bytes of open length"] = (Bundle(("Entropy", new CborItem.Raw("5F4100FF"))), "BundleIndefiniteLength", "Entropy"),
        ["nested 100,000 deep"] = ((byte[])[0xA2, .. CborItem.Encode("SchemeVersion"), .. CborItem.Encode("0.0.1"),
            .. CborItem.Encode("Keys"), .. Deep(100_000)], "BundleWrongType", "Keys[0]"),
        ["a map in a map in a map as key"] = (Convert.FromHexString("A1A1A1A1A1000000000000"), "BundleWrongType",
            "the bundle: a key of the map"),
        ["a group twice"] = (Bundle(("Verify", 1), ("Verify", 1)), "BundleDuplicateField", "Verify"),
        ["a field twice"] = (Bundle(("ConfigParams", One(("Name", "a"), ("Data", 1), ("Name", "b")))), "BundleDuplicateField",
            "ConfigParams[0].Name"),
        ["an unknown fifth field of a key"] = (Bundle(("Keys", One(("Name", "a"), ("Type", "ECCPrivate"), ("Format", "der"),
            ("Data", new byte[] { 1 }), ("Usage", "x")))), "BundleUnknownField", "Keys[0].Usage"),
        ["a field twice instead of another"] = (Bundle(("ConfigParams", One(("Name", "a"), ("Name", "b")))),
            "BundleDuplicateField", "ConfigParams[0].Name"),
        ["an unknown group"] = (Bundle(("Key", Array.Empty<object>())), "BundleUnknownField", "Key"),
        ["an ACL"] = (Bundle(("Keys", One(("Name", "a"), ("ACL", "x")))), "BundleUnknownField", "Keys[0].ACL"),
        ["an unknown field of a certificate"] = (Bundle(("Certificates", One(("DataArray", Array.Empty<object>())))),
            "BundleUnknownField", "Certificates[0].DataArray"),
        ["an unknown field of a chain"] = (Bundle(("CertificateChains", One(("Data", Certificate)))), "BundleUnknownField",
            "CertificateChains[0].Data"),
        ["an unknown field of a parameter"] = (Bundle(("ConfigParams", One(("Format", "der")))), "BundleUnknownField",
            "ConfigParams[0].Format"),
        ["an answer"] = (Bundle(("ReturnStatus", 0)), "BundleUnknownField", "ReturnStatus"),
        ["no version"] = (CborItem.Map(("Verify", 1)), "BundleFieldMissing", "the bundle: the field SchemeVersion"),
        ["another version"] = (CborItem.Map(("SchemeVersion", "0.0.2")), "BundleValueInvalid", "SchemeVersion"),
        ["a version in bytes"] = (CborItem.Map(("SchemeVersion", new byte[] { 1 })), "BundleWrongType", "SchemeVersion"),
        ["13 groups"] = (CborItem.Map([.. Enumerable.Range(0, 13).Select(i => ((object)$"g{i}", (object?)1))]),
            "BundleUnknownField", "g0"),
        ["true for 1"] = (Bundle(("Verify", true)), "BundleWrongType", "Verify"),
        ["2 for 1"] = (Bundle(("Disable", 2)), "BundleValueInvalid", "Disable"),
        ["a tag"] = (Bundle(("SID", new CborItem.Raw("C06161"))), "BundleWrongType", "SID"),
        ["null"] = (Bundle(("Keys", null)), "BundleWrongType", "Keys"),
        ["a group that is a map"] = (Bundle(("Keys", CborItem.Map())), "BundleWrongType", "Keys"),
        ["an entry that is a text"] = (Bundle(("Keys", new object[] { "x" })), "BundleWrongType", "Keys[0]"),
        ["entropy of 47 bytes"] = (Bundle(("Entropy", new byte[47])), "BundleValueInvalid", "Entropy"),
        ["a root of trust of 17 bytes"] = (Bundle(("ROT", new byte[17])), "BundleValueInvalid", "ROT"),
        ["a name with a space"] = (Bundle(("ConfigParams", Parameter("a b", 1))), "BundleValueInvalid", "ConfigParams[0].Name"),
        ["a name of 101 characters"] = (Bundle(("ConfigParams", Parameter(new string('a', 101), 1))), "BundleValueInvalid",
            "ConfigParams[0].Name"),
        ["an empty name"] = (Bundle(("ConfigParams", Parameter("", 1))), "BundleValueInvalid", "ConfigParams[0].Name"),
        ["an item twice"] = (Bundle(("ConfigParams", (object[])[.. Parameter("a", 1), .. Parameter("a", 2)])),
            "BundleDuplicateField", "ConfigParams[1].Name"),
        ["a certificate and a chain of one name"] =
            (Bundle(("Certificates", CertificateEntry(Certificate)), ("CertificateChains", ChainEntry(Certificate))),
                "BundleDuplicateField", "CertificateChains[0].Name"),
        ["a parameter that is true"] = (Bundle(("ConfigParams", Parameter("a", true))), "BundleWrongType", "ConfigParams[0].Data"),
        ["a parameter with a fraction"] = (Bundle(("ConfigParams", Parameter("a", 1.5))), "BundleWrongType", "ConfigParams[0].Data"),
        ["a parameter of 64 bits without sign"] = (Bundle(("ConfigParams", Parameter("a", ulong.MaxValue))), "BundleValueInvalid",
            "ConfigParams[0].Data"),
        ["a parameter with NUL"] = (Bundle(("ConfigParams", Parameter("a", "x\0y"))), "BundleValueInvalid", "ConfigParams[0].Data"),
        ["a text that is not UTF-8"] = (Bundle(("ConfigParams", Parameter("a", new CborItem.Raw("62C328")))),
            "BundleValueInvalid", "ConfigParams[0].Data"),
        ["a parameter without data"] = (Bundle(("ConfigParams", One(("Name", "a")))), "BundleFieldMissing", "ConfigParams[0]"),
        ["a manufacturer that is a number"] = (Bundle(("ConfigParams", Parameter("mbed.Manufacturer", 1))), "BundleWrongType",
            "ConfigParams[0].Data"),
        ["a mode of 2"] = (Bundle(("ConfigParams", Parameter("mbed.UseBootstrap", 2))), "BundleWrongType", "ConfigParams[0].Data"),
        ["a time that is a text"] = (Bundle(("ConfigParams", Parameter("mbed.CurrentTime", "now"))), "BundleWrongType",
            "ConfigParams[0].Data"),
        ["a time beyond all years"] = (Bundle(("ConfigParams", Parameter("mbed.CurrentTime", long.MaxValue))), "BundleWrongType",
            "ConfigParams[0].Data"),
        ["a key of another type"] = (Bundle(("Keys", One(("Type", "RSAPrivate")))), "BundleValueInvalid", "Keys[0].Type"),
        ["a format with a capital"] = (Bundle(("Keys", One(("Format", "Der")))), "BundleValueInvalid", "Keys[0].Format"),
        ["a key without type"] = (Bundle(("Keys", One(("Name", "a"), ("Format", "der"), ("Data", Key)))), "BundleFieldMissing", "Keys[0]"),
        ["a key of no bytes"] = (Bundle(("Keys", KeyEntry(Array.Empty<byte>()))), "BundleValueInvalid", "Keys[0].Data"),
        ["a key that is a text"] = (Bundle(("Keys", KeyEntry("x"))), "BundleWrongType", "Keys[0].Data"),
        ["a key in PEM"] = (Bundle(("Keys", KeyEntry(System.Text.Encoding.ASCII.GetBytes(Credential.PrivateKey!.ToPem())))),
            "KeyMalformed", "Keys[0].Data"),
        ["a key that is damaged"] = (Bundle(("Keys", KeyEntry(Key[..100]))), "KeyMalformed", "Keys[0].Data"),
        ["a key that is a certificate"] = (Bundle(("Keys", KeyEntry(Certificate))), "KeyIsCertificate", "Keys[0].Data"),
        ["a key that is encrypted"] = (Bundle(("Keys", KeyEntry(Credential.PrivateKey!.ToDer(KeyEncoding.Pkcs8, ['x'])))),
            "PasswordMissing", "Keys[0].Data"),
        ["another device's key"] =
            (Bundle(("Keys", KeyEntry(DeviceKey.Generate().ToDer())), ("Certificates", CertificateEntry(Certificate))), "KeyMismatch", ""),
        ["a certificate that is damaged"] = (Bundle(("Certificates", CertificateEntry(Certificate[..200]))),
            "CertificateTruncated", "Certificates[0].Data"),
        ["a certificate in PEM"] =
            (Bundle(("Certificates", CertificateEntry(System.Text.Encoding.ASCII.GetBytes(Credential.CertificatePem)))),
                "CertificateMalformed", "Certificates[0].Data"),
        ["two certificates in one"] = (Bundle(("Certificates", CertificateEntry((byte[])[.. Certificate, .. Certificate]))),
            "CertificateTrailingData", "Certificates[0].Data"),
        ["a chain of six"] = (Bundle(("CertificateChains", ChainEntry([.. Chain(5)]))), "BundleLimitExceeded",
            "CertificateChains[0].DataArray"),
        ["a chain of none"] = (Bundle(("CertificateChains", ChainEntry())), "BundleValueInvalid", "CertificateChains[0].DataArray"),
        ["a chain with a number"] = (Bundle(("CertificateChains", ChainEntry(Certificate, 5))), "BundleWrongType",
            "CertificateChains[0].DataArray[1]"),
        ["a key after the certificate that names it"] =
            (Bundle(("Certificates",
                One(("Name", "mbed.BootstrapDeviceCert"), ("Format", "der"), ("Data", Certificate),
                    ("PrKN", "mbed.BootstrapDevicePrivateKey"))), ("Keys", KeyEntry(Key))), "BundleValueInvalid", "Certificates[0].Data"),
        ["requests without a session"] = (Bundle(("Verify", 0), ("CsrReqs", One(("PrKN", "a"), ("Subj", "CN=x"), ("MD", 1)))),
            "BundleFieldMissing", "CsrReqs"),
        ["requests that verify"] = (Bundle(("SID", "s"), ("CsrReqs", One(("PrKN", "a"), ("Subj", "CN=x"), ("MD", 1)))),
            "BundleValueInvalid", "CsrReqs"),
        ["requests with SHA-1"] = (Bundle(("CsrReqs", One(("MD", 2)))), "BundleValueInvalid", "CsrReqs[0].MD"),
        ["requests for a trust level"] = (Bundle(("CsrReqs", One(("Ext", CborItem.Map(("Trust", 1)))))), "BundleUnknownField",
            "CsrReqs[0].Ext.Trust"),
        ["six requests"] =
            (Bundle(("CsrReqs",
                (object[])[.. Enumerable.Range(0, 6).Select(i => CborItem.Map(("PrKN", $"k{i}"), ("Subj", "CN=x"), ("MD", 1)))])),
                "BundleLimitExceeded", "CsrReqs"),
        ["requests alone"] = (Bundle(("SID", "s"), ("Verify", 0), ("CsrReqs", One(("PrKN", "a"), ("Subj", "CN=x"), ("MD", 1)))),
            "BundleIsKeyRequest", "CsrReqs"),
        ["closing an open session"] = (Bundle(("KpAlvSess", 1), ("Disable", 1)), "BundleValueInvalid", "Disable"),
        ["no certificate"] = (Bundle(("Keys", KeyEntry(Key))), "CredentialNotFound", ""),
        ["more than a megabyte"] = (Bundle(("Entropy", new byte[1024 * 1024])), "BundleLimitExceeded", ""),
        ["a key that is cut short"] = (new byte[] { 0xA1, 0x65, 0x61 }, "BundleMalformed", "the bundle"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_named_with_its_field(string name)
    {
        var (content, id, field) = Cases[name];
        var bytes = content as byte[] ?? CborItem.Encode(content);
        using var folder = new TempFolder();
        var path = folder.Write("device.cbor", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InputException>(() => CredentialImporter.Read([path]));
        Assert.Equal((id, path), (error.ErrorId, error.Path));
        Assert.StartsWith(field.Length == 0 ? $"{path}: " : $"{path}: {field}", error.Message);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * bytes.Length + 1024 * 1024);
    }
}
