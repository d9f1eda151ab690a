using System.Globalization;

namespace DeviceCreds.Tests;

public class UpdateResourcesTests
{
    static readonly byte[] Vendor = [.. Enumerable.Range(1, 16).Select(i => (byte)i)], Class = [
        .. Enumerable.Range(101, 16).Select(i => (byte)i)];

    static string List(byte[] bytes) =>
        "{ " + string.Join(", ", bytes.Select(b => "0x" + b.ToString("x2", CultureInfo.InvariantCulture))) + " }";

    /// <summary>A file of the shape that the manifest tool gives it.</summary>
    static string Source(byte[] vendor, byte[] @class, byte[] certificate) => $"""
        // vendor-id: "x"
        const uint8_t arm_uc_vendor_id[] =
        {List(vendor)};
        const uint16_t arm_uc_vendor_id_size = sizeof(arm_uc_vendor_id);

        const uint8_t arm_uc_class_id[] =
        {List(@class)};
        const uint16_t arm_uc_class_id_size = sizeof(arm_uc_class_id);
        const uint8_t arm_uc_default_fingerprint[] = {"{ 0 }"};
        const uint8_t arm_uc_default_certificate[] =
        {List(certificate)};
        const uint16_t arm_uc_default_certificate_size = sizeof(arm_uc_default_certificate);
        """;

    static DeviceConfiguration Configure(string source, Action<ConfigurationBuilder>? more = null)
    {
        using var folder = new TempFolder();
        var builder = new ConfigurationBuilder();
        builder.Set("UpdateCertificate", folder.Write("update_default_resources.c", source));
        more?.Invoke(builder);
        return builder.Build();
    }

    [Theory]
    [InlineData("\r", "utf-8"), InlineData("\r\n", "utf-8"), InlineData("\n", "utf-16"), InlineData("\r", "utf-16BE")]
    public void Line_ends_and_encodings_of_any_system_are_read(string lineEnd, string encoding)
    {
        var source = Source(Vendor, Class, CertificateAuthority.Create("Root").Chain.Leaf.CertificateDer).ReplaceLineEndings(lineEnd);
        var chosen = System.Text.Encoding.GetEncoding(encoding);
        var file = new InputFile([.. chosen.GetPreamble(), .. chosen.GetBytes(source)]);
        Assert.True(UpdateResources.Recognises(file));
        Assert.Equal(Vendor, UpdateResources.Read(file).Firmware!.VendorId);
    }

    [Fact]
    public void A_damaged_file_is_not_said_to_come_from_this_module()
    {
        var source = Source(Vendor, Class, [1, 2, 3]).Replace("0x01, 0x02, 0x03 }", "0x01, ");
        var error = Assert.Throws<InputException>(() => UpdateResources.Read(Given.Input(source)));
        Assert.Contains("manifest tool", error.Advice);
        Assert.DoesNotContain("Export-DeviceCredential", error.Message);
    }

    [Fact]
    public void Certificate_vendor_and_class_are_read_from_it()
    {
        var configuration = Configure(Source(Vendor, Class, Factory.Update.CertificateDer));
        Assert.Equal(Factory.Update, configuration.UpdateCertificate);
        Assert.Equal(new[] { Vendor, Class }, new[] { configuration.VendorId, configuration.ClassId });
    }

    [Fact]
    public void What_is_given_besides_goes_before_it()
    {
        var configuration = Configure(Source(Vendor, Class, Factory.Update.CertificateDer), b => b.Set("ClassId", Vendor));
        Assert.Equal(new[] { Vendor, Vendor }, new[] { configuration.VendorId, configuration.ClassId });
    }

    [Fact]
    public void Damage_is_named_by_the_constant()
    {
        var good = Source(Vendor, Class, Factory.Update.CertificateDer);
        foreach (var (source, id, says) in new[]
        {
            (Source(Vendor[1..], Class, Factory.Update.CertificateDer), "SourceValueInvalid",
                "arm_uc_vendor_id: expected 16 bytes, found 15."),
            (Source(Vendor, Class, [1, 2]), "SourceValueInvalid", "arm_uc_default_certificate: expected one certificate in DER."),
            (good.Replace("arm_uc_class_id", "other"), "SourceFieldMissing", "arm_uc_class_id: the constant is missing."),
        })
        {
            var error = Assert.Throws<InputException>(() => Configure(source));
            Assert.Equal(id, error.ErrorId);
            Assert.Contains(says, error.Message);
        }
    }
}
