using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What messages, logs, views and reports may show.</summary>
public sealed class MessageTextTests
{
    // Random bytes are what a key is made of; a real one begins with what its format says.
    static readonly Gen<byte[]> Key =
        from seed in Gen.Byte.Array[32]
        where P256.IsScalar(seed)
        from encoding in Gen.Enum<KeyEncoding>()
        select Given.Key(seed).ToDer(encoding);

    static readonly IReadOnlyDictionary<string, Func<byte[], string>> Spellings = new Dictionary<string, Func<byte[], string>>
    {
        ["PEM"] = der => Pem.Encode("PRIVATE KEY", der),
        ["PEM with CRLF"] = der => Pem.Encode("PRIVATE KEY", der).ReplaceLineEndings("\r\n"),
        ["PEM in JSON"] = der => Pem.Encode("PRIVATE KEY", der).Replace("\n", "\\n"),
        ["PEM on one line"] = der => Pem.Encode("PRIVATE KEY", der).Replace("\n", " "),
        ["PEM without its end"] = der => Pem.Encode("PRIVATE KEY", der).Split("-----END")[0],
        ["PEM without its beginning"] = der => Pem.Encode("PRIVATE KEY", der).Split('\n', 2)[1],
        ["the body of PEM"] = der => string.Join("\n", Pem.Encode("X", der).Split('\n')[1..^1]),
        ["Base64"] = der => Convert.ToBase64String(der),
        ["Base64 for URLs"] = der => Convert.ToBase64String(der).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["a line of Base64"] = der => Convert.ToBase64String(der)[64..128],
        ["hexadecimal"] = Convert.ToHexString,
        ["small hexadecimal"] = Convert.ToHexStringLower,
        ["hexadecimal with hyphens"] = BitConverter.ToString,
        ["hexadecimal with colons"] = der => BitConverter.ToString(der).Replace('-', ':'),
        ["C"] = der => "{ " + string.Join(", ", der.Select(b => $"0x{b:x2}")) + " }",
        ["C in lines"] = der => string.Join(",\n", der.Chunk(8).Select(line => string.Join(", ", line.Select(b => $"0x{b:X2}")))),
        ["a string in C"] = der => string.Concat(der.Select(b => $"\\x{b:X2}")),
        ["decimal"] = der => string.Join(" ", der),
    };

    public static TheoryData<string> SpellingNames => [.. Spellings.Keys];

    [Theory]
    [MemberData(nameof(SpellingNames))]
    public void A_key_is_not_shown(string spelling) => Key.Sample(der =>
    {
        var text = Spellings[spelling](der);
        Assert.True(MessageText.HoldsSecret(text));
        foreach (var message in new[] { text, $"{text}: there is no such file.", $"the value is '{text}', and must be a number." })
        {
            // Shown in part, it would still have eight characters in a row of its own somewhere.
            var shown = MessageText.Message(message);
            for (var i = 0; i + 8 <= text.Length; i += 8) Assert.DoesNotContain(text.Substring(i, 8), shown, StringComparison.Ordinal);
            Assert.DoesNotContain(text[..8], MessageText.Shorten(text), StringComparison.Ordinal);
        }
    }, iter: 300);

    [Fact]
    public void The_scalar_alone_is_not_shown()
    {
        var hidden = 0;
        for (var i = 0; i < 5000; i++)
        {
            var scalar = DeviceKey.Generate().ToDer()[7..39];
            Assert.True(MessageText.HoldsSecret(Convert.ToHexString(scalar)));
            if (MessageText.HoldsSecret(Convert.ToBase64String(scalar))) hidden++;
        }

        // Random characters that do not look so are one in ten thousand: a rule for all would take words for keys.
        Assert.InRange(hidden, 4990, 5000);
    }

