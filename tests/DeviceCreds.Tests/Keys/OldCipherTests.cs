namespace DeviceCreds.Tests;

/// <summary>Keys that OpenSSL encrypted with old or rare ciphers, under a password outside of ASCII.</summary>
public sealed class OldCipherTests : IDisposable
{
    const string Password = "p\u00E4ss \u20AC";

    static readonly DeviceKey Key = DeviceKey.Generate();

    readonly TempFolder _folder = new();

    public OldCipherTests() => _folder.Write("k.pem", Key.ToPem(KeyEncoding.Pkcs8));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("camellia128"), InlineData("camellia192"), InlineData("camellia256"), InlineData("aria128"), InlineData("aria256")]
    [InlineData("seed"), InlineData("des"), InlineData("des3"), InlineData("aes-256-cfb"), InlineData("aes-256-cfb8")]
    [InlineData("aes-128-ofb"), InlineData("bf-cbc"), InlineData("cast5-cbc"), InlineData("rc2-cbc"), InlineData("rc2-40-cbc")]
    [InlineData("rc2-64-cbc")]
    public void Old_PEM_is_read_in_any_cipher(string cipher)
    {
        OpenSsl($"ec -in k.pem -{cipher} -out locked.pem -passout 'pass:{Password}'");
        Assert.Equal(Key, Read(Password));
        Assert.Equal("PasswordWrong", Refused.Input(() => Read("another")));
    }

    [Theory]
    [InlineData("-v1 PBE-MD5-DES"), InlineData("-v1 PBE-SHA1-DES"), InlineData("-v1 PBE-MD5-RC2-64"), InlineData("-v1 PBE-SHA1-RC2-64")]
    [InlineData("-v1 PBE-SHA1-3DES"), InlineData("-v1 PBE-SHA1-RC4-128")]
    [InlineData("-v2 camellia-256-cbc"), InlineData("-v2 aria-128-cbc"), InlineData("-v2 aes-192-cbc")]
    public void Pkcs8_is_read_in_any_scheme(string scheme)
    {
        OpenSsl($"pkcs8 -topk8 -in k.pem {scheme} -out locked.pem -passout 'pass:{Password}'");
        Assert.Equal(Key, Read(Password));
        Assert.Equal("PasswordWrong", Refused.Input(() => Read("another")));
    }

    [Fact]
    public void A_cipher_that_is_not_supported_is_named_and_the_password_is_not_blamed()
    {
        OpenSsl($"ec -in k.pem -aes-256-cfb1 -out locked.pem -passout 'pass:{Password}'");
        var error = Assert.Throws<InputException>(() => Read(Password));
        Assert.Equal("KeyEncryptionUnsupported", error.ErrorId);
        Assert.Contains("AES-256-CFB1", error.Problem);
        Assert.Contains("openssl pkey", error.Advice);
    }

    DeviceKey Read(string password) => DeviceKey.Read(InputFile.Read(_folder.File("locked.pem")), password.ToCharArray());

    void OpenSsl(string arguments) => Tool.Bash(_folder.Path, $"openssl {arguments} -provider legacy -provider default", "openssl");
}
