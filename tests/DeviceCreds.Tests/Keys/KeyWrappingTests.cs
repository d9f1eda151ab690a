using System.Text;
using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// Keys whose text came through environment variables, JSON, web forms and terminals: nothing of them is lost, so they
/// are read.
/// </summary>
public class KeyWrappingTests
{
    static readonly DeviceKey Key = DeviceKey.Generate();

    public static readonly IReadOnlyDictionary<string, Func<DeviceKey, string>> Wrappings = new Dictionary<string, Func<DeviceKey, string>>
    {
        ["line breaks as \\n"] = key => key.ToPem().Replace("\n", "\\n"),
        ["line breaks as \\n, and one at the end"] = key => key.ToPem().Replace("\n", "\\n") + "\\n\n",
        ["line breaks as \\r\\n"] = key => key.ToPem().Replace("\n", "\\r\\n"),
        ["line breaks as \\\\n, in JSON within JSON"] = key => key.ToPem().Replace("\n", "\\\\n"),
        ["line breaks as \\n beside real ones"] = key => key.ToPem().Replace("\n", "\\n\n"),
        ["line breaks as spaces"] = key => key.ToPem().Replace('\n', ' '),
        ["line breaks as tabs"] = key => key.ToPem().Replace('\n', '\t'),
        ["line breaks as no-break spaces"] = key => key.ToPem().Replace('\n', '\u00A0'),
        ["no line breaks"] = key => key.ToPem().Replace("\n", ""),
        ["no line breaks but the last"] = key => key.ToPem().Replace("\n", "") + "\n",
        ["in quotes"] = key => $"\"{key.ToPem().Replace("\n", "\\n")}\"",
        ["as an environment file has it"] = key => $"DEVICE_KEY='{key.ToPem()}'\nOTHER=1\n",
        ["as a source of C has it"] = key => "const char key[] =\n" + string.Join(
            "\n", key.ToPem().Split('\n').Select(l => $"    \"{l}\\n\"")) + ";\n",
        ["as a macro of C has it"] = key => "#define KEY " + string.Join(
            " \\\n", key.ToPem().Split('\n').Select(l => $"\"{l}\\n\"")) + "\n",
        ["in JSON"] = key => JsonSerializer.Serialize(new Dictionary<string, string> { ["id"] = "1", ["private_key"] = key.ToPem() }),
        ["in JSON whose slashes are escaped"] = key => $"{{\"private_key\":\"{key.ToPem().Replace("\n", "\\n").Replace("/", "\\/")}\"}}",
        ["in JSON within JSON"] = key => JsonSerializer.Serialize(
            new { body = JsonSerializer.Serialize(new { private_key = key.ToPem() }) }),
        ["percent-encoded"] = key => Uri.EscapeDataString(key.ToPem()),
        ["percent-encoded but for plus, slash and equals sign"] = key => key.ToPem().Replace(" ", "%20").Replace("\n", "%0A"),
        ["a byte-order mark before the block"] = key => "text\n\uFEFF" + key.ToPem(),
        ["NUL at the end"] = key => key.ToPem() + "\n\0",
        ["PKCS#8 under the label of SEC 1"] = key => Pem.Encode("EC PRIVATE KEY", key.ToDer(KeyEncoding.Pkcs8)),
        ["a key under the label of a certificate"] = key => Pem.Encode("CERTIFICATE", key.ToDer()),
        ["Base64 alone"] = key => Convert.ToBase64String(key.ToDer(KeyEncoding.Pkcs8)),
        ["Base64 alone, in lines"] = key => Convert.ToBase64String(key.ToDer(), Base64FormattingOptions.InsertLineBreaks) + "\n",
        ["Base64 for URLs without padding"] = key => Convert.ToBase64String(key.ToDer()).Replace('+', '-').Replace('/', '_').TrimEnd('='),
        ["PEM in Base64"] = key => Convert.ToBase64String(Encoding.ASCII.GetBytes(key.ToPem() + "\n")),
        ["DER in Base64 in JSON"] = key => JsonSerializer.Serialize(
            new { keys = new[] { Convert.ToBase64String(key.ToDer(KeyEncoding.Pkcs8)) } }),
        ["PEM in Base64 in JSON"] = key => JsonSerializer.Serialize(new { data = new { key = Base64OfPem(key) } }),
        ["PEM in Base64 in YAML"] = key => $"apiVersion: v1\ndata:\n  tls.key: {Base64OfPem(key)}\ntype: kubernetes.io/tls\n",
        ["PEM after text in Base64"] = key => Convert.ToBase64String(Encoding.ASCII.GetBytes("\nThe key:\n" + key.ToPem())),
        ["DER in Base64 in an environment file"] = key => $"OTHER=1\nDEVICE_KEY={Convert.ToBase64String(key.ToDer())}\n",
        ["DER in hexadecimal in JSON"] = key => JsonSerializer.Serialize(new { key = Convert.ToHexString(key.ToDer()) }),
        ["one text of JSON for each line"] = key => JsonSerializer.Serialize(new { key = key.ToPem().Split('\n') }, Indented),
        ["dashes as \\u002d"] = key => JsonSerializer.Serialize(new { key = key.ToPem() }).Replace("-", "\\u002d"),
        ["one JSON object for each line"] = key => "{\"id\":1}\n" + JsonSerializer.Serialize(new { key = key.ToPem() }) + "\n",
        ["a quoted mail"] = key => Prefixed(key, "> "),
        ["a comment of a shell"] = key => Prefixed(key, "# "),
        ["a comment of C++"] = key => Prefixed(key, "//"),
        ["a comment of C"] = key => $"/*\n{Prefixed(key, " * ")}\n */",
        ["an added part of a patch"] = key => Prefixed(key, "+"),
        ["texts joined in Java"] = key => "String key =\n" + string.Join(
            " +\n", key.ToPem().Split('\n').Select(l => $"    \"{l}\\n\"")) + ";",
        ["texts joined in JavaScript"] = key => "let key = " + string.Join(
            "\n  + ", key.ToPem().Split('\n').Select(l => $"'{l}\\n'")) + ";",
        ["a list of texts in Python"] = key => $"KEY = [\n{string.Join(",\n", key.ToPem().Split('\n').Select(l => $"'{l}'"))}]\n",
        ["a web form"] = key => Uri.EscapeDataString(key.ToPem()).Replace("%20", "+"),
        ["a sentence about BEGIN before it"] = key => $"It starts with -----BEGIN EC PRIVATE KEY----- and is one block:\n{key.ToPem()}\n",
        ["a sentence about BEGIN and END before it"] = key =>
            $"Copy all from -----BEGIN EC PRIVATE KEY----- to -----END EC PRIVATE KEY-----:\n\n{key.ToPem()}\n",
        ["hexadecimal"] = key => Convert.ToHexString(key.ToDer()),
        ["hexadecimal in lower case with colons, in lines"] = key =>
            string.Join("\n", Convert.ToHexStringLower(key.ToDer()).Chunk(32).Select(l =>
            string.Join(':', l.Chunk(2).Select(b => new string(b))))),
        ["hexadecimal with spaces"] = key => string.Join(' ', key.ToDer().Select(b => b.ToString("X2"))),
        ["hexadecimal as a source of C has it"] = key => "{ " + string.Join(", ", key.ToDer().Select(b => $"0x{b:x2}")) + " };",
        ["hexadecimal as a shell has it"] = key => string.Concat(key.ToDer().Select(b => $"\\x{b:x2}")),
        ["a JSON Web Key"] = key => Jwk(key),
        ["a JSON Web Key with SEC 2's name of the curve"] = key => Jwk(key).Replace("P-256", "secp256r1"),
        ["a set of JSON Web Keys"] = key => $$"""{"keys":[{{Jwk(key)}},{"kty":"RSA","n":"AQAB","e":"AQAB"}]}""",
    };

