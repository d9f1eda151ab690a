using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

public class KeyEncodingTests
{
    static readonly (string Name, Func<DeviceKey, byte[]> Write)[] Forms =
    [
        ("sec1.der", k => k.ToDer(KeyEncoding.Sec1)),
        ("pkcs8.der", k => k.ToDer(KeyEncoding.Pkcs8)),
        ("sec1.pem", k => System.Text.Encoding.ASCII.GetBytes(k.ToPem(KeyEncoding.Sec1))),
        ("pkcs8.pem", k => System.Text.Encoding.ASCII.GetBytes(k.ToPem(KeyEncoding.Pkcs8))),
    ];

    [Fact]
    public void What_is_written_and_read_again_is_the_same_key_and_writes_the_same_bytes() =>
        Given.Scalar.Sample(scalar =>
        {
            var key = Given.Key(scalar);
            foreach (var (name, write) in Forms)
            {
                var written = write(key);
                var read = DeviceKey.Read(Given.Input(written));
                Assert.Equal(key, read);
                Assert.True(written.SequenceEqual(write(read)), name);
            }
        }, iter: 100);

    [Fact]
    public void Lengths_are_those_that_the_device_stores() =>
        Given.Scalar.Sample(scalar =>
        {
            var key = Given.Key(scalar);
            Assert.Equal((121, 138, 91), (key.ToDer().Length, key.ToDer(KeyEncoding.Pkcs8).Length, key.PublicKeyInfo.Length));
        }, iter: 20);

    [Fact]
    public void An_encrypted_key_opens_with_its_password_only()
    {
        const string password = "pässwörd 漢字 🔑";
        var key = DeviceKey.Generate();
        var pem = Given.Input(key.ToPem(password: password.ToCharArray()));
        Assert.Equal(key, DeviceKey.Read(pem, password.ToCharArray()));
        Assert.Equal("PasswordWrong", Assert.Throws<InputException>(() => DeviceKey.Read(pem, (password + "x").ToCharArray())).ErrorId);
        Assert.Equal("PasswordMissing", Assert.Throws<InputException>(() => DeviceKey.Read(pem)).ErrorId);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Openssl_and_certtool_read_all_that_is_written_and_find_the_same_public_key()
    {
        using var folder = new TempFolder();
        // The edges of the range, a scalar of one byte, and a few of the generator's.
        byte[] one = [.. new byte[31], 1], last = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550");
        DeviceKey[] keys = [Given.Key(one), Given.Key(last), Given.Key([.. new byte[16], .. last[..16]]),
            DeviceKey.Generate(), DeviceKey.Generate()];
        foreach (var key in keys)
        {
            foreach (var (name, write) in Forms) folder.Write($"{key.Fingerprint}.{name}", write(key));
        }

        folder.Write($"{keys[3].Fingerprint}.encrypted.pem", keys[3].ToPem(password: "pässwörd".ToCharArray()));
        folder.Write($"{keys[4].Fingerprint}.encrypted.der", keys[4].ToDer(password: "pässwörd".ToCharArray()));
        var output = Tool.Bash(folder.Path, """
            for f in *; do
              openssl pkey -in $f -passin pass:pässwörd -noout -check > $f.check || exit 1
              echo openssl $f $(openssl pkey -in $f -passin pass:pässwörd -pubout -outform der | sha256sum)
              case $f in *.der) der=--inder;; *) der=;; esac
              echo certtool $f $(certtool --key-info $der --infile $f --password pässwörd | grep pin-sha256:)
              case $f in
                *sec1*) openssl ec -in $f -outform der 2>/dev/null | cmp - ${f%.*}.der || exit 1;;
                *pkcs8*) openssl pkcs8 -topk8 -nocrypt -in $f -outform der | cmp - ${f%.*}.der || exit 1;;
              esac
            done
            """, "openssl", "certtool");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 * (keys.Length * Forms.Length + 2), lines.Length);
        Assert.All(lines, line =>
        {
            var fingerprint = Regex.Match(line, "[0-9A-F]{64}").Value;
            Assert.Contains(line.StartsWith("openssl", StringComparison.Ordinal) ? fingerprint.ToLowerInvariant()
                : Convert.ToBase64String(Convert.FromHexString(fingerprint)), line);
        });
    }

    [Fact]
    public void The_public_key_is_what_openssl_derives()
    {
        using var folder = new TempFolder();
        var key = DeviceKey.Generate();
        folder.Write("key.pem", key.ToPem());
        Assert.Equal(Tool.Bash(folder.Path, "openssl pkey -in key.pem -pubout", "openssl").TrimEnd(), key.PublicKeyPem);
    }

    [Fact]
    public void Generated_keys_are_on_the_curve_and_all_different()
    {
        var keys = Enumerable.Range(0, 50).Select(_ => DeviceKey.Generate()).ToList();
        Assert.Equal(50, keys.Select(k => k.Fingerprint).Distinct().Count());
        Assert.All(keys, k =>
        {
            Assert.True(P256.IsPoint(k.Point));
            // BouncyCastle's multiplication, whoever generated the key.
            Assert.Equal(k, DeviceKey.Read(Given.Input(k.ToDer())));
        });
    }

    [Fact]
    public void A_key_that_was_disposed_of_has_no_private_half_any_more()
    {
        var key = DeviceKey.Generate();
        var fingerprint = key.Fingerprint;
        key.Dispose();
        Assert.False(key.HasPrivateKey);
        Assert.Equal(fingerprint, key.Fingerprint);
        Assert.Throws<InvalidOperationException>(() => key.ToDer());
        Assert.Throws<InvalidOperationException>(() => key.ToPem());
        Assert.Throws<InvalidOperationException>(() => key.CreateSigner());
    }

    [Fact]
    public void Text_about_a_key_shows_no_part_of_it()
    {
        var key = DeviceKey.Generate();
        Secrets.AssertAbsent(key, key.ToString(), key.PublicKeyPem, key.Fingerprint);
    }

    [Fact]
    public void A_signature_verifies_with_its_own_key_and_data_only()
    {
        var (key, other) = (DeviceKey.Generate(), DeviceKey.Generate());
        Gen.Byte.Array[0, 200].Sample(data =>
        {
            var signature = key.CreateSigner().Sign(data);
            Assert.True(P256.Verify(key.Point, data, signature));
            Assert.False(P256.Verify(other.Point, data, signature));
            Assert.False(P256.Verify(key.Point, [.. data, 0], signature));
        }, iter: 20);
    }

    [Fact]
    public void Bytes_that_are_no_signature_verify_as_false_and_throw_nothing()
    {
        var key = DeviceKey.Generate();
        Gen.Byte.Array[0, 80].Sample(bytes => Assert.False(P256.Verify(key.Point, [1, 2, 3], bytes)), iter: 100);
    }
}
