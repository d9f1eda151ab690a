using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>C headers, hexadecimal, Base64 and PKCS#7: what compilers and other people's tools make of them.</summary>
public class FirmwareFormatTests
{
    static readonly DeviceCredential Deep = Delivery.Issue(CredentialKind.Bootstrap, "d\u00e9v \"1\" */ ??/", Delivery.Lower);

    static string Header(DeviceCredential credential, ExportOptions? options = null) =>
        Encoding.ASCII.GetString(Assert.Single(Delivery.Write("CHeader", credential, options ?? new ExportOptions())).Value);

    [Fact]
    public void Compilers_take_a_header_without_a_warning_and_its_arrays_hold_the_credential()
    {
        using var folder = new TempFolder();
        folder.Write("bootstrap.h", Header(Deep));
        folder.Write("factory.h", Header(Deep, new ExportOptions { Prefix = "factory_", KeyEncoding = KeyEncoding.Pkcs8 }));
        folder.Write("main.c", """
            #include "bootstrap.h"
            #include "bootstrap.h"
            #include "factory.h"
            #include <stdio.h>
            #include <string.h>
            static void dump(const char *name, const uint8_t *bytes, size_t size)
            {
                FILE *file = fopen(name, "wb");
                if (file && fwrite(bytes, 1, size, file) == size) fclose(file);
            }
            int main(void)
            {
                dump("name", (const uint8_t *)bootstrap_endpoint_name, strlen(bootstrap_endpoint_name));
                dump("key", bootstrap_private_key, bootstrap_private_key_size);
                dump("key8", factory_private_key, factory_private_key_size);
                dump("certificate", bootstrap_certificate, bootstrap_certificate_size);
                dump("issuer1", bootstrap_issuer_1, bootstrap_issuer_1_size);
                dump("issuer3", factory_issuer_3, factory_issuer_3_size);
                return 0;
            }
            """);
        Tool.Bash(folder.Path, """
            for c in "gcc -std=c99 -x c" "gcc -std=c17 -x c" "g++ -std=c++98 -x c++" "g++ -std=c++17 -x c++"; do
                $c -Wall -Wextra -Wno-unused -Werror -o main main.c || exit 1
            done
            gcc -std=c99 -Wall -Werror -o main main.c && ./main
            """, "gcc", "g++");
        byte[] Read(string name) => File.ReadAllBytes(folder.File(name));
        Assert.Equal(Deep.EndpointName, Encoding.UTF8.GetString(Read("name")));
        Assert.Equal(Deep.PrivateKey!.ToDer(KeyEncoding.Sec1, null), Read("key"));
        Assert.Equal(Deep.PrivateKey.ToDer(KeyEncoding.Pkcs8, null), Read("key8"));
        Assert.Equal(Deep.CertificateDer, Read("certificate"));
        Assert.Equal(Deep.Chain.Certificates[1].CertificateDer, Read("issuer1"));
        Assert.Equal(Deep.Chain.Certificates[3].CertificateDer, Read("issuer3"));
    }

