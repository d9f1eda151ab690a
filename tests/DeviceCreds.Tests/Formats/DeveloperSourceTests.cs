using System.Globalization;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The C file of the developer flow: compiled by other people's compilers, and read in whatever way it is written.</summary>
public class DeveloperSourceTests
{
    const string FileName = "mbed_cloud_dev_credentials.c";
    const string ServerCertificate = "MBED_CLOUD_DEV_BOOTSTRAP_SERVER_ROOT_CA_CERTIFICATE";

    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Bootstrap);
    static readonly DeviceConfiguration Configuration = Delivery.Configuration(CredentialKind.Bootstrap);

    static string Write(DeviceCredential credential, ExportOptions options) =>
        Encoding.ASCII.GetString(Delivery.Write("DeveloperSource", credential, options)[FileName]);

    static DeviceConfiguration Said(DeviceConfiguration given, DeviceCredential credential) =>
        given with { EndpointName = credential.EndpointName, AccountId = Given.AccountId };

    /// <summary>Texts that a C compiler would take apart, if it were given them as they are.</summary>
    static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.OneOf("\"", "\\", "??/", "???=", "????", "a??", "\\\"", "*/", "/*", "//", "%s%n", "\\x41", "\\0", "0", "é0", "漢字",
            "😀F", "a\"; int x = 1; //", "#error", "\\u0041", "'", "\t", "\u0001\u001b[31m", "\u007f9"),
        Gen.String[Gen.Char["\"\\?/=!<>()'-*#%0179afAFxuUäé漢\n\r\t"], 1, 30].Where(t => UnexpandedVariable.Find(t) is null));

    [Fact]
    public void Whatever_is_written_and_read_again_is_equal() =>
        (from name in Given.EndpointName
         from texts in Hostile.Array[5]
         from memory in Gen.OneOf(0L, 1, 8, 512, uint.MaxValue)
         from encoding in Gen.Enum<KeyEncoding>()
         select (name, texts, memory, encoding)).Sample(t =>
        {
            var credential = Delivery.Issue(CredentialKind.Bootstrap, t.name);
            var configuration = Configuration with { Manufacturer = t.texts[0], ModelNumber = t.texts[1],
                SerialNumber = t.texts[2], DeviceType = t.texts[3], HardwareVersion = t.texts[4], MemoryTotalKB = t.memory };
            var text = Write(credential, Delivery.Options(configuration) with { KeyEncoding = t.encoding });
            // Plain ASCII, without a trigraph.
            Assert.DoesNotContain(text, c => c is not '\n' and (< ' ' or > '~'));
            Assert.DoesNotContain("??", text);
            var read = Delivery.Read(FileName, Encoding.ASCII.GetBytes(text));
            Delivery.AssertSame(credential, read);
            Delivery.AssertSame(Said(configuration, credential), read.Configuration);
        }, iter: 100);

    [Fact]
    public void Gcc_and_gpp_compile_it_without_a_warning_and_the_program_has_what_was_written()
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(CredentialKind.Bootstrap, "dev \"\\?? é漢😀0 ??/");
        var configuration = Configuration with { Manufacturer = "???=??/\\\"*/ //%s", ModelNumber = "é0\\x41",
            SerialNumber = "\t\u00011", DeviceType = "'", HardwareVersion = "#error", MemoryTotalKB = uint.MaxValue };
        folder.Write(FileName, Write(credential, Delivery.Options(configuration) with { KeyEncoding = KeyEncoding.Pkcs8 }));
        string[] texts = ["BOOTSTRAP_ENDPOINT_NAME", "BOOTSTRAP_SERVER_URI", "ACCOUNT_ID", "MANUFACTURER", "MODEL_NUMBER",
            "SERIAL_NUMBER", "DEVICE_TYPE", "HARDWARE_VERSION"];
        string[] arrays = ["BOOTSTRAP_DEVICE_CERTIFICATE", "BOOTSTRAP_SERVER_ROOT_CA_CERTIFICATE", "BOOTSTRAP_DEVICE_PRIVATE_KEY"];
        // As the client does: the constants are another file's.
        folder.Write("main.c", $$"""
            #include <stdint.h>
            #include <stdio.h>
            #include <string.h>
            #ifdef __cplusplus
            extern "C" {
            #endif
            {{string.Join('\n', texts.Select(t => $"extern const char MBED_CLOUD_DEV_{t}[];"))}}
            {{string.Join('\n', arrays.Select(a => $"extern const uint8_t "
                + $"MBED_CLOUD_DEV_{a}[]; extern const uint32_t MBED_CLOUD_DEV_{a}_SIZE;"))}}
            extern const uint32_t MBED_CLOUD_DEV_MEMORY_TOTAL_KB;
            #ifdef __cplusplus
            }
            #endif
            static void show(const void *bytes, size_t size) {
                const unsigned char *b = (const unsigned char *)bytes;
                size_t i;
                for (i = 0; i < size; i++) printf("%02x", b[i]);
                printf("\n");
            }
            int main(void) {
                {{string.Join('\n', texts.Select(t => $"show(MBED_CLOUD_DEV_{t}, strlen(MBED_CLOUD_DEV_{t}));"))}}
                {{string.Join('\n', arrays.Select(a => $"show(MBED_CLOUD_DEV_{a}, MBED_CLOUD_DEV_{a}_SIZE);"))}}
                printf("%lu\n", (unsigned long)MBED_CLOUD_DEV_MEMORY_TOTAL_KB);
                return 0;
            }
            """);
        var expected =
            new[] { credential.EndpointName, configuration.ServerUri!, Given.AccountId, configuration.Manufacturer!,
                configuration.ModelNumber!, configuration.SerialNumber!, configuration.DeviceType!, configuration.HardwareVersion! }
            .Select(Encoding.UTF8.GetBytes)
            .Concat([credential.CertificateDer, configuration.ServerCertificate!.CertificateDer,
                credential.PrivateKey!.ToDer(KeyEncoding.Pkcs8)])
            .Select(Convert.ToHexStringLower)
            .Append("4294967295");
        foreach (var (compiler, standards) in new[] { ("gcc", "c99 gnu99 c17"), ("g++", "c++98 c++17") })
        {
            var output = Tool.Bash(folder.Path, $"""
                set -e
                for s in {standards}; do
                  {compiler} -Wall -Wextra -Werror -pedantic -std=$s -c {FileName} -o a.o
                  {compiler} -Wall -Wextra -Werror -std=$s a.o main.c -o program
                  ./program > $s.txt
                done
                sort -u <(md5sum *.txt | cut -c1-32) | wc -l
                cat {standards.Split(' ')[0]}.txt
                rm *.txt
                """, compiler).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(expected.Prepend("1"), output.Select(l => l.Trim()));
        }
    }

    /// <summary>A file of the portal's shape, with credentials of the test's own.</summary>
    static string Portal(DeviceCredential credential, string certificateSize = "sizeof(MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE)")
    {
        var key = Given.Pkcs8(Given.Sec1(credential.PrivateKey!.ToDer()[7..39], point: credential.PrivateKey.Point));
        Assert.Equal(150, key.Length);
        return $$"""
            /*
             * Copyright (c) 2018 Somebody. All rights reserved; "quotes", 'apostrophes' and MBED_CLOUD_DEV_MANUFACTURER[] = "no";
             */
            #ifndef __MBED_CLOUD_DEV_CREDENTIALS_H__
            #define __MBED_CLOUD_DEV_CREDENTIALS_H__

            #include <inttypes.h>

            const char MBED_CLOUD_DEV_BOOTSTRAP_ENDPOINT_NAME[] = "{{credential.EndpointName}}";
            const char MBED_CLOUD_DEV_ACCOUNT_ID[] = "{{Given.AccountId}}";
            const char MBED_CLOUD_DEV_BOOTSTRAP_SERVER_URI[] = "{{Delivery.BootstrapUri}}";

            const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE[] =
            {{List(credential.CertificateDer)}};

            const uint8_t {{ServerCertificate}}[] =
            {{List(Delivery.ServerAuthority.CertificateDer)}};

            const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[] =
            {{List(key)}};

            const char MBED_CLOUD_DEV_MANUFACTURER[] = "dev_manufacturer";

            const char MBED_CLOUD_DEV_MODEL_NUMBER[] = "dev_model_num";

            const char MBED_CLOUD_DEV_SERIAL_NUMBER[] = "0";

            const char MBED_CLOUD_DEV_DEVICE_TYPE[] = "dev_device_type";

            const char MBED_CLOUD_DEV_HARDWARE_VERSION[] = "dev_hardware_version";

            const uint32_t MBED_CLOUD_DEV_MEMORY_TOTAL_KB = 0;
            const uint32_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE_SIZE = {{certificateSize}};
            const uint32_t {{ServerCertificate}}_SIZE = sizeof({{ServerCertificate}});
            const uint32_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY_SIZE = sizeof(MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY);

            #endif //__MBED_CLOUD_DEV_CREDENTIALS_H__
            """;

        static string List(byte[] bytes) =>
            "{ " + string.Join(", ",
                bytes.Select((b, i) => (i % 10 == 9 ? "\n" : "") + "0x" + b.ToString("x2", CultureInfo.InvariantCulture))) + " }";
    }

    static DeviceCredential Read(string text) => Delivery.Read("any-name", Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_file_as_the_portal_gives_it_is_read(string newLine)
    {
        var read = Read(Portal(Credential).ReplaceLineEndings(newLine));
        Delivery.AssertSame(Credential, read);
        Delivery.AssertSame(
            new DeviceConfiguration
            {
                EndpointName = Credential.EndpointName, AccountId = Given.AccountId, ServerUri = Delivery.BootstrapUri,
                ServerCertificate = Delivery.ServerAuthority, Manufacturer = "dev_manufacturer",
                ModelNumber = "dev_model_num", SerialNumber = "0", DeviceType = "dev_device_type",
                HardwareVersion = "dev_hardware_version", MemoryTotalKB = 0,
            }, read.Configuration);
        // And it can be written again.
        Delivery.AssertSame(Credential, Read(Write(read, new ExportOptions())));
    }

    // The portal's own are self-signed, as a CA's, and valid for 10 years.
    [Fact]
    public void A_developer_certificate_is_named_so_and_has_one_verdict()
    {
        var key = Credential.PrivateKey!;
        var name = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Given.AccountId), Tlv.Attribute(Tlv.CommonName, Credential.EndpointName));
        var leaf = new Draft
        {
            Sign = key.Sign, Issuer = name, Subject = name, KeyInfo = key.PublicKeyInfo,
            NotBefore = Tlv.Time(Given.Utc("2026-06-01")), NotAfter = Tlv.Time(Given.Utc("2036-05-31")),
        }.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0)).With(DraftExtension.ExtendedKeyUsage, false,
        DraftExtension.Purposes(DraftExtension.ClientAuth));
        var read = Read(Portal(new DeviceCredential(CredentialKind.Bootstrap, leaf.Certificate(), [], key)));
        Assert.True(read.IsForDevelopment);
        var reports = new[] { new CertificateVerifier { At = Scene.Now }.Test(read),
            new ConfigurationVerifier { At = Scene.Now }.Test(read) };
        Assert.All(reports, r => Assert.True(r.Passed, string.Join("\n", r.Failed.Select(c => c.Message))));
        Assert.All(reports, r => Assert.Contains("developer certificate", r.Warnings.Single(c => c.Id == "NotSelfSigned").Message));
        // Another file with the same certificate says nothing of development.
        Assert.False(
            new CertificateVerifier { At = Scene.Now }.Test(
                new DeviceCredential(CredentialKind.Bootstrap, leaf.Certificate(), [], null)).Passed);
    }

    public static readonly IReadOnlyDictionary<string, (string From, string To, string Manufacturer)> Spellings =
        new Dictionary<string, (string, string, string)>
    {
        ["escapes"] = ("\"dev_manufacturer\"", """ "\a\b\f\n\r\t\v\\\"\'\?\101\x42\1" """, "\a\b\f\n\r\t\v\\\"'?AB\u0001"),
        ["octal ends after three digits"] = ("\"dev_manufacturer\"", """ "\0619\3031\303\251" """, "19\uFFFD"),
        ["universal names"] = ("\"dev_manufacturer\"", """ "\u00e9\U0001F600" """, "é😀"),
        ["literals beside each other"] = ("\"dev_manufacturer\"", "\"dev_\" /* and */ \"manu\"\n  \"facturer\" // done\n",
            "dev_manufacturer"),
        ["hexadecimal ended by another literal"] = ("\"dev_manufacturer\"", """ "\x41" "B" """, "AB"),
        ["UTF-8 as it is"] = ("dev_manufacturer", "Größe 漢 😀", "Größe 漢 😀"),
        ["a text that looks like code"] = ("dev_manufacturer", "/* // ; } MBED_CLOUD_DEV_", "/* // ; } MBED_CLOUD_DEV_"),
        ["a literal over two lines"] = ("dev_manufacturer", "dev_\\\nmanu\\\r\nfacturer", "dev_manufacturer"),
        ["a literal in braces"] = ("\"dev_manufacturer\"", "{ \"x\" }", "x"),
        ["a declared length"] = ("MBED_CLOUD_DEV_MANUFACTURER[] = \"dev_manufacturer\"", "MBED_CLOUD_DEV_MANUFACTURER [ 20 ]=\"x\"", "x"),
        ["comments everywhere"] = ("MBED_CLOUD_DEV_MANUFACTURER[] = \"dev_manufacturer\"",
            "/**/MBED_CLOUD_DEV_MANUFACTURER/***/[/*\n*/]//\n=/* \" */\"x\"/*;*/", "x"),
        ["directives"] = ("const char MBED_CLOUD_DEV_MANUFACTURER",
            "  # define X \"unterminated \\\n MBED_CLOUD_DEV_MANUFACTURER\n#define Y /* over\n lines */ // and /* on\n#pragma x\nconst "
                + "char MBED_CLOUD_DEV_MANUFACTURER", "dev_manufacturer"),
        ["a declaration before"] = ("const char MBED_CLOUD_DEV_MANUFACTURER",
            "extern \"C\" const char MBED_CLOUD_DEV_MANUFACTURER[];\nconst char MBED_CLOUD_DEV_MANUFACTURER", "dev_manufacturer"),
        ["a name that goes on"] = ("const char MBED_CLOUD_DEV_MANUFACTURER",
            "const char MBED_CLOUD_DEV_MANUFACTURER_2[] = \"y\", "
                + "XMBED_CLOUD_DEV_MANUFACTURER = 'x';\nconst char MBED_CLOUD_DEV_MANUFACTURER", "dev_manufacturer"),
        ["numbers in octal and decimal, with suffixes, casts and a comma at the end"] = ("{ 0x30, 0x82", "{ 060U, (uint8_t)130",
            "dev_manufacturer"),
        ["a character for a number"] = ("{ 0x30, 0x82", "{ '0', '\\x82'", "dev_manufacturer"),
        ["capitals and a suffix"] = ("{ 0x30, 0x82", "{ 0X30uL, 0x82ULL", "dev_manufacturer"),
        ["a comma at the end"] = (" };", ",};", "dev_manufacturer"),
        ["constants that are not known"] = ("const char MBED_CLOUD_DEV_MANUFACTURER",
            "struct { int a; } MBED_CLOUD_DEV_OTHER = { .a = 1 << 3 };\nconst char MBED_CLOUD_DEV_MANUFACTURER", "dev_manufacturer"),
        ["an empty text"] = ("dev_manufacturer", "", ""),
    };

    public static TheoryData<string> SpellingNames => [.. Spellings.Keys];

    [Theory]
    [MemberData(nameof(SpellingNames))]
    public void C_may_be_spelled_in_many_ways(string name)
    {
        var (from, to, manufacturer) = Spellings[name];
        var text = Portal(Credential);
        Assert.Contains(from, text);
        text = text.Replace(from, to);
        if (manufacturer.Contains('\uFFFD'))
        {
            Assert.Equal("SourceValueInvalid", Assert.Throws<InputException>(() => Read(text)).ErrorId);
            return;
        }

        var read = Read(text);
        Delivery.AssertSame(Credential, read);
        Assert.Equal(manufacturer.Length == 0 ? null : manufacturer, read.Configuration!.Manufacturer);
    }

    [Fact]
    public void Windows_PowerShells_UTF16_is_read_and_the_name_in_another_file_is_not_taken_for_it()
    {
        Delivery.AssertSame(Credential,
            Delivery.Read("x.c", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Portal(Credential))]));
        Delivery.AssertSame(Credential,
            Delivery.Read("x.c", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Portal(Credential))]));
        var read = Delivery.Read(Delivery.Write("FccBundle", Credential, Configuration with { Manufacturer = "MBED_CLOUD_DEV_" }));
        Assert.Equal("MBED_CLOUD_DEV_", read.Configuration!.Manufacturer);
    }

    /// <summary>A text goes into the device; a comment does not.</summary>
    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_in_a_text_and_ignored_in_a_comment()
    {
        var latin1 = Encoding.GetEncoding("iso-8859-1");
        var portal = Portal(Credential);
        var text = portal.Replace("dev_manufacturer", "M\u00FCller");
        var error = Assert.Throws<InputException>(() => Delivery.Read("x.c", latin1.GetBytes(text)));
        var line = text.Substring(0, text.IndexOf('\u00FC')).Count(c => c == '\n') + 1;
        Assert.Equal(("SourceValueInvalid", line), (error.ErrorId, error.Line));
        Delivery.AssertSame(Credential, Delivery.Read("x.c", latin1.GetBytes("/* M\u00FCller */\n" + portal)));
    }

    [Fact]
    public void Sizes_are_numbers_or_sizeof_and_must_be_right()
    {
        Delivery.AssertSame(Credential, Read(Portal(Credential, $"{Credential.CertificateDer.Length}")));
        Delivery.AssertSame(Credential, Read(Portal(Credential, $"(uint32_t)0x{Credential.CertificateDer.Length:X}u")));
        Delivery.AssertSame(Credential, Read(Portal(Credential, "sizeof MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE")));
        foreach (var wrong in new[] { "7", "sizeof(MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY)", "\"7\"" })
            Assert.Equal("SourceValueInvalid", Assert.Throws<InputException>(() => Read(Portal(Credential, wrong))).ErrorId);
    }

    public static readonly IReadOnlyDictionary<string, (string Id, string Names, string From, string To)> Broken =
        new Dictionary<string, (string, string, string, string)>
    {
        ["a text without end"] = ("SourceTruncated", "line", "\"dev_manufacturer\"", "\"dev_manufacturer"),
        ["a comment without end"] = ("SourceTruncated", "line 4, column 1", "#ifndef", "/* #ifndef"),
        ["no semicolon"] = ("SourceMalformed", "';'", "\"dev_manufacturer\";", "\"dev_manufacturer\""),
        ["no value"] = ("SourceMalformed", "a number", "\"dev_manufacturer\"", ""),
        ["no bracket"] = ("SourceMalformed", "']'", "MBED_CLOUD_DEV_MANUFACTURER[]", "MBED_CLOUD_DEV_MANUFACTURER[1+1]"),
        ["an expression"] = ("SourceMalformed", "';'", "KB = 0", "KB = 1 + 1"),
        ["a negative number"] = ("SourceMalformed", "a number", "KB = 0", "KB = -1"),
        ["a fraction"] = ("SourceMalformed", "number", "KB = 0", "KB = 0.5"),
        ["an octal 8"] = ("SourceMalformed", "number", "KB = 0", "KB = 08"),
        ["no hexadecimal digit"] = ("SourceMalformed", "number", "KB = 0", "KB = 0x"),
        ["a number beyond 64 bits"] = ("SourceMalformed", "number", "KB = 0", "KB = 99999999999999999999"),
        ["a number beyond 32 bits"] = ("SourceValueInvalid", "MEMORY_TOTAL_KB", "KB = 0", "KB = 4294967296"),
        ["an element beyond 255"] = ("SourceValueInvalid", "DEVICE_CERTIFICATE", "{ 0x30, 0x82", "{ 0x130, 0x82"),
        ["no comma"] = ("SourceMalformed", "','", "{ 0x30, 0x82", "{ 0x30 0x82"),
        ["a name for an element"] = ("SourceMalformed", "a number", "{ 0x30, 0x82", "{ FOO, 0x82"),
        ["an unknown escape"] = ("SourceMalformed", "escape", "dev_manufacturer", "\\q"),
        ["an escape beyond a character"] = ("SourceMalformed", "escape", "dev_manufacturer", "\\x100"),
        ["half a character by name"] = ("SourceMalformed", "universal", "dev_manufacturer", "\\ud800"),
        ["a text that is not UTF-8"] = ("SourceValueInvalid", "MANUFACTURER", "dev_manufacturer", "\\xFF"),
        ["a NUL in a text"] = ("SourceValueInvalid", "MANUFACTURER", "dev_manufacturer", "a\\0b"),
        ["a constant twice"] = ("SourceDuplicateField", "MANUFACTURER", "MBED_CLOUD_DEV_MODEL_NUMBER", "MBED_CLOUD_DEV_MANUFACTURER"),
        ["no certificate"] = ("SourceFieldMissing", "DEVICE_CERTIFICATE", "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE", "OTHER"),
        ["no key"] = ("SourceFieldMissing", "PRIVATE_KEY", "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY", "OTHER"),
        ["a number for a text"] = ("SourceWrongType", "MANUFACTURER", "\"dev_manufacturer\"", "7"),
        ["a text for a number"] = ("SourceWrongType", "MEMORY_TOTAL_KB", "KB = 0", "KB = \"0\""),
        ["a text for an array"] = ("SourceWrongType", "PRIVATE_KEY",
            "const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[] =",
            "const char MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[] = \"\"; int x[] ="),
        ["no certificate in the array"] = ("SourceValueInvalid", "DEVICE_CERTIFICATE",
            "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE[] =\n{ 0x30", "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE[] =\n{ 0x31"),
        ["a declared length that is another"] = ("SourceValueInvalid", "as declared",
            "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[]", "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[151]"),
    };

    public static TheoryData<string> BrokenNames => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public void Damage_is_named_with_its_place(string name)
    {
        var (id, names, from, to) = Broken[name];
        var text = Portal(Credential);
        Assert.Contains(from, text);
        var error = Delivery.Refusal(FileName, Encoding.UTF8.GetBytes(text.Replace(from, to)));
        Assert.True(error.ErrorId == id && error.Message.Contains(names), $"{error.ErrorId}: {error.Message}");
        Assert.True(error.Line is not null || id == "SourceFieldMissing");
        Secrets.AssertAbsent(Credential.PrivateKey!, error.ToString());
    }

    [Fact]
    public void A_key_of_another_device_is_refused()
    {
        var (one, other) = (Portal(Credential), Portal(Delivery.Issue(CredentialKind.Bootstrap)));
        const string at = "const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY[]";
        var mixed = one[..one.IndexOf(at, StringComparison.Ordinal)] + other[other.IndexOf(at, StringComparison.Ordinal)..];
        Assert.Contains("does not belong", Delivery.Refusal(FileName, Encoding.UTF8.GetBytes(mixed)).Message);
    }

    [Fact]
    public void Only_bootstrap_without_a_chain_and_a_small_certificate_go_into_it()
    {
        var options = Delivery.Options(Configuration);
        Assert.Equal("KindNotPossible",
            Refused.Input(
                () => Write(Delivery.Issue(CredentialKind.Lwm2m), Delivery.Options(Delivery.Configuration(CredentialKind.Lwm2m)))));
        var chained = Delivery.Issue(CredentialKind.Bootstrap, authority: Delivery.Lower);
        Assert.Equal("ChainNotPossible", Refused.Input(() => Write(chained, options)));
        Delivery.AssertSame(chained, Read(Write(chained, options with { ChainDepth = 1 })));
        var order = Given.Order(Delivery.Root, new DeviceIdentity("large"));
        var large = new DeviceCredential(order, DeviceKey.Generate(), new byte[1025], "01", default, []);
        Assert.Equal("CertificateTooLarge", Refused.Input(() => Write(large, options)));
        var fits = new DeviceCredential(order, DeviceKey.Generate(), new byte[1024], "01", default, []);
        Assert.Contains("MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE", Write(fits, options));
    }

    [Fact]
    public void What_the_file_cannot_hold_is_named_in_a_warning()
    {
        var warnings = new List<string>();
        Write(Credential, Delivery.Options(Configuration) with { Warn = warnings.Add });
        Assert.Empty(warnings);
        var more = Configuration with
        {
            Timezone = "Europe/Berlin", SkipVerify = true,
            CustomParameters = new Dictionary<string, object> { ["acme.a"] = 1L },
        };
        Write(Credential, Delivery.Options(more) with { Warn = warnings.Add });
        Assert.StartsWith("The format DeveloperSource leaves out Timezone, CustomParameter, SkipVerify: ", Assert.Single(warnings));
    }

    [Fact]
    public void Every_constant_must_have_a_value()
    {
        foreach (var (field, change) in new (string, Func<DeviceConfiguration, DeviceConfiguration>)[]
        {
            ("ServerUri", c => c with { ServerUri = null }), ("ServerCertificate", c => c with { ServerCertificate = null }),
            ("Manufacturer", c => c with { Manufacturer = null }),
            ("ModelNumber", c => c with { ModelNumber = null, SkipVerify = true }),
            ("SerialNumber", c => c with { SerialNumber = null }), ("DeviceType", c => c with { DeviceType = null }),
            ("HardwareVersion", c => c with { HardwareVersion = null }), ("MemoryTotalKB", c => c with { MemoryTotalKB = null }),
        })
        {
            var error = Assert.Throws<InputException>(() => Write(Credential, Delivery.Options(change(Configuration))));
            Assert.True(error.ErrorId == "ConfigurationIncomplete" && error.Message.StartsWith(field, StringComparison.Ordinal),
                error.Message);
        }

        Assert.Equal("ServerUriWithoutAccountId",
            Refused.Input(() => Write(Credential, Delivery.Options(Configuration with { ServerUri = "coaps://h" }))));
        Assert.Equal("FirstToClaimNotAllowed",
            Refused.Input(() => Write(Credential, Delivery.Options(Configuration with { ServerUri = "coaps://h", FirstToClaim = true }))));
        var warnings = new List<string>();
        Write(Credential, Delivery.Options(Configuration with { ServerUri = "coap://h?aid=x" }) with { Warn = warnings.Add });
        Assert.Contains("without security", Assert.Single(warnings));
    }

    [Fact]
    public void Whatever_happens_to_a_file_reading_it_is_safe() => Delivery.AssertSafe(
        from damage in Damage.Any from portal in Gen.Bool select (Credential, "x.c",
            damage(Encoding.UTF8.GetBytes(portal ? Portal(Credential) : Write(Credential, Delivery.Options(Configuration))))),
        iterations: 400);

    [Fact]
    public void Whatever_stands_between_the_names_reading_it_is_safe() => Delivery.AssertSafe(
        from parts in Gen.OneOf("MBED_CLOUD_DEV_MANUFACTURER", "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_PRIVATE_KEY",
            "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE", "_SIZE", "[", "]", "[]", "=", "{", "}", ";", ",", "\"", "\"a\"", "'",
            "\\", "\\x", "\\\n", "0x", "0x30", "08", "7u", "(", ")", "sizeof", "/*", "*/", "//", "\n", "#", " ", "é", "\0",
            "\ud83d").Array[0, 40]
        select (Credential, "x.c", Encoding.UTF8.GetBytes("MBED_CLOUD_DEV_\n" + string.Concat(parts))), iterations: 3000);

    [Fact]
    public void Too_much_costs_little()
    {
        Assert.Equal("SourceLimitExceeded",
            Delivery.Refusal("x.c",
                Encoding.ASCII.GetBytes(
                    "MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE[] = {" + string.Concat(Enumerable.Repeat("0,", 200_000)))).ErrorId);
        Assert.Equal("SourceLimitExceeded",
            Delivery.Refusal("x.c",
                Encoding.ASCII.GetBytes("MBED_CLOUD_DEV_MANUFACTURER[] = \"" + new string('a', 200_000) + "\"")).ErrorId);
        Assert.Equal("SourceLimitExceeded",
            Delivery.Refusal("x.c",
                Encoding.ASCII.GetBytes(
                    "MBED_CLOUD_DEV_MANUFACTURER[] = " + string.Concat(Enumerable.Repeat("\"aaaaaaaaaaaaaaaa\"\n", 20_000)))).ErrorId);
        Assert.Equal("SourceFieldMissing",
            Delivery.Refusal("x.c",
                Encoding.ASCII.GetBytes(
                    "MBED_CLOUD_DEV_ " + string.Concat(Enumerable.Repeat("#\n", 2_000_000)) + new string(' ', 1_000_000) + "a"
                        + new string('#', 2_000_000))).ErrorId);
    }
}
