using System.Reflection;
using CsCheck;

namespace DeviceCreds.Tests;

public sealed class CTextTests
{
    [Fact]
    public void Bytes_of_any_length_are_read_back() => Gen.Byte.Array[1, 5000].Sample(bytes =>
    {
        var text = new CText().Add("const unsigned char x[] = ").Add(bytes).Add(";\n").Take();
        Assert.Equal(bytes, CSource.Read(new InputFile(text), ["x"], "")["x"].Bytes);
    }, iter: 30);

    [Fact]
    public void What_was_taken_does_not_stay()
    {
        var text = new CText().Add(new byte[5000]);
        var buffer = (byte[])typeof(CText).GetField("_bytes", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(text)!;
        Assert.Contains((byte)'x', text.Take());
        Assert.All(buffer, b => Assert.Equal(0, b));
        Assert.Empty(text.Take());
    }
}