    [Fact]
    public void A_header_has_as_much_of_the_chain_and_the_key_as_wanted()
    {
        Assert.DoesNotContain("issuer_3", Header(Deep, new ExportOptions { ExcludeRoot = true }), StringComparison.Ordinal);
        Assert.DoesNotContain("issuer_1", Header(Deep, new ExportOptions { ChainDepth = 1 }), StringComparison.Ordinal);
        Assert.DoesNotContain("private_key", Header(Deep, new ExportOptions { NoPrivateKey = true }), StringComparison.Ordinal);
        Assert.Contains("lwm2m_certificate[]", Header(Delivery.Issue(CredentialKind.Lwm2m)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("\u00e9")]
    [InlineData("x;int y")]
    public void A_prefix_that_no_name_begins_with_is_refused(string prefix) => Assert.Equal("PrefixInvalid",
        Refused.Input(() => CredentialExport.Check(["CHeader"], new ExportOptions { Prefix = prefix })));

    [Theory]
    [InlineData("Hex", "hex", "xxd -r -p")]
    [InlineData("Base64", "b64", "openssl base64 -d -A")]
    public void A_line_of_text_is_the_DER(string format, string ending, string decode)
    {
        using var folder = new TempFolder();
        var files = Delivery.Write(format, Deep, new ExportOptions());
        Assert.Equal([$"BootstrapDeviceCert.{ending}", $"BootstrapDevicePrivateKey.{ending}"], files.Keys.Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            Assert.Equal(1, file.Value.Count(b => b == (byte)'\n'));
            folder.Write(file.Key, Encoding.ASCII.GetString(file.Value));
        }

        var python = decode.StartsWith("xxd", StringComparison.Ordinal)
            ? "/usr/bin/python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read().strip()))'" : decode;
        Tool.Bash(folder.Path, $$"""
            for f in Cert PrivateKey; do {{python}} < BootstrapDevice$f.{{ending}} > $f.der || exit 1; done
            openssl ec -inform DER -in PrivateKey.der -noout 2> /dev/null && openssl x509 -inform DER -in Cert.der -noout
            """, "openssl");
        Assert.Equal(Deep.CertificateDer, File.ReadAllBytes(folder.File("Cert.der")));
        Assert.Equal(Deep.PrivateKey!.ToDer(KeyEncoding.Sec1, null), File.ReadAllBytes(folder.File("PrivateKey.der")));
    }

    [Theory]
    [InlineData("Hex")]
    [InlineData("Base64")]
    public void What_is_written_is_read_again(string format) =>
        (from kind in Gen.Enum<CredentialKind>()
         from name in Given.EndpointName
         from encoding in Gen.Enum<KeyEncoding>()
         select (kind, name, encoding)).Sample(t =>
        {
            var credential = Delivery.Issue(t.kind, t.name);
            Delivery.AssertSame(credential,
                Delivery.Read(Delivery.Write(format, credential, new ExportOptions { KeyEncoding = t.encoding })));
        }, iter: 20);

    [Fact]
    public void Other_tools_read_the_chain_out_of_PKCS_7()
    {
        using var folder = new TempFolder();
        var file = Assert.Single(Delivery.Write("P7b", Deep, new ExportOptions()));
        File.WriteAllBytes(folder.File("a.p7b"), file.Value);
        var subjects = Tool.Bash(folder.Path, "openssl pkcs7 -inform DER -in a.p7b -print_certs -noout | grep -c ^subject", "openssl");
        Assert.Equal("4", subjects.Trim());
        Assert.Contains("4 certificates", Tool.Bash(folder.Path,
            "certtool --p7-info --inder --infile a.p7b > i.txt; echo $(grep -c 'BEGIN CERT' i.txt) certificates", "certtool"),
            StringComparison.Ordinal);
        Assert.Contains("Owner: CN=Top", Tool.Bash(folder.Path, "keytool -printcert -file a.p7b", "keytool"), StringComparison.Ordinal);
        var net = new X509Certificate2Collection();
#pragma warning disable SYSLIB0057 // Import of PKCS#7 has no other name in all versions.
        net.Import(file.Value);
#pragma warning restore SYSLIB0057
        Assert.Equal(Deep.Chain.Certificates.Select(c => c.Thumbprint).Order(), net.Select(c => c.Thumbprint).Order());
        Assert.Equal(Deep.Chain.Certificates.ToHashSet(), CertificateReader.Read(new InputFile(file.Value, "a.p7b")).ToHashSet());
        Assert.Equal(2, CertificateReader.Read(new InputFile(
            Assert.Single(Delivery.Write("P7b", Deep, new ExportOptions { ChainDepth = 2 })).Value, "a.p7b")).Count);
    }

    [Fact]
    public void A_certificate_that_is_longer_than_its_container_is_damage_wherever_it_stands()
    {
        var whole = Assert.Single(Delivery.Write("P7b", Deep, new ExportOptions())).Value;
        byte[] version3 = [0xA0, 3, 2, 1, 2];
        foreach (var certificate in Deep.Chain.Certificates)
        {
            var damaged = whole.ToArray();
            // An indefinite length before it ends the search for faults.
            damaged[whole.AsSpan().IndexOf(version3) + 1] = 0x80;
            damaged[whole.AsSpan().IndexOf(certificate.CertificateDer) + 2] = 0x7F;
            Assert.Equal("CertificateMalformed", Refused.Input(() => CertificateReader.Read(new InputFile(damaged, "a.p7b"))));
        }
    }
}
