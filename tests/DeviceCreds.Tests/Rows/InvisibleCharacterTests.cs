using System.Globalization;

namespace DeviceCreds.Tests;

/// <summary>What nobody can see in a name, by its Unicode properties: Python's tables are the judge.</summary>
public class InvisibleCharacterTests
{
    static string Python => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(Tool.Exists) ?? "python3";

    [Fact]
    public void Every_space_control_format_and_separator_that_Python_knows_is_invisible_and_no_letter_is()
    {
        // Only what both know: each has the tables of its own Unicode version.
        const string script = "import unicodedata as u\n"
            + "print(' '.join(f'{c:X}' for c in range(0x110000) if u.category(chr(c)) in ('Cc','Cf','Zs','Zl','Zp')), end='|')\n"
            + "print(' '.join(f'{c:X}' for c in range(0x110000) if u.category(chr(c)) in ('Lu','Ll','Nd','Nl','Sm','Sc','Po','Pd')))";
        var lists = Tool.Run(Python, "-c", script).Trim().Split('|')
            .Select(l => l.Split(' ').Select(c => int.Parse(c, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ToList();
        Assert.All(lists[0].Where(c => c != ' '), c => Assert.NotNull(InvisibleCharacter.At(char.ConvertFromUtf32(c), 0)));
        Assert.Null(InvisibleCharacter.At(" ", 0));
        Assert.All(lists[1], c => Assert.Null(InvisibleCharacter.At(char.ConvertFromUtf32(c), 0)));
    }

    [Theory]
    [InlineData("a\u034Fb", 1, "U+034F")]
    [InlineData("a\u115Fb", 1, "U+115F")]
    [InlineData("a\u3164b", 1, "U+3164")]
    [InlineData("a\uFFA0b", 1, "U+FFA0")]
    [InlineData("a\uFE0Fb", 1, "U+FE0F")]
    [InlineData("a\u00ADb", 1, "U+00AD")]
    [InlineData("a\u00A0b", 1, "U+00A0")]
    [InlineData("a\u202Fb", 1, "U+202F")]
    [InlineData("a\u3000b", 1, "U+3000")]
    [InlineData("a\uFFFDb", 1, "U+FFFD")]
    [InlineData("a\uFEFFb", 1, "U+FEFF")]
    [InlineData("a\U000E0001b", 1, "U+E0001")]
    [InlineData("a\U000E0100b", 1, "U+E0100")]
    [InlineData("a\U0001BCA0b", 1, "U+1BCA0")]
    [InlineData("a\U0001F600b", 1, null)]
    [InlineData("a\U0001F600b", 2, null)]
    [InlineData("a\U000E0001b", 2, null)]
    [InlineData("äb", 0, null)]
    public void Has_its_code_point(string text, int at, string? code) => Assert.Equal(code, InvisibleCharacter.At(text, at));

    // Apart, since test runners cannot carry such a text.
    [Fact]
    public void Half_of_a_pair_is_none() => Assert.Equal("U+D800", InvisibleCharacter.At("a\uD800b", 1));

    [Theory]
    [InlineData("dev\u00A01")]
    [InlineData("dev-1\u3000")]
    [InlineData("dev\u3164")]
    [InlineData("ger\uFFFDt")]
    [InlineData("dev\U000E0001")]
    public void Is_refused_with_its_code_in_lists_in_issuing_and_in_tests(string name)
    {
        var code = Enumerable.Range(0, name.Length).Select(i => InvisibleCharacter.At(name, i)).First(c => c is not null)!;
        var authority = Given.Chain("Root");
        foreach (var identity in new[] { new DeviceIdentity(name, "a"), new DeviceIdentity("dev", name) })
        {
            var error = Assert.Throws<IssuanceException>(() => new CredentialIssuer(authority, CredentialKind.Lwm2m).Issue(identity));
            Assert.EndsWith("InvalidCharacter", error.ErrorId);
            Assert.Contains(code, error.Message);
        }

        using var folder = new TempFolder();
        var errors = new List<InputException>();
        Assert.Empty(
            new DeviceList(errors.Add).Read(folder.Write("l.csv", System.Text.Encoding.UTF8.GetBytes($"CN,aid\n{name},a\ndev,{name}\n"))));
        Assert.Equal([2, 3], errors.Select(e => e.Line));
        Assert.All(errors, e => Assert.Contains(code, e.Message));
    }

    [Theory]
    [InlineData("1.23457E+14")]
    [InlineData("1,23457E+14")]
    [InlineData("3E+11")]
    public void A_number_that_a_spreadsheet_shortened_is_refused(string name)
    {
        var authority = Given.Chain("Root");
        Assert.Equal("EndpointNameDamagedNumber",
            Refused.Issuance(() => new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity(name))));
        Assert.Equal("AccountIdDamagedNumber",
            Refused.Issuance(() => new CredentialIssuer(authority, CredentialKind.Lwm2m).Issue(new DeviceIdentity("dev", name))));
    }

    [Theory]
    [InlineData("1E5")]
    [InlineData("12E+14")]
    [InlineData("1.2E+1")]
    [InlineData("E+14")]
    [InlineData("x1E+14")]
    public void A_name_that_is_none_is_not(string name) =>
    new CredentialIssuer(Given.Chain("Root"), CredentialKind.Bootstrap).Issue(new DeviceIdentity(name));
}
