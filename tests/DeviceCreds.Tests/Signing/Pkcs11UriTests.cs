using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>URIs of RFC 7512: which token, which key.</summary>
public class Pkcs11UriTests
{
    [Theory]
    [InlineData("id=%01%A2", "01A2", null)]
    [InlineData("id=01A2", "30314132", "01A2")]
    [InlineData("id=0x01a2", "307830316132", "01A2")]
    [InlineData("id=01:a2", "30313A6132", "01A2")]
    [InlineData("id=1a2", "316132", null)]
    [InlineData("id=key", "6B6579", null)]
    [InlineData("object=x", null, null)]
    public void An_identifier_is_its_characters_and_may_be_meant_in_hexadecimal(string attribute, string? literal, string? meant)
    {
        var uri = Pkcs11Uri.Parse("pkcs11:" + attribute);
        Assert.Equal((literal, meant),
            (uri.Id is null ? null : Convert.ToHexString(uri.Id),
                uri.IdInHexadecimal is null ? null : Convert.ToHexString(uri.IdInHexadecimal)));
    }

    [Fact]
    public void A_uri_names_a_token_and_an_object()
    {
        var uri = Pkcs11Uri.Parse(
            "pkcs11:token=The%20Factory%27s%20HSM;manufacturer=SoftHSM%20project;serial=5f6a;model=SoftHSM%20v2;"
                + "object=ca-%C3%A4;id=%01%02AB;slot-id=327;type=private");
        Assert.Equal("The Factory's HSM", uri.Place["token"]);
        Assert.Equal("SoftHSM project", uri.Place["manufacturer"]);
        Assert.Equal("5f6a", uri.Place["serial"]);
        Assert.Equal("SoftHSM v2", uri.Place["model"]);
        Assert.Equal("ca-ä", uri.Object);
        Assert.Equal([1, 2, (byte)'A', (byte)'B'], uri.Id!);
        Assert.Equal(327ul, uri.SlotId);
    }

    /// <summary>The examples of RFC 7512, section 3, that can name a private key and hold no PIN.</summary>
    [Theory]
    [InlineData("pkcs11:")]
    [InlineData("pkcs11:object=my-pubkey;type=public")]
    [InlineData("pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;"
        + "object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=")]
    [InlineData("pkcs11:slot-description=Sun%20Metaslot")]
    [InlineData("pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;library-version=1.23")]
    [InlineData("pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc."
        + "?module-name=mypkcs11&module-path=/usr/lib/x.so")]
    [InlineData("PKCS11:token=a&b")]
    public void What_the_rfc_shows_is_read(string text) => Pkcs11Uri.Parse(text);

    [Theory]
    [InlineData("", "Pkcs11UriInvalid")]
    [InlineData("token=a", "Pkcs11UriInvalid")]
    [InlineData("https://example.com", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:=a", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a;", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a;;object=b", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a;token=b", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a b", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=ä", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a/b", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=%", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=%4", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=%4G", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=%FF", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=%0A", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:slot-id=-1", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:slot-id=1x", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:slot-id=99999999999999999999", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:type=data", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:type=secret-key", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:colour=red", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:x-vendor=1", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a?b", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a?module-name=b;c", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a?pin-value=1234", "Pkcs11UriPin")]
    [InlineData("pkcs11:token=a?pin-source=file:/etc/pin", "Pkcs11UriPin")]
    [InlineData("pkcs11:token=a;pin-value=1234", "Pkcs11UriPin")]
    public void What_is_no_uri_of_a_key_is_refused(string text, string id) => Assert.Equal(id, Refused.Input(() => Pkcs11Uri.Parse(text)));

    [Fact]
    public void A_refusal_shows_neither_pin_nor_value()
    {
        foreach (var text in new[] { "pkcs11:token=a?pin-value=472915", "pkcs11:object=472915 x", "pkcs11:token=472915;slot-id=472915x" })
            Assert.DoesNotContain("472915", Assert.Throws<InputException>(() => Pkcs11Uri.Parse(text)).ToString(),
                StringComparison.Ordinal);
        Assert.Equal("Pkcs11UriTooLong", Refused.Input(() => Pkcs11Uri.Parse("pkcs11:token=" + new string('a', 5000))));
    }

    [Fact]
    public void What_is_formatted_is_read_again() => Gen.Select(Label, Label, Gen.Byte.Array[1, 20]).Sample((token, label, id) =>
    {
        var uri = Pkcs11Uri.Parse(Pkcs11Uri.Format(token, label, id));
        Assert.Equal(token, uri.Place["token"]);
        Assert.Equal(label, uri.Object);
        Assert.Equal(id, uri.Id!);
    });

    static readonly Gen<string> Label = Gen.String[Gen.Char["abcXYZ019 ;=?&%/\\'\"äΩ漢.-_~"], 1, 20];

    [Fact]
    [Trait("Speed", "Slow")]
    public void Whatever_the_text_it_is_a_uri_or_an_error_of_ours() => Gen.OneOf(
            Gen.String[Gen.Char["pkcs11:token=object;id%4aZ?&pin-vlue/ \0é\ud800"], 0, 60],
            from parts in Gen.OneOf("token=", "object=", "id=", "slot-id=", "type=", "serial=", ";", "?", "&", "=", "%", "%41",
                "%FF", "12", "a", "private", "pin-value=", " ").Array[0, 12] select "pkcs11:" + string.Concat(parts))
        .Sample(text =>
        {
            try
            {
                Pkcs11Uri.Parse(text);
            }
            catch (InputException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }, iter: 20_000);
}
