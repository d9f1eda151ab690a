namespace DeviceCreds.Tests;

/// <summary>What is said of a password, which is never shown.</summary>
public sealed class PasswordTextTests
{
    [Theory]
    [InlineData("secret\n", "ends with a line feed (U+000A)")]
    [InlineData("secret\r\n", "ends with a line feed (U+000A)")]
    [InlineData("secret\r", "ends with a carriage return (U+000D)")]
    [InlineData("secret ", "ends with a space (U+0020)")]
    [InlineData("secret\t", "ends with a tab (U+0009)")]
    [InlineData("secret\u00A0", "ends with an invisible character (U+00A0)")]
    [InlineData("secret\0", "ends with an invisible character (U+0000)")]
    [InlineData("\uFEFFsecret", "begins with a byte order mark (U+FEFF)")]
    [InlineData(" secret", "begins with a space (U+0020)")]
    [InlineData("correct horse", null)]
    [InlineData("", null)]
    public void What_nobody_sees_is_named(string password, string? oddity) =>
    Assert.Equal(oddity, PasswordText.FindOddity(password.ToCharArray()));

    [Theory]
    [InlineData("$(CaPassword)")]
    [InlineData("${CA_PASSWORD}")]
    [InlineData("%CA_PASSWORD%")]
    [InlineData("{{ca_password}}")]
    public void A_variable_is_no_password(string password)
    {
        var e = Assert.Throws<InputException>(() => PasswordText.RequireExpanded(password.ToCharArray()));
        Assert.Equal("PasswordNotExpanded", e.ErrorId);
        Assert.DoesNotContain(password, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$(x) and more")]
    [InlineData("correct horse")]
    public void Another_text_is_one(string password) => PasswordText.RequireExpanded(password.ToCharArray());
}
