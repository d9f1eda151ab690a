namespace DeviceCreds.Tests;

/// <summary>Keys that OpenSSL and GnuTLS wrote, in every way that they know.</summary>
public sealed class ForeignKeys : IDisposable
{
    const string Password = "pässwörd";
    readonly TempFolder _folder = new();
    readonly Lazy<IReadOnlyDictionary<string, string>> _fingerprints;

    public ForeignKeys() => _fingerprints = new(Make);

    public char[] PasswordChars => Password.ToCharArray();

    public InputFile this[string name]
    {
        get
        {
            _ = _fingerprints.Value;
            return InputFile.Read(_folder.File(name));
        }
    }

    /// <summary>What OpenSSL computes over the public key that it derives from the file.</summary>
    public string Fingerprint(string name) => _fingerprints.Value[name];

    Dictionary<string, string> Make() => Tool.Bash(_folder.Path, $$"""
        set -e
        P="pass:{{Password}}"
        exec 3>&1 >/dev/null 2>&1
        openssl ecparam -out ecparam-with-parameters.pem -name prime256v1 -genkey
        K=ecparam-with-parameters.pem
        openssl ec -in $K -outform der -out ec.der
        openssl ec -in $K -out ec.pem
        openssl ec -in $K -no_public -out ec-without-public.pem
        openssl ec -in $K -conv_form compressed -out ec-compressed.pem
        openssl pkey -in $K -out pkcs8.pem
        openssl pkcs8 -topk8 -nocrypt -in $K -outform der -out pkcs8.der
        openssl pkcs8 -topk8 -in $K -passout "$P" -out encrypted-default.pem
        openssl pkcs8 -topk8 -in $K -passout "$P" -outform der -out encrypted-default.der
        openssl pkcs8 -topk8 -in $K -passout "$P" -scrypt -out encrypted-scrypt.pem
        openssl pkcs8 -topk8 -in $K -passout "$P" -v1 PBE-SHA1-3DES -out encrypted-pkcs12.pem
        openssl pkcs8 -topk8 -in $K -passout "$P" -v2 aes-128-cbc -v2prf hmacWithSHA512 -out encrypted-aes128-sha512.pem
        openssl pkcs8 -topk8 -in $K -passout "$P" -v2 aes-192-cbc -v2prf hmacWithSHA384 -out encrypted-aes192-sha384.pem
        openssl pkcs8 -topk8 -in $K -passout "$P" -v2 des3 -v2prf hmacWithSHA1 -out encrypted-3des-sha1.pem
        openssl ec -aes256 -in $K -passout "$P" -out legacy-aes256.pem
        openssl ec -des3 -in $K -passout "$P" -out legacy-3des.pem
        for i in 1 2 3 4 5 6 7 8; do certtool --generate-privkey --ecc --curve secp256r1 --no-text --outfile gnutls-$i.pem; done
        certtool --generate-privkey --ecc --curve secp256r1 --no-text \
            --pkcs8 --password "{{Password}}" --pkcs-cipher aes-256 --outfile gnutls-encrypted.pem
        for f in *; do echo $f $(openssl ec -in $f -passin "$P" -conv_form uncompressed -pubout -outform der | sha256sum) >&3; done
        """, "openssl", "certtool").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToDictionary(f => f[0],
        f => f[1].ToUpperInvariant());

    public void Dispose() => _folder.Dispose();
}

public class ForeignKeyTests(ForeignKeys keys) : IClassFixture<ForeignKeys>
{
    [Theory]
    [InlineData("ecparam-with-parameters.pem")]
    [InlineData("ec.der")]
    [InlineData("ec.pem")]
    [InlineData("ec-without-public.pem")]
    [InlineData("ec-compressed.pem")]
    [InlineData("pkcs8.pem")]
    [InlineData("pkcs8.der")]
    public void A_key_of_openssl_is_read(string name) => Assert.Equal(keys.Fingerprint(name), DeviceKey.Read(keys[name]).Fingerprint);

    [Theory]
    [InlineData("encrypted-default.pem")]
    [InlineData("encrypted-default.der")]
    [InlineData("encrypted-scrypt.pem")]
    [InlineData("encrypted-pkcs12.pem")]
    [InlineData("encrypted-aes128-sha512.pem")]
    [InlineData("encrypted-aes192-sha384.pem")]
    [InlineData("encrypted-3des-sha1.pem")]
    [InlineData("legacy-aes256.pem")]
    [InlineData("legacy-3des.pem")]
    [InlineData("gnutls-encrypted.pem")]
    public void An_encrypted_key_is_read_with_its_password_and_refused_with_another_or_none(string name)
    {
        Assert.Equal(keys.Fingerprint(name), DeviceKey.Read(keys[name], keys.PasswordChars).Fingerprint);
        Assert.Equal("PasswordWrong", Assert.Throws<InputException>(() => DeviceKey.Read(keys[name], "another".ToCharArray())).ErrorId);
        var missing = Assert.Throws<InputException>(() => DeviceKey.Read(keys[name]));
        Assert.Equal(("PasswordMissing", ErrorKind.Authentication), (missing.ErrorId, missing.Kind));
    }

    [Fact]
    public void Keys_of_gnutls_are_read_whatever_length_it_gave_the_scalar()
    {
        var names = Enumerable.Range(1, 8).Select(i => $"gnutls-{i}.pem").ToList();
        Assert.Equal(names.Select(keys.Fingerprint), names.Select(n => DeviceKey.Read(keys[n]).Fingerprint));
    }

    [Fact]
    public void A_password_for_a_key_that_is_not_encrypted_does_no_harm() =>
        Assert.Equal(keys.Fingerprint("ec.pem"), DeviceKey.Read(keys["ec.pem"], keys.PasswordChars).Fingerprint);
}
