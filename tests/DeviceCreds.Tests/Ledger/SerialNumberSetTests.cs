namespace DeviceCreds.Tests;

/// <summary>Serial numbers as other programs print them.</summary>
public class SerialNumberSetTests
{
    const string Serial = "0804E52686B8D1D677350BA7766BBD00B778B892";

    [Theory]
    [InlineData("08-04-E5-26-86-B8-D1-D6-77-35-0B-A7-76-6B-BD-00-B7-78-B8-92", "BitConverter")]
    [InlineData("serial=0804E52686B8D1D677350BA7766BBD00B778B892", "openssl x509 -serial")]
    [InlineData("Serial=0804e52686b8d1d677350ba7766bbd00b778b892 ", "the same, typed")]
    [InlineData("08:04:e5:26:86:b8:d1:d6:77:35:0b:a7:76:6b:bd:00:b7:78:b8:92", "openssl x509 -text")]
    [InlineData("\u200E0804e52686b8d1d677350ba7766bbd00b778b892", "Windows' certificate window")]
    public void A_number_is_found_however_it_is_written(string text, string source) =>
        Assert.True(new SerialNumberSet([text]).Contains(Serial), source);

    [Fact]
    public void A_no_break_space_is_named()
    {
        var error = Assert.Throws<InputException>(() => new SerialNumberSet([Serial + "\u00A0"]));
        Assert.Equal("SerialNumberInvalid", error.ErrorId);
        Assert.Contains("U+00A0 as character 41", error.Problem);
    }

    [Fact]
    public void A_negative_number_is_not_the_positive_one() => Assert.False(new SerialNumberSet(["-" + Serial]).Contains(Serial));
}