    static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    static string Base64OfPem(DeviceKey key) => Convert.ToBase64String(Encoding.ASCII.GetBytes(key.ToPem() + "\n"));

    static string Prefixed(DeviceKey key, string mark) => string.Join("\n", key.ToPem().Split('\n').Select(l => mark + l));

    public static TheoryData<string> Names => [.. Wrappings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_is_read_whatever_its_text_went_through(string name) =>
        Given.Scalar.Sample(scalar =>
        {
            var key = Given.Key(scalar);
            Assert.Equal(key.ToDer(), DeviceKey.Read(Given.Input(Wrappings[name](key))).ToDer());
        }, iter: 30, threads: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_credential_s_key_is_found_beside_its_certificate_however_it_is_wrapped(string name)
    {
        using var folder = new TempFolder();
        var credential = Factory.Credential();
        var key = folder.Write("k.key", Wrappings[name](credential.PrivateKey!));
        var read = Assert.Single(CredentialImporter.Read([folder.Write("c.pem", credential.CertificatePem), key]));
        Assert.Equal(credential.PrivateKey!.ToDer(), read.PrivateKey!.ToDer());
    }

    [Theory]
    [InlineData("aes-256-cbc")]
    [InlineData("des-ede3-cbc")]
    public void An_old_encrypted_key_is_read_without_its_line_breaks(string cipher)
    {
        using var folder = new TempFolder();
        folder.Write("k.pem", Key.ToPem());
        var pem = Tool.Bash(folder.Path, $"openssl ec -in k.pem -{cipher} -passout pass:secret 2>/dev/null", "openssl");
        foreach (var text in new[] { pem, pem.Replace("\n", "\r\n"), pem.Replace("\n", "\\n"), pem.Replace('\n', ' '),
            pem.Replace("\n", "") })
            Assert.Equal(Key, DeviceKey.Read(Given.Input(text), "secret".ToCharArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-m PKCS8")]
    [InlineData("-m PEM")]
    public void A_key_of_ssh_keygen_is_read(string form)
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, $"ssh-keygen -q -t ecdsa -b 256 {form} -N '' -C 'a comment' -f k; "
            + "ssh-keygen -q -t ecdsa -b 256 -N secret -f locked; ssh-keygen -q -t ed25519 -N '' -f ed", "ssh-keygen");
        var expected = Tool.Bash(folder.Path, "ssh-keygen -e -m PKCS8 -f k.pub", "ssh-keygen");
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), DeviceKey.Read(InputFile.Read(folder.File("k"))).PublicKeyPem);
        var locked = Assert.Throws<InputException>(() => DeviceKey.Read(InputFile.Read(folder.File("locked")), "secret".ToCharArray()));
        Assert.Equal("KeyUnsupported", locked.ErrorId);
        Assert.Contains("a P-256 key in OpenSSH's own format, encrypted", locked.Message);
        Assert.Contains("ssh-keygen -p -m PEM", locked.Message);
        Assert.DoesNotContain("New-DeviceKey", locked.Message);
        Assert.Contains("an Ed25519 key", Assert.Throws<InputException>(() => DeviceKey.Read(InputFile.Read(folder.File("ed")))).Message);
        // The command that the message names does what it says.
        Tool.Bash(folder.Path, "ssh-keygen -q -p -m PEM -P secret -N '' -f locked", "ssh-keygen");
        Assert.True(DeviceKey.Read(InputFile.Read(folder.File("locked"))).HasPrivateKey);
    }

    [Theory]
    [InlineData("ec -param_enc explicit")]
    [InlineData("ec -param_enc explicit -conv_form compressed")]
    [InlineData("pkcs8 -topk8 -nocrypt")]
    public void Parameters_that_are_those_of_P256_are_its_name(string command)
    {
        using var folder = new TempFolder();
        folder.Write("k.pem", Key.ToPem());
        Tool.Bash(folder.Path, $"openssl ec -in k.pem -param_enc explicit -out e.pem 2>/dev/null && openssl {command} -in "
            + "e.pem -out x.pem 2>/dev/null && grep -q BEGIN x.pem", "openssl");
        Assert.Equal(Key, DeviceKey.Read(InputFile.Read(folder.File("x.pem"))));
    }

    [Theory]
    [InlineData("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF", "the prime")]
    [InlineData("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC", "a")]
    [InlineData("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B", "b")]
    [InlineData("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296", "the generator")]
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", "the order")]
    public void Parameters_of_which_one_number_is_another_are_not_those_of_P256(string number, string what)
    {
        using var folder = new TempFolder();
        folder.Write("k.pem", Key.ToPem());
        Tool.Bash(folder.Path, "openssl ec -in k.pem -param_enc explicit -outform der -out e.der 2>/dev/null", "openssl");
        var hex = Convert.ToHexString(File.ReadAllBytes(folder.File("e.der")));
        var at = hex.IndexOf(number, StringComparison.Ordinal);
        Assert.True(at > 0, what);
        var changed = Convert.FromHexString(hex[..(at + 60)] + (hex[at + 60] == '0' ? '1' : '0') + hex[(at + 61)..]);
        var error = Assert.Throws<InputException>(() => DeviceKey.Read(Given.Input(changed)));
        Assert.Equal("KeyUnsupported", error.ErrorId);
        Assert.Contains("not P-256's", error.Message);
    }

    [Fact]
    public void A_key_without_its_curve_s_name_is_read_when_its_point_shows_the_curve() => Given.Scalar.Sample(scalar =>
    {
        var key = Given.Key(scalar);
        Assert.Equal(key, DeviceKey.Read(Given.Input(Given.Sec1(scalar, curve: null, point: key.Point))));
        Assert.Equal("KeyWithoutCurve", Refused.Input(() => DeviceKey.Read(Given.Input(Given.Sec1(scalar, curve: null)))));
        Assert.Equal("KeyWithoutCurve", Refused.Input(() =>
            DeviceKey.Read(Given.Input(Given.Sec1(scalar, curve: null, point: Key.Point)))));
    }, iter: 20);

    public static readonly IReadOnlyDictionary<string,
        (string ErrorId, string Part, Func<string> Make)> BadJwks = new Dictionary<string, (string, string, Func<string>)>
    {
        ["RSA"] = ("KeyUnsupported", "an RSA key", () => """{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}"""),
        ["Ed25519"] = ("KeyUnsupported", "OKP on the curve Ed25519", () => """{"kty":"OKP","crv":"Ed25519","x":"AQAB","d":"AQAB"}"""),
        ["P-384"] = ("KeyUnsupported", "P-384", () => """{"kty":"EC","crv":"P-384","x":"AQAB","y":"AQAB","d":"AQAB"}"""),
        ["public"] = ("KeyIsPublic", "a public key", () => Jwk(Key).Replace("\"d\"", "\"e\"")),
        ["no y"] = ("KeyMalformed", "member y", () => Jwk(Key).Replace("\"y\"", "\"z\"")),
        ["another's point"] = ("KeyHalvesDiffer", "does not belong",
            () => Jwk(Key).Replace(Url(Key.Point[1..33]), Url(DeviceKey.Generate().Point[1..33]))),
        ["a symmetric key"] = ("KeyUnsupported", "a symmetric key", () => """{"kty":"oct","k":"AQID"}"""),
        ["two keys"] = ("KeySeveral", "2 private keys", () => $"[{Jwk(Key)},{Jwk(DeviceKey.Generate())}]"),
    };

    public static TheoryData<string> BadJwkNames => [.. BadJwks.Keys];

    [Theory]
    [MemberData(nameof(BadJwkNames))]
    public void A_JSON_Web_Key_that_is_no_device_key_is_named(string name)
    {
        var (id, part, make) = BadJwks[name];
        var error = Assert.Throws<InputException>(() => DeviceKey.Read(new InputFile(Encoding.UTF8.GetBytes(make()), "k.jwk")));
        Assert.Equal(id, error.ErrorId);
        Assert.Contains(part, error.Message);
        Secrets.AssertAbsent(Key, error.ToString());
    }

    [Fact]
    public void Whatever_happens_to_a_wrapped_key_no_reader_throws_anything_else_or_shows_the_key() =>
        (from scalar in Given.Scalar from wrapping in Gen.OneOf(
            Wrappings.Keys.ToArray()) from damage in Damage.Any select (scalar, wrapping, damage)).Sample(t =>
        {
            var key = Given.Key(t.scalar);
            var bytes = t.damage(Encoding.UTF8.GetBytes(Wrappings[t.wrapping](key)));
            foreach (var read in Damage.Readers)
            {
                try
                {
                    read(Given.Input(bytes));
                }
                catch (InputException e)
                {
                    Secrets.AssertAbsent(key, e.ToString());
                    Assert.DoesNotContain(e.Message, char.IsControl);
                }
            }
        }, iter: 1000);

    internal static string Jwk(DeviceKey key)
    {
        var (x, y, d) = (Url(key.Point[1..33]), Url(key.Point[33..]), Url(key.ToDer()[7..39]));
        return $$"""{"kty":"EC","crv":"P-256","kid":"1","x":"{{x}}","y":"{{y}}","d":"{{d}}"}""";
    }

    static string Url(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
