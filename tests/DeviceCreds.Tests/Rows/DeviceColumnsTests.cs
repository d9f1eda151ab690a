using System.Collections;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The columns that travel with a device.</summary>
public class DeviceColumnsTests
{
    static DeviceColumns Columns(params (string Name, object? Value)[] columns) =>
        new(new RowHeader(columns.Select(c => c.Name)), [.. columns.Select(c => c.Value)]);

    [Theory]
    [InlineData("EndpointName", "endpoint_name", true)]
    [InlineData("EndpointName", " ENDPOINT - NAME ", true)]
    [InlineData("Endpoint\u00A0Name", "endpointname", true)]
    [InlineData("\uFEFFEndpointName", "EndpointName", true)]
    [InlineData("_", "-", true)]
    [InlineData("EndpointName", "EndpointNames", false)]
    [InlineData("Straße", "Strasse", false)]
    public void Names_are_compared_without_case_spaces_and_dashes(string one, string other, bool same)
    {
        var names = ColumnNameComparer.Instance;
        Assert.Equal(same, names.Equals(one, other));
        if (same) Assert.Equal(names.GetHashCode(one), names.GetHashCode(other));
    }

    [Fact]
    public void Equal_names_have_equal_hashes() =>
    Gen.String[Gen.Char["aAbB_- \u00A0\u200B"], 0, 6].Select(Gen.String[Gen.Char["aAbB_- \u00A0\u200B"], 0, 6]).Sample((one, other) =>
    {
        var names = ColumnNameComparer.Instance;
        Assert.Equal(names.Equals(one, other), names.Equals(other, one));
        if (names.Equals(one, other)) Assert.Equal(names.GetHashCode(one), names.GetHashCode(other));
    });

    [Fact]
    public void Are_found_by_any_spelling_and_listed_in_their_order_without_the_names()
    {
        var columns = Columns(("Zone", "z"), ("endpoint_name", "d"), ("Site", "Berlin"), ("AID", "acc"), ("", "nameless"), ("Batch", 7));
        Assert.Equal(["Zone", "Site", "Batch"], columns.Keys);
        Assert.Equal(["z", "Berlin", "7"], columns.Values);
        Assert.Equal(3, columns.Count);
        Assert.Equal("Berlin", columns["s-i_t e"]);
        Assert.Equal(7, columns.Find("batch"));
        Assert.Equal("acc", columns["AccountId".Replace("AccountId", "aid", StringComparison.Ordinal)]);
        Assert.False(columns.TryGetValue("none", out _));
        Assert.Throws<KeyNotFoundException>(() => columns["none"]);
        Assert.Equal("Zone=z, Site=Berlin, Batch=7", columns.ToString());
    }

    [Fact]
    public void Are_a_dictionary_to_PowerShell_with_the_values_as_they_came()
    {
        IDictionary columns = Columns(("Site", "Berlin"), ("Batch", 7), ("Empty", null));
        Assert.Equal(7, columns["BATCH"]);
        Assert.Null(columns["none"]);
        Assert.True(columns.Contains("Empty"));
        Assert.Equal(["Site", "Batch", "Empty"], columns.Keys.Cast<string>());
        Assert.Equal(new object?[] { "Berlin", 7, null }, columns.Values.Cast<object?>());
        var entries = new DictionaryEntry[3];
        columns.CopyTo(entries, 0);
        Assert.Equal(new DictionaryEntry("Batch", 7), entries[1]);
        Assert.True(columns.IsReadOnly);
        Assert.Throws<NotSupportedException>(() => columns["Site"] = "Rome");
        Assert.Throws<NotSupportedException>(() => columns.Remove("Site"));
        Assert.Throws<NotSupportedException>(columns.Clear);
        Assert.Throws<NotSupportedException>(() => columns.Add("x", 1));
    }

    [Theory]
    [InlineData("Entropy")]
    [InlineData("root_of_trust")]
    [InlineData("Wifi Password")]
    [InlineData("PSK")]
    [InlineData("Pre-shared key")]
    [InlineData("WifiPwd")]
    [InlineData("PIN")]
    [InlineData("private-key")]
    [InlineData("ClientSecret")]
    [InlineData("wifipassword")]
    [InlineData("PasswordHash")]
    [InlineData("PIN_Code")]
    [InlineData("PukCode")]
    [InlineData("AppKey")]
    [InlineData("NwkKey")]
    [InlineData("Network Key")]
    [InlineData("Passwort")]
    public void A_secret_is_shown_only_to_who_asks_for_it_by_name(string name)
    {
        var columns = Columns((name, "hush"), ("Site", "Berlin"));
        Assert.Equal("hush", columns[name]);
        Assert.Equal([name, "Site"], columns.GetNames());
        Assert.Equal(["Site"], columns.Keys);
        Assert.DoesNotContain("hush",
            columns.ToString() + string.Concat(columns.Values) + string.Concat(((IDictionary)columns).Values.Cast<object>()));
    }

    [Theory]
    [InlineData("GroupSKU")]
    [InlineData("ProductGroupSku")]
    [InlineData("BypassCode")]
    [InlineData("CompassCode")]
    [InlineData("Secretary")]
    [InlineData("KeyPassed")]
    [InlineData("EntropyScore")]
    [InlineData("TopSkid")]
    [InlineData("HopSkip")]
    [InlineData("Backup WD")]
    public void A_name_that_resembles_a_secrets_name_is_listed(string name) => Assert.Equal([name], Columns((name, "A-17")).Keys);

    [Fact]
    public void A_name_that_is_a_key_is_not_listed() =>
        Assert.Equal(["Site"], Columns((Pem.Encode("PRIVATE KEY", Key.ToDer()).Split('\n')[1], "x"), ("Site", "Berlin")).Keys);

