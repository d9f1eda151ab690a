using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>
/// Formats are recognised by strong signs first. A key in PEM once in 150,000 fits LwM2M's TLV by chance, and was taken for it; a
/// million credentials are written and read by <c>fuzz/DeviceCreds.Fuzz -- lookalikes</c>, and some of them here.
/// </summary>
public class LookalikeTests(ITestOutputHelper output)
{
    const int Count = 300;

    [Fact]
    public void No_file_of_a_credential_is_taken_for_another_format_s()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var lookalikes = new Lookalikes(seed);
        for (var i = 0; i < Count; i++)
        {
            if (lookalikes.Try() is { } problem) Assert.Fail($"seed {seed}: {problem}");
        }
    }

    /// <summary>The entries that its text has as TLV end where the text ends.</summary>
    [Fact]
    public void A_key_in_PEM_that_fits_TLV_is_a_key_in_PEM()
    {
        var key = Given.Key(Convert.FromHexString("92728261FDAD8FE05F084A48B584DACEE6EDAAAAF97568BAB47F5975ADB14D4F"));
        AssertPem(key.ToPem() + "\n", key);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Text_before_it_that_fits_TLV_changes_nothing(string newline)
    {
        var key = DeviceKey.Generate();
        var pem = key.ToPem().Replace("\n", newline) + newline;
        // An entry of an object instance: its number is 'ab', its length '!!', which is 8,481 bytes.
        AssertPem("0ab!!" + new string('\n', 0x2121 - pem.Length) + pem, key);
    }

    static void AssertPem(string text, DeviceKey key)
    {
        Assert.True(new Lwm2mTlvFormat().Recognises(Given.Input(text)));
        Assert.IsType<PemFormat>(CredentialFormats.Recognise(Given.Input(text)));
        Assert.Equal(key, DeviceKey.Read(Given.Input(text)));
    }

    [Fact]
    public void TLV_that_holds_PEM_is_TLV()
    {
        var credential = Factory.Credential(CredentialKind.Lwm2m, depth: 3);
        var options = new ExportOptions { Configurations = [Factory.Full(CredentialKind.Lwm2m)], CertificateBundle = true };
        foreach (var file in new Lwm2mTlvFormat().Write(credential, options)) Assert.IsType<Lwm2mTlvFormat>(
            CredentialFormats.Recognise(new InputFile(file.Content)));
    }
}
