using System.Text;

namespace DeviceCreds.Tests;

/// <summary>What a file is that is none of those asked for: each reader names it, and the command that converts it.</summary>
public class FileShapeTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    public static readonly IReadOnlyDictionary<string,
        (string Name, string? Command, Func<byte[]> Make)> Files = new Dictionary<string, (string, string?, Func<byte[]>)>
    {
        ["JKS"] = ("a Java keystore", "keytool -importkeystore", () => [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 0]),
        ["JCEKS"] = ("a Java keystore", "keytool -importkeystore", () => [0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2, 0, 0, 0, 0]),
        ["PPK"] = ("PuTTY's format", "puttygen", () => Ascii("PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\r\nEncryption: none\r\n")),
        ["a TPM's key"] = ("TPM", "openssl req -new -provider tpm2",
            () => Ascii(Pem.Encode("TSS2 PRIVATE KEY", Convert.FromHexString("300806066781050A0103")))),
        ["a TPM's key in DER"] = ("TPM", "openssl req -new -provider tpm2", () => Convert.FromHexString("300806066781050A0103")),
        ["openssl enc"] = ("encrypted", "Decrypt it", () => Ascii("Salted__12345678abcdefgh")),
        ["openssl enc -a"] = ("encrypted", "Decrypt it", () => Ascii("U2FsdGVkX18xMjM0NTY3OGFiY2RlZmdoaWprbG1ub3A=\n")),
        ["age"] = ("encrypted", "Decrypt it", () => Ascii("age-encryption.org/v1\n-> X25519 abc\n")),
        ["age in PEM"] = ("encrypted", "Decrypt it", () => Ascii(Pem.Encode("AGE ENCRYPTED FILE", Ascii("age-encryption.org/v1\n")))),
        ["Ansible Vault"] = ("encrypted", "Decrypt it", () => Ascii("$ANSIBLE_VAULT;1.1;AES256\n6162\n")),
        ["PGP"] = ("PGP", "Decrypt it", () => Ascii("-----BEGIN PGP MESSAGE-----\n\nhQEMA+abc=\n=olY7\n-----END PGP MESSAGE-----\n")),
        ["CMS enveloped data"] = ("an encrypted message", "openssl cms -decrypt",
            () => Convert.FromHexString("300F06092A864886F70D010703A0023000")),
        ["a PKCS#12 file"] = ("PKCS#12", "Import-DeviceCredential", () => Convert.FromHexString("3010020103300B06092A864886F70D010701")),
        ["a Git LFS pointer"] = ("Git LFS", "git lfs pull",
            () => Ascii("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")),
        ["a spreadsheet"] = ("Excel", "CSV", () => [0x50, 0x4B, 3, 4, 20, 0, 6, 0]),
        ["gzip"] = ("gzip", "gzip -d", () => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]),
        ["bzip2"] = ("bzip2", "bzip2 -d", () => Ascii("BZh91AY&SY\u0001\u0002")),
        ["xz"] = ("xz", "xz -d", () => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4]),
        ["Zstandard"] = ("Zstandard", "zstd -d", () => [0x28, 0xB5, 0x2F, 0xFD, 4, 0, 1, 2]),
        ["S/MIME"] = ("S/MIME", "openssl smime -pk7out", () => Ascii("MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\nAA==\n")),
        ["a web page in capitals"] = ("a web page", "download", () => Ascii("<HTML><BODY>Sign in</BODY></HTML>")),
        ["parameters of Diffie-Hellman"] = ("the parameters for making keys", null,
            () => Ascii(Pem.Encode("DH PARAMETERS", Convert.FromHexString("3006020117020102")))),
        ["a web page"] = ("a web page", "download", () => Ascii("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>")),
        ["an SSH public key"] = ("SSH", null, () => Ascii("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= me@host\n")),
        ["NSS's database"] = ("SQLite", "pk12util", () => Ascii("SQLite format 3\0\x10\0")),
    };

    public static TheoryData<string> FileNames => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(FileNames))]
    public void Each_reader_names_what_a_file_is_and_how_it_is_converted(string name)
    {
        var (shown, command, make) = Files[name];
        foreach (var read in new Action<InputFile>[] { f => DeviceKey.Read(f, ['x']), f => CertificateReader.Read(f),
            f => DeviceCertificateRequest.Read(f), f => CredentialImporter.Read([f], "file") })
        {
            var error = Assert.Throws<InputException>(() => read(new InputFile(make(), "file")));
            Assert.Contains(shown, error.Message);
            // Import-DeviceCredential itself has nothing to convert in a PKCS#12 file that is damaged.
            if (command is not null && error.ErrorId != "Pkcs12Malformed") Assert.Contains(command, error.Message);
            // There is a way to keep what the file holds.
            Assert.DoesNotContain("New-DeviceKey", error.Message);
        }
    }

    internal static readonly IReadOnlyDictionary<string,
        (FileShape Shape, Func<byte[]> Make)> Objects = new Dictionary<string, (FileShape, Func<byte[]>)>
    {
        ["SEC 1"] = (FileShape.Sec1Key, () => DeviceKey.Generate().ToDer()),
        ["PKCS#8"] = (FileShape.Pkcs8Key, () => DeviceKey.Generate().ToDer(KeyEncoding.Pkcs8)),
        ["encrypted PKCS#8"] = (FileShape.EncryptedKey, () => DeviceKey.Generate().ToDer(KeyEncoding.Pkcs8, ['x'])),
        ["a public key"] = (FileShape.PublicKey, () => DeviceKey.Generate().PublicKeyInfo),
        ["a certificate"] = (FileShape.Certificate, () => Root.Own.CertificateDer),
        ["a request"] = (FileShape.Request, () => DeviceCertificateRequest.Create("device").Der),
        ["a revocation list"] = (FileShape.RevocationList,
            () => CertificateRevocationList.Create(Root, [], Org.BouncyCastle.Math.BigInteger.One, DateTime.UtcNow,
            DateTime.UtcNow.AddDays(1)).Der),
        ["PKCS#12"] = (FileShape.Pkcs12, () => Pkcs12.Encode("x", Factory.Credential().PrivateKey!, [Root.Own], ['x'],
            Pkcs12Protection.Modern with { Iterations = 1 })),
    };

    public static TheoryData<string> ObjectNames => [.. Objects.Keys];

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void An_object_of_DER_is_recognised_by_its_form(string name) =>
        Assert.Equal(Objects[name].Shape, FileShapes.Of(Objects[name].Make()));

    [Fact]
    public void What_other_programs_write_is_recognised_by_its_form()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, """
            set -e
            openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
            openssl rsa -in rsa.pem -traditional -outform der -out rsa.der
            openssl rsa -in rsa.pem -RSAPublicKey_out -outform der -out rsapub.der
            openssl dsaparam -genkey 1024 2>/dev/null | openssl dsa -outform der -out dsa.der 2>/dev/null
            openssl ecparam -name prime256v1 -param_enc explicit -outform der -out params.der
            openssl req -x509 -newkey rsa:2048 -nodes -keyout k -subj /CN=x -outform der -out cert.der 2>/dev/null
            openssl x509 -inform der -in cert.der -out cert.pem
            openssl crl2pkcs7 -nocrl -certfile cert.pem -outform der -out p7.der
            openssl cms -encrypt -binary -in cert.der -outform der -out cms.der cert.pem
            printf '[x]\ndatabase=i\ndefault_md=sha256\ncrlnumber=n\n' > c; touch i; echo 01 > n
            openssl ca -config c -name x -gencrl -crldays 1 -cert cert.pem -keyfile k 2>/dev/null | openssl crl -outform der -out crl2.der
            printf '[x]\ndatabase=i\ndefault_md=sha256\n' > c
            openssl ca -config c -name x -gencrl -crldays 1 -cert cert.pem -keyfile k 2>/dev/null | openssl crl -outform der -out crl1.der
            """, "openssl");
        foreach (var (file, shape) in new[]
        {
            ("rsa", FileShape.RsaKey), ("rsapub", FileShape.PublicKey), ("dsa", FileShape.DsaKey),
                ("params", FileShape.CurveParameters), ("cert", FileShape.Certificate),
            ("p7", FileShape.Pkcs7), ("cms", FileShape.EncryptedMessage), ("crl1", FileShape.RevocationList),
                ("crl2", FileShape.RevocationList),
        }) Assert.Equal((file, shape), (file, FileShapes.Of(File.ReadAllBytes(folder.File(file + ".der")))));
    }

    static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);
}
