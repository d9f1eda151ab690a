namespace DeviceCreds.Tests;

/// <summary>Binary files of other programs begin like objects of LwM2M, SenML or a bundle: only a strong sign makes them one.</summary>
public sealed class OtherBinaryTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("99 01 0D 04 63 0A 1B 2C 01 10 00 C5", "a public key of OpenPGP")]
    [InlineData("85 01 8C 03 11 22 33 44 55 66 77 88", "a message of OpenPGP")]
    [InlineData("89 50 4E 47 0D 0A 1A 0A 00 00 00 0D", "a picture (PNG)")]
    [InlineData("03 D9 A2 9A 67 FB 4B B5 01 00 04 00", "a database of KeePass")]
    [InlineData("00 00 00 02 00 00 00 14 3A 5B 6C 7D", "a keystore of BouncyCastle (BKS)")]
    [InlineData("07 02 00 00 00 A4 00 00 52 53 41 32", "an RSA key of Windows")]
    [InlineData("06 02 00 00 00 24 00 00 52 53 41 31", "a public RSA key of Windows")]
    [InlineData("A5 01 02 20 01 21 58 20 00 11 22 33", "a COSE_Key")]
    [InlineData("00 00 00 01 00 00 01 00 A8 01 00 00", "an icon")]
    [InlineData("04 11 22 33 44 55 66 77 88 99 AA BB", "a point of a curve")]
    public void Other_binary_files_are_not_called_damaged(string beginning, string what)
    {
        byte[] bytes = [.. Convert.FromHexString(beginning.Replace(" ", "")), .. Enumerable.Range(0, 200).Select(i => (byte)(i * 7))];
        var path = _folder.File("x.bin");
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<InputException>(() => CredentialImporter.Read([path]));
        Assert.True(error.ErrorId == "CredentialNotRecognised", $"{what}: {error.Message}");
        Assert.DoesNotContain("Export-DeviceCredential", error.Message);
    }

    [Theory]
    [InlineData("Lwm2mTlv")]
    [InlineData("SenmlCbor")]
    [InlineData("FccBundle")]
    public void A_damaged_file_of_ours_keeps_its_precise_error(string format)
    {
        var credential = Factory.Credential();
        var written = Delivery.Write(format, credential, Delivery.Configuration(CredentialKind.Bootstrap)).First().Value;
        foreach (var length in new[] { written.Length - 1, written.Length / 2, 40 })
        {
            var path = _folder.File("x.bin");
            File.WriteAllBytes(path, written[..length]);
            Assert.NotEqual("CredentialNotRecognised", Refused.Input(() => CredentialImporter.Read([path])));
        }
    }
}