    static readonly DeviceKey Key = DeviceKey.Generate();

    static readonly IReadOnlyDictionary<string, object> Secrets = new Dictionary<string, object>
    {
        ["PEM"] = Key.ToPem(),
        ["PEM of PKCS#8"] = Key.ToPem(KeyEncoding.Pkcs8),
        ["encrypted PEM"] = Key.ToPem(KeyEncoding.Pkcs8, "hunter22".ToCharArray()),
        ["PEM on one line"] = Key.ToPem().Replace("\n", "\\n"),
        ["PEM after a certificate"] = CertificateAuthority.Create("CA").CertificatePem + "\n" + Key.ToPem(),
        ["Base64 of PEM"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key.ToPem())),
        ["Base64 of PEM in a sentence"] =
            $"the key is {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key.ToPem(KeyEncoding.Pkcs8)))}.",
        ["Base64 of DER"] = Convert.ToBase64String(Key.ToDer()),
        ["Base64 of an RSA key"] = Convert.ToBase64String(System.Security.Cryptography.RSA.Create(2048).ExportRSAPrivateKey()),
        ["hexadecimal"] = Convert.ToHexString(Key.ToDer()),
        ["hexadecimal with colons"] = BitConverter.ToString(Key.ToDer()).Replace('-', ':'),
        ["C"] = "{ " + string.Join(", ", Key.ToDer().Select(b => $"0x{b:x2}")) + " }",
        ["decimal"] = string.Join(" ", Key.ToDer()),
        ["DER"] = Key.ToDer(),
        ["JSON Web Key"] = $$"""{"kty":"EC","crv":"P-256","d":"{{new string('x', 43)}}"}""",
        ["a password in a sentence"] = "login with password=hunter2",
        ["a URI with a password"] = "https://admin:hunter2@example.com/",
        ["a list"] = new object[] { "one", Key.ToPem() },
        ["pairs of a JSON Web Key"] = new Hashtable { ["kty"] = "EC", ["d"] = "AAAA" },
        ["pairs"] = new Hashtable { ["inner"] = new Hashtable { ["Password"] = "hunter2" } },
    };

    public static TheoryData<string> SecretNames => [.. Secrets.Keys];

    [Theory]
    [MemberData(nameof(SecretNames))]
    public void A_secret_in_a_column_of_any_name_is_not_listed(string what)
    {
        var columns = Columns(("Notes", Secrets[what]), ("Site", "Berlin"));
        Assert.Same(Secrets[what], columns.Find("notes"));
        Assert.True(columns.ContainsKey("Notes"));
        Assert.Equal(["Site"], columns.Keys);
        Assert.Equal(["Berlin"], columns.Values);
        Assert.Equal([new("Site", "Berlin")], columns);
        IDictionary pairs = columns;
        Assert.Equal(["Site"], pairs.Keys.Cast<string>());
        Assert.Equal(["Berlin"], pairs.Values.Cast<string>());
        var entries = new DictionaryEntry[columns.Count];
        pairs.CopyTo(entries, 0);
        Assert.Equal([new("Site", "Berlin")], entries);
        Assert.Equal("Site=Berlin", columns.ToString());
        Assert.Equal(["Notes", "Site"], columns.GetNames());
    }

    [Fact]
    public void What_is_no_secret_is_listed_in_a_column_of_any_name()
    {
        var authority = CertificateAuthority.Create("CA");
        var request = DeviceCertificateRequest.Create("device");
        foreach (var value in new object?[]
        {
            authority.CertificatePem, Convert.ToBase64String(authority.Own.CertificateDer), request.Pem, Key.PublicKeyPem,
            authority.Fingerprint, BitConverter.ToString(Convert.FromHexString(authority.Fingerprint)).Replace('-', ':'),
            "02:42:ac:11:00:02", "12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34", 7, 7.5m, true, DateTime.UnixEpoch, null,
            "Acme, Inc. (shipping)", "0166d2a1c9f84b7f8c3a5de2471b9c60", new byte[] { 1, 2, 3 }, new[] { "a", "b" },
            new Hashtable { ["d"] = "AAAA", ["k"] = 7 },
        })
        {
            Assert.Same(value, Assert.Single(((IDictionary)Columns(("Notes", value))).Values.Cast<object?>()));
        }
    }

    [Theory]
    [InlineData("CN,EndpointName,AccountId,aid", 1, 2)]
    [InlineData("aid,Endpoint,CN", 1, 0)]
    [InlineData("Name,Account", -1, -1)]
    public void The_columns_of_the_names_are_the_first_of_their_lists(string names, int endpointName, int accountId)
    {
        var header = new RowHeader(names.Split(','));
        Assert.Equal((endpointName, accountId), (header.EndpointName, header.AccountId));
    }

    [Fact]
    public void One_name_twice_is_known()
    {
        Assert.Null(new RowHeader(["a", "b", "", ""]).Twice);
        Assert.Equal((0, 2), new RowHeader(["Site", "b", "s_ite"]).Twice);
    }

    [Fact]
    public void Travel_from_the_row_to_the_credential_its_renewal_and_its_report()
    {
        var columns = Columns(("Site", "Berlin"));
        var authority = Given.Chain("Root");
        var credential = new CredentialIssuer(authority,
            CredentialKind.Bootstrap).Issue(new DeviceIdentity("device") { Columns = columns });
        Assert.Same(columns, credential.Columns);
        Assert.Same(columns, new CredentialIssuer(authority, CredentialKind.Bootstrap).Renew(credential).Issue().Columns);
        Assert.Same(columns, new CertificateVerifier().Test(credential).Columns);
        var request = DeviceCertificateRequest.Create("device", columns: columns);
        Assert.Same(columns, new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(request).Columns);
    }
}