    [Theory]
    [InlineData("pkcs11:token=Factory;object=ca?pin-value=73950128", "73950128")]
    [InlineData("pkcs11:token=Factory;pin-value=7395;object=ca", "7395")]
    [InlineData("HostName=hub;SharedAccessKeyName=owner;SharedAccessKey=hunter2=", "hunter2")]
    [InlineData("Server=db;User Id=sa;Password=hunter2;", "hunter2")]
    [InlineData("password = 'hunter 2'", "hunter 2")]
    [InlineData("@{EndpointName=d; RootOfTrust=00112233445566778899aabbccddeeff}", "0011")]
    [InlineData("https://admin:hunter2@vault.example.com/keys/ca", "hunter2")]
    [InlineData("https://account.blob.core.windows.net/c?sv=2022&sig=hunter2&se=x", "hunter2")]
    [InlineData("""{"kty":"EC","d":"hunter2"}""", "hunter2")]
    [InlineData("""{ "password" : "hunter2" }""", "hunter2")]
    public void A_password_is_known_by_its_name(string text, string secret)
    {
        Assert.DoesNotContain(secret, MessageText.Message(text), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, MessageText.Shorten(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/home/User1/Documents/DeviceCreds/artifacts/TestResults/BootstrapDevicePrivateKey.pem")]
    [InlineData("""C:\Users\Build Agent\AppData\Local\Temp\DeviceCreds\LwM2MDevicePrivateKey.der""")]
    [InlineData("/tmp/6f9619ff-8b86-d011-b42d-00c04fc964ff/out/dev-000001/BootstrapDeviceCert.pem: there is no such file.")]
    [InlineData("/agent/_work/1/s/out/0166d2a1c9f84b7f8c3a5de2471b9c60/LwM2MDeviceCert.pem")]
    [InlineData("/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/tmp3k4j5h6g/device-configuration-production.json")]
    [InlineData("The serial number 7D238B9DD966D8E0C7B6AB715D70A6F01122AABB of 'dev-1' was revoked before.")]
    [InlineData("coaps://lwm2m.eu-west-1.mbedcloud.com:5684?aid=0123456789abcdef0123456789abcdef")]
    [InlineData("CN=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, OU=0166d2a1c9f84b7f8c3a5de2471b9c60, O=Acme")]
    [InlineData("A certificate file holds '-----BEGIN CERTIFICATE-----' (PEM) or begins with the byte 30 (DER).")]
    [InlineData("pkcs11:token=Factory%20One;object=ca;id=%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12")]
    [InlineData("UpdateCertificate: this is not a certificate. The key is on P-384, the password is wrong, d = 5, pin 3.")]
    [InlineData("the file holds 12 private keys, in lines 1, 5, 9, 13, 17, 21, 25, 29, 33, 37 and so on.")]
    [InlineData("expected 48 bytes, found 3: 01 02 03; 00:1A:2B:3C:4D:5E and 2001:db8:0:0:8:800:200c:417a are addresses.")]
    public void What_is_no_secret_is_shown(string text)
    {
        Assert.False(MessageText.HoldsSecret(text));
        Assert.Same(text, MessageText.Message(text));
    }

    [Theory]
    [InlineData("##vso[task.complete]", "#?vso[task.complete]")]
    [InlineData("###", "#??")]
    [InlineData("a\u001b[31mb", "a?[31mb")]
    [InlineData("a\u009b31mb", "a?31mb")]
    [InlineData("a\r\nb\u2028c\u0085d", "a??b?c?d")]
    [InlineData("a\u202Eb\u2066c\u200Fd", "a?b?c?d")]
    [InlineData("\uD83D\uDE00 \uDB40\uDC41", "\uD83D\uDE00 ?")]
    public void What_nobody_can_see_is_a_question_mark(string text, string shown)
    {
        Assert.Equal(shown, MessageText.Clean(text));
        Assert.Equal(shown, MessageText.Shorten(text));
    }

    // Test runners cannot carry these.
    [Fact]
    public void Half_a_surrogate_pair_is_a_question_mark() => Assert.Equal("? ?", MessageText.Clean("\uD83D \uDE00"));

    [Fact]
    public void A_text_is_one_visible_line_and_no_command() => Gen.String.Sample(text =>
    {
        var shown = MessageText.Message(text);
        Assert.DoesNotContain("##", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.Equal(shown, MessageText.Message(shown));
    }, iter: 5000);

    [Fact]
    public void A_long_text_is_read_in_time_that_grows_with_it_alone()
    {
        // Each is the beginning of something that never comes to its end.
        foreach (var piece in new[] { "a", "0x1, ", "aB1", "-----BEGIN ", "-----END ", "password=", "\"d\":", "://a:", "M", "1 " })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 300_000 / piece.Length));
            Assert.True(MessageText.Shorten(text).Length < 100);
            Assert.NotEmpty(MessageText.Message(text));
        }
    }

    [Fact]
    public void An_error_shows_no_secret_and_neither_does_what_it_is_made_of()
    {
        var key = DeviceKey.Generate();
        var pem = key.ToPem();
        var inner = new FileNotFoundException($"Could not find file '{pem}'.", pem);
        foreach (DeviceCredsException e in new DeviceCredsException[]
        {
            new InputException("X", ErrorKind.NotFound, "there is no such file.", $"Is it {pem}?", pem, 1, 2, inner),
            new OutputException("X", ErrorKind.InputOutput, $"cannot write {pem}", null, pem, inner),
            new IssuanceException("X", ErrorKind.InvalidArgument, $"'{pem}' is not a name."),
        })
        {
            var path = (e as InputException)?.Path ?? (e as OutputException)?.Path ?? "";
            Secrets.AssertAbsent(key, e.ToString(), e.Message, e.Problem, e.Advice ?? "", path);
        }
    }

    /// <summary>PowerShell's detailed error views show every property of an exception and of its cause as it is.</summary>
    [Theory]
    [InlineData("##vso[task.complete]", "#?vso[task.complete]")]
    [InlineData("a\u001b[31mb\nc", "a?[31mb?c")]
    [InlineData("\u202Ea", "?a")]
    public void WhatAnErrorViewShowsOfAPathIsClean(string path, string shown)
    {
        var cause = new FileNotFoundException($"Could not find file '{path}'.", path);
        var read = new InputException("X", ErrorKind.NotFound, "there is no such file.", path: path, inner: cause);
        var written = new OutputException("X", ErrorKind.InputOutput, "cannot be written.", path: path, inner: cause);
        Assert.Equal((shown, shown), (read.Path, written.Path));
        Assert.All([read, written], (DeviceCredsException e) => Assert.Null(e.InnerException));

        var honest = new FileNotFoundException("Could not find file 'a'.", "a");
        Assert.Same(honest, new InputException("X", ErrorKind.NotFound, "there is no such file.", path: "a", inner: honest).InnerException);
    }
}
