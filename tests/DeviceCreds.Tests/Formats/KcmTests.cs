using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>KCM items: a file each, by the item's name, in the store's own encoding.</summary>
public class KcmTests
{
    static readonly DeviceCredential Bootstrap = Delivery.Issue(CredentialKind.Bootstrap);
    static readonly DeviceCredential Lwm2m = Delivery.Issue(CredentialKind.Lwm2m);
    static readonly DeviceCredential Chained = Delivery.Issue(CredentialKind.Bootstrap, authority: Delivery.Lower);

    static readonly DeviceConfiguration Full = Delivery.Configuration(CredentialKind.Bootstrap) with
    {
        AccountId = Given.AccountId, CurrentTime = DateTimeOffset.FromUnixTimeSeconds(0x71040E40), Timezone = "Europe/Berlin",
        UtcOffset = "+01:00",
        ClassId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)],
        VendorId = [.. Enumerable.Range(101, 16).Select(i => (byte)i)], UpdateCertificate = Delivery.Server,
        CustomParameters = new Dictionary<string, object> { ["acme.color"] = "grün", ["acme.count"] = -2L,
            ["acme.blob"] = new byte[] { 0, 255 } },
    };

    // Away from their folder, custom items are not known.
    static readonly DeviceConfiguration Built = Full with { CustomParameters = new Dictionary<string, object>() };

    static Dictionary<string, byte[]> Write(DeviceCredential credential, DeviceConfiguration configuration) =>
        Delivery.Write("Kcm", credential, configuration);

    [Fact]
    public void Each_item_is_a_file_of_its_name_in_the_stores_encoding()
    {
        var expected = new Dictionary<string, byte[]>
        {
            ["mbed.BootstrapDevicePrivateKey"] = Bootstrap.PrivateKey!.ToDer(),
            ["mbed.BootstrapDeviceCert"] = Bootstrap.CertificateDer,
            ["mbed.BootstrapServerCACert"] = Delivery.ServerAuthority.CertificateDer,
            ["mbed.UpdateAuthCert"] = Delivery.Server.CertificateDer,
            ["mbed.UseBootstrap"] = [1, 0, 0, 0],
            ["mbed.EndpointName"] = "device-0001"u8.ToArray(),
            ["mbed.BootstrapServerURI"] = Encoding.ASCII.GetBytes(Delivery.BootstrapUri),
            ["mbed.CurrentTime"] = [0x40, 0x0E, 0x04, 0x71],
            ["mbed.AccountID"] = Encoding.ASCII.GetBytes(Given.AccountId),
            ["mbed.Manufacturer"] = "Example Ltd"u8.ToArray(),
            ["mbed.ModelNumber"] = "T-1000"u8.ToArray(),
            ["mbed.DeviceType"] = "thermostat"u8.ToArray(),
            ["mbed.HardwareVersion"] = "1.2"u8.ToArray(),
            ["mbed.MemoryTotalKB"] = [0, 2, 0, 0],
            ["mbed.SerialNumber"] = "SN 0001"u8.ToArray(),
            ["mbed.Timezone"] = "Europe/Berlin"u8.ToArray(),
            ["mbed.UTCOffset"] = "+01:00"u8.ToArray(),
            ["mbed.ClassId"] = Full.ClassId!,
            ["mbed.VendorId"] = Full.VendorId!,
            ["acme.blob"] = [0, 255],
            ["acme.color"] = [0x67, 0x72, 0xC3, 0xBC, 0x6E],
            ["acme.count"] = [0xFE, 255, 255, 255, 255, 255, 255, 255],
        };
        Assert.Equal(expected.OrderBy(f => f.Key, StringComparer.Ordinal),
            Write(Bootstrap, Full).OrderBy(f => f.Key, StringComparer.Ordinal));
        Assert.Equal(121, expected["mbed.BootstrapDevicePrivateKey"].Length);
    }

    [Fact]
    public void The_other_mode_and_a_claimed_device_have_theirs()
    {
        var lwm2m = Write(Lwm2m, Delivery.Configuration(CredentialKind.Lwm2m));
        Assert.Equal([0, 0, 0, 0], lwm2m["mbed.UseBootstrap"]);
        Assert.Equal(Lwm2m.CertificateDer, lwm2m["mbed.LwM2MDeviceCert"]);
        Assert.Equal(["mbed.LwM2MDeviceCert", "mbed.LwM2MDevicePrivateKey", "mbed.LwM2MServerCACert", "mbed.LwM2MServerURI"],
            lwm2m.Keys.Where(k => k.Contains("LwM2M")).Order(StringComparer.Ordinal));
        var claimed = Write(Bootstrap,
            Delivery.Configuration(CredentialKind.Bootstrap) with { FirstToClaim = true, ServerUri = "coaps://h:5684" });
        Assert.Equal([1, 0, 0, 0], claimed["mbed.FirstToClaim"]);
        Assert.True(Delivery.Read(claimed).Configuration!.FirstToClaim);
    }

    [Fact]
    public void Each_certificate_of_a_chain_is_an_item()
    {
        var files = Write(Chained, Built);
        var names = new[] { "mbed.BootstrapDeviceCert", "mbed.BootstrapDeviceCert.1", "mbed.BootstrapDeviceCert.2",
            "mbed.BootstrapDeviceCert.3" };
        Assert.Equal(Chained.Chain.Certificates.Select(c => c.CertificateDer), names.Select(n => files[n]));
        Assert.Equal(Chained.Chain.Certificates, Delivery.Read(files).Chain.Certificates);
        var deep = Delivery.Issue(CredentialKind.Bootstrap, authority: Given.Chain("A", "B", "C", "D", "E"));
        Assert.Equal("ChainTooLong", Refused.Input(() => Write(deep, Full)));
        Assert.Contains("mbed.BootstrapDeviceCert.4", Delivery.Write("Kcm", deep, Delivery.Options(Full) with { ExcludeRoot = true }).Keys);
    }

    // Also from a folder: no item's name has an ending that files of credentials have.
    [Fact]
    public void Whatever_is_written_and_read_again_is_equal() =>
        (from kind in Gen.Enum<CredentialKind>()
         from name in Given.EndpointName
         from full in Gen.Bool
         from own in Gen.Bool
         from encoding in Gen.Enum<KeyEncoding>()
         select (kind, name, full, own, encoding)).Sample(t =>
        {
            using var folder = new TempFolder();
            var credential = Delivery.Issue(t.kind, t.name, key: t.own ? new DeviceKey(null, DeviceKey.Generate().Point) : null);
            var configuration = t.full
                ? Full with { ServerUri = Delivery.Configuration(t.kind).ServerUri } : Delivery.Configuration(t.kind);
            Given.Export(credential, folder.Path, ["Kcm"], Delivery.Options(configuration) with { KeyEncoding = t.encoding },
                replace: false);
            var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
            Delivery.AssertSame(credential, read);
            // The store knows no types.
            var custom = t.full
                ? new Dictionary<string, object> { ["acme.color"] = "grün"u8.ToArray(),
                    ["acme.count"] = Enumerable.Repeat((byte)255, 7).Prepend((byte)0xFE).ToArray(), ["acme.blob"] = new byte[] { 0, 255 } }
                : [];
            Delivery.AssertSame(configuration with { EndpointName = t.name, CustomParameters = custom }, read.Configuration);
        }, iter: 40);

    [Fact]
    public void The_key_alone_is_secret()
    {
        foreach (var file in ((IDeviceFormat)CredentialFormats.Get("Kcm")).Write(Bootstrap, Delivery.Options(Full)))
            Assert.Equal(file.Name == "mbed.BootstrapDevicePrivateKey", file.IsSecret);
    }

    // The client reads the time into 4 bytes, and fails on more.
    [Fact]
    public void A_time_that_does_not_fit_32_bits_is_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        var options =
            Delivery.Options(Full with { CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1L << 32) }) with { Warn = warnings.Add };
        Assert.DoesNotContain(((IDeviceFormat)CredentialFormats.Get("Kcm")).Write(Bootstrap, options), f => f.Name == "mbed.CurrentTime");
        Assert.Contains(warnings, w => w.StartsWith("CurrentTime does not fit", StringComparison.Ordinal));
        Assert.DoesNotContain(Write(Bootstrap, Full with { CurrentTime = null }).Keys, name => name == "mbed.CurrentTime");
    }

    [Fact]
    public void Custom_keys_certificates_and_chains_are_items_and_read_again()
    {
        var (key, trusted) = (DeviceKey.Generate(), DeviceKey.Generate());
        var configuration = Full with
        {
            CustomKeys = [new("acme.secret", key), new("acme.trust", new DeviceKey(null, trusted.Point))],
            CustomCertificates = [new("acme.cert", [Delivery.Server]), new("acme.chain", Chained.Chain.Certificates)],
        };
        using var folder = new TempFolder();
        Given.Export(Bootstrap, folder.Path, ["Kcm"], Delivery.Options(configuration), replace: false);
        var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path)))).Configuration!;
        Assert.Equal(configuration.CustomKeys, read.CustomKeys);
        Assert.Equal(configuration.CustomCertificates, read.CustomCertificates);
        Assert.Equal(new[] { "acme.secret", "mbed.BootstrapDevicePrivateKey" },
            ((IDeviceFormat)CredentialFormats.Get("Kcm")).Write(Bootstrap, Delivery.Options(configuration)).Where(f => f.IsSecret)
                .Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    // '-' is sorted before '.': the chain's second certificate comes after another item.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chain_is_found_by_its_name_in_whatever_order_the_files_come(bool backwards)
    {
        var configuration = Full with
        {
            CustomParameters = new Dictionary<string, object>(),
            CustomCertificates = [new("my.cert", Chained.Chain.Certificates), new("my.cert-b", [Delivery.Server]),
                new("my.cert.x", [Delivery.ServerAuthority])],
        };
        using var folder = new TempFolder();
        var paths = Write(Bootstrap, configuration).Select(f => folder.Write(f.Key, f.Value)).Order(StringComparer.Ordinal).ToList();
        if (backwards) paths.Reverse();
        var read = Assert.Single(CredentialImporter.Read(paths)).Configuration!;
        Assert.Equal(configuration.CustomCertificates, read.CustomCertificates.OrderBy(c => c.Name, StringComparer.Ordinal));
    }

    /// <summary>An empty file would not be read back, and so the whole device would not.</summary>
    [Fact]
    public void An_item_without_a_value_is_refused()
    {
        foreach (var empty in new object[] { "", new byte[0] })
        {
            Assert.Equal("ItemValueEmpty", Refused.Input(() => Write(Bootstrap,
                Full with { CustomParameters = new Dictionary<string, object> { ["acme.site"] = empty } })));
        }
    }

    [Theory]
    [InlineData("my.cert", "my.cert.1")]
    [InlineData("my.cert", "MY.CERT.4")]
    [InlineData("my.cert.2", "my.cert")]
    public void A_custom_name_that_a_certificate_of_a_chain_has_is_refused(string one, string other)
    {
        foreach (var certificates in new IReadOnlyList<DeviceCertificate>[] { [Delivery.Server], Chained.Chain.Certificates })
        {
            Assert.Equal("ItemNameNotPossible", Refused.Input(() => Write(Bootstrap,
                Full with { CustomCertificates = [new(one, certificates), new(other, certificates)] })));
        }

        Assert.Equal("ItemNameNotPossible", Refused.Input(() => Write(Bootstrap, Full with
        {
            CustomCertificates = [new("my.cert", [Delivery.Server])], CustomKeys = [new("my.cert.1", DeviceKey.Generate())],
        })));
        Write(Bootstrap, Full with { CustomCertificates = [new("my.cert", [Delivery.Server]), new("my.cert.5", [Delivery.Server])] });
    }

    [Fact]
    public void What_the_store_has_no_items_for_is_named_in_one_warning()
    {
        var warnings = new List<string>();
        var configuration = Full with
        {
            Entropy = new byte[48], RootOfTrust = new byte[16], SkipVerify = true, Disable = true, SessionId = "s",
        };
        Delivery.Write("Kcm", Bootstrap, Delivery.Options(configuration) with { Warn = warnings.Add });
        Delivery.Write("Kcm", Bootstrap, Delivery.Options(Full with { KeepSession = true }) with { Warn = warnings.Add });
        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("The format Kcm leaves out Entropy, RootOfTrust, SkipVerify, Disable, SessionId: ", warnings[0]);
        Assert.StartsWith("The format Kcm leaves out KeepSession: ", warnings[1]);
        // The session of a device that made its own key is no setting.
        var keyless = Delivery.Issue(CredentialKind.Bootstrap, key: new DeviceKey(null, DeviceKey.Generate().Point));
        Delivery.Write("Kcm", keyless, Delivery.Options(Full) with { Warn = warnings.Add });
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_custom_private_key_that_cannot_be_read_is_not_taken_for_a_parameter()
    {
        using var p384 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        using var folder = new TempFolder();
        foreach (var (name, content) in Write(Bootstrap, Built)) folder.Write(name, content);
        folder.Write("acme.secret", p384.ExportECPrivateKey());
        Assert.Equal("ItemMalformed", Refused.Input(() => CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path)))));
    }

    [Fact]
    public void Items_go_by_their_names_whatever_they_begin_with()
    {
        // As a number, the beginning of DER, of a bundle, of SenML, of TLV and of PEM.
        foreach (var start in new byte[][] { [0x30, 0x82], [0xA1], [0x81], [0x08, 0, 1], [.. "-----BEGIN CERTIFICATE-----\n"u8],
            [.. "[{"u8], [.. "MBED_CLOUD_DEV_"u8] })
        {
            using var folder = new TempFolder();
            // A text that begins as PEM does is refused as one that may be a key.
            var isText = start[0] is >= 0x20 and < 0x80 and not (byte)'-' && start.Length > 2;
            var configuration = Full with { Manufacturer = isText ? Encoding.ASCII.GetString(start) : "x",
                CustomParameters = new Dictionary<string, object> { ["acme.blob"] = start } };
            Given.Export(Bootstrap, folder.Path,
                ["Kcm", "FccBundle", "Pem", "Der", "SenmlJson", "SenmlCbor", "Lwm2mTlv", "DeveloperSource"],
                Delivery.Options(configuration), replace: false);
            var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
            Delivery.AssertSame(Bootstrap, read);
            Assert.Equal(start, read.Configuration!.CustomParameters["acme.blob"]);
            Assert.Equal(configuration.Manufacturer, read.Configuration.Manufacturer);
        }
    }

    [Theory]
    [InlineData(".hidden", "it begins with a dot")]
    [InlineData("a.pem", "files of credentials have the ending .pem")]
    [InlineData("a.JSON", "files of credentials have the ending .json")]
    [InlineData("example.key", "files of credentials have the ending .key")]
    [InlineData("dot.", "it ends with a dot")]
    [InlineData("CON", "Windows keeps this name for a device")]
    [InlineData("nul.txt", "Windows keeps this name for a device")]
    [InlineData("BootstrapDevice.h", "files of credentials begin with BootstrapDevice")]
    [InlineData("lwm2mdevice.note", "files of credentials begin with LwM2MDevice")]
    [InlineData("labels.html", "a file for all devices has this name")]
    public void A_custom_name_that_is_no_files_is_refused_for_its_one_reason(string name, string reason)
    {
        var error = Assert.Throws<InputException>(
            () => Write(Bootstrap, Full with { CustomParameters = new Dictionary<string, object> { [name] = "x" } }));
        Assert.Equal("ItemNameNotPossible", error.ErrorId);
        Assert.EndsWith($"cannot be stored in a file of its name: {reason}.", error.Problem, StringComparison.Ordinal);
    }

    public static TheoryData<string, CredentialKind> FormatsBeside
    {
        get
        {
            var data = new TheoryData<string, CredentialKind>();
            foreach (var format in CredentialFormats.All.Where(f => f.Info.Name != "Kcm"))
            {
                data.Add(format.Info.Name, CredentialKind.Bootstrap);
                if (format.Info.Name is not ("DeveloperSource" or "IzumaEnrollment")) data.Add(format.Info.Name, CredentialKind.Lwm2m);
            }

            return data;
        }
    }

    /// <summary>Files of any other format, in the device's folder or for all devices, are no items.</summary>
    [Theory]
    [MemberData(nameof(FormatsBeside))]
    public void Files_of_another_format_are_no_custom_items(string format, CredentialKind kind)
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(kind);
        var configuration = Full with { ServerUri = Delivery.Configuration(kind).ServerUri, CurrentTime = null };
        Given.Export(credential, folder.Path, ["Kcm"], Delivery.Options(configuration), replace: false);
        var password = CredentialFormats.Get(format).Info.KeyForm == PrivateKeyForm.Encrypted ? "a password".ToCharArray() : null;
        Given.Export(credential, folder.Path, [format], Delivery.Options(configuration) with { Password = password }, replace: true);
        // Somebody may have copied the file for all devices, too.
        var device = folder.File(FileNames.FolderFor(credential.EndpointName));
        foreach (var file in Directory.GetFiles(folder.Path)) File.Copy(file, Path.Combine(device, Path.GetFileName(file)));
        var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(device)), password));
        Delivery.AssertSame(credential, read);
        Assert.Equal(configuration.CustomParameters.Keys.Order(StringComparer.Ordinal),
            read.Configuration!.CustomParameters.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(read.Configuration.CustomCertificates);
        Assert.Empty(read.Configuration.CustomKeys);
    }

    [Fact]
    public void A_copy_of_a_private_key_is_not_taken_for_a_parameter()
    {
        var key = DeviceKey.Generate();
        foreach (var text in new[] { key.ToPem(), $"old key:\n{key.ToPem()}", Convert.ToBase64String(key.ToDer()) })
        {
            using var folder = new TempFolder();
            foreach (var (name, content) in Write(Bootstrap, Built)) folder.Write(name, content);
            folder.Write("id_ecdsa", text);
            var error = Assert.Throws<InputException>(
                () => CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
            Assert.Equal("ItemMalformed", error.ErrorId);
            Assert.Contains("another folder", error.Advice);
        }
    }

    /// <summary>A bundle has types. What only the items have is kept.</summary>
    [Fact]
    public void A_bundle_in_the_folder_wins()
    {
        using var folder = new TempFolder();
        var key = new CustomKey("acme.signing", DeviceKey.Generate());
        var configuration = Full with { CustomKeys = [key], CustomCertificates = [new("acme.ca", [Delivery.Server])] };
        Given.Export(Bootstrap, folder.Path, ["FccBundle", "Kcm"], Delivery.Options(configuration), replace: false);
        folder.Write("device-0001/acme.later", [1, 2]);
        var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
        Delivery.AssertSame(configuration with
        {
            EndpointName = Bootstrap.EndpointName,
            CustomParameters = new Dictionary<string, object>(configuration.CustomParameters) { ["acme.later"] = new byte[] { 1, 2 } },
        }, read.Configuration);
    }

    [Fact]
    public void The_time_0_leaves_the_clock_as_it_is_and_is_written_again()
    {
        var files = Write(Bootstrap, Built);
        files["mbed.CurrentTime"] = [0, 0, 0, 0];
        var read = Delivery.Read(files);
        Assert.Null(read.Configuration!.CurrentTime);
        Assert.Equal([0, 0, 0, 0], Delivery.Write("Kcm", read, new ExportOptions())["mbed.CurrentTime"]);
        // Another configuration sets it.
        Assert.NotEqual([0, 0, 0, 0], Write(read, Built)["mbed.CurrentTime"]);
    }

    [Fact]
    public void What_is_refused_for_a_bundle_is_for_items()
    {
        Assert.Equal("ItemNameNotPossible",
            Refused.Input(
                () => Write(Bootstrap, Full with { CustomParameters = new Dictionary<string, object> { ["a.B"] = "x", ["A.b"] = "x" } })));
        Assert.Equal("ConfigurationIncomplete", Refused.Input(() => Write(Bootstrap, Full with { Manufacturer = null })));
        Assert.Equal("ConfigurationValueInvalid", Refused.Input(() => Write(Bootstrap, Full with { Manufacturer = "a\0b" })));
        Assert.Equal("ConfigurationValueInvalid",
            Refused.Input(
                () => Write(Bootstrap, Full with { CustomParameters = new Dictionary<string, object> { ["../../etc/passwd"] = "x" } })));
        Assert.Equal("ConfigurationMissing", Refused.Input(() => Delivery.Write("Kcm", Bootstrap, new ExportOptions())));
        var warnings = new List<string>();
        Delivery.Write("Kcm", Bootstrap, Delivery.Options(Full with { Entropy = new byte[48] }) with { Warn = warnings.Add });
        Assert.Contains("Entropy", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("mbed.Unheard", "ItemUnknown", "00")]
    [InlineData("mbed.UseBootstrap", "ItemValueInvalid", "02000000")]
    [InlineData("mbed.UseBootstrap", "ItemValueInvalid", "01")]
    [InlineData("mbed.UseBootstrap", "ItemValueInvalid", "0100000000000000")]
    [InlineData("mbed.MemoryTotalKB", "ItemValueInvalid", "0100000000000000")]
    [InlineData("mbed.FirstToClaim", "ItemValueInvalid", "FFFFFFFF")]
    [InlineData("mbed.CurrentTime", "ItemValueInvalid", "010203")]
    [InlineData("mbed.CurrentTime", "ItemValueInvalid", "400E047100000000")]
    [InlineData("mbed.Manufacturer", "ItemValueInvalid", "4100")]
    [InlineData("mbed.Manufacturer", "ItemValueInvalid", "FF")]
    [InlineData("mbed.BootstrapServerURI", "ItemValueInvalid", "FF")]
    [InlineData("mbed.BootstrapDeviceCert", "ItemMalformed", "FF00")]
    [InlineData("mbed.BootstrapDeviceCert", "CertificateTruncated", "3082FFFF")]
    [InlineData("mbed.UpdateAuthCert", "ItemMalformed", "41")]
    [InlineData("mbed.LwM2MServerCACert", "ItemMalformed", "41")]
    [InlineData("mbed.BootstrapDevicePrivateKey", "ItemMalformed", "41")]
    [InlineData("mbed.BootstrapDevicePrivateKey", "KeyMalformed", "3000")]
    public void A_damaged_item_is_named(string name, string id, string hex)
    {
        var files = Write(Bootstrap, Built);
        files[name] = Convert.FromHexString(hex);
        var error = Assert.Throws<InputException>(() => Delivery.Read(files));
        Assert.Equal((id, name), (error.ErrorId, error.Path));
    }

    [Fact]
    public void PEM_and_two_certificates_are_none_of_the_stores()
    {
        Assert.Equal("ItemMalformed",
            Delivery.Refusal("mbed.BootstrapDevicePrivateKey", Encoding.ASCII.GetBytes(Bootstrap.PrivateKey!.ToPem())).ErrorId);
        Assert.Equal("ItemMalformed",
            Delivery.Refusal("mbed.BootstrapDeviceCert", Encoding.ASCII.GetBytes(Bootstrap.CertificatePem)).ErrorId);
        Assert.Equal("ItemMalformed",
            Delivery.Refusal("mbed.BootstrapDeviceCert", [.. Bootstrap.CertificateDer, .. Delivery.Server.CertificateDer]).ErrorId);
    }

    [Fact]
    public void Whatever_happens_to_an_item_reading_it_is_safe() => Delivery.AssertSafe(
        from at in Gen.Int[0,
            18] from damage in Damage.Any let file = Write(Bootstrap, Full).OrderBy(f => f.Key, StringComparer.Ordinal)
                .ElementAt(at + 3) select (Bootstrap, file.Key, damage(file.Value)), iterations: 600);
}
