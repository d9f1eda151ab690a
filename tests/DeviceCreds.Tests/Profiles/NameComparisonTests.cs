using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Names that look alike, and how people are shown what differs.</summary>
public class NameComparisonTests
{
    [Theory]
    [InlineData("ger\u00E4t-1", "gera\u0308t-1",
        "they differ at character 4: '\u00E4' (U+00E4) and 'a\u0308' (U+0061 U+0308) (they look the same, or nearly)")]
    [InlineData("device-1", "device-2", "they differ at character 8: '1' (U+0031) and '2' (U+0032)")]
    [InlineData("device-1", "Device-1", "they differ at character 1: 'd' (U+0064) and 'D' (U+0044) (they differ in case)")]
    [InlineData("device", "device ", "they differ at character 7: the end and U+0020 (they differ in spaces at an end)")]
    [InlineData("device", "device\u200B", "they differ at character 7: the end and U+200B (they look the same, or nearly)")]
    [InlineData("device-1", "device\u20111", "they differ at character 7: '-' (U+002D) and '\u2011' (U+2011)")]
    [InlineData("\U0001F600a", "\U0001F600b", "they differ at character 2: 'a' (U+0061) and 'b' (U+0062)")]
    [InlineData("\U0001F600", "\U0001F601", "they differ at character 1: '\U0001F600' (U+1F600) and '\U0001F601' (U+1F601)")]
    [InlineData("s\u0435nsor", "sensor", "they differ at character 2: '\u0435' (U+0435) and 'e' (U+0065)")]
    [InlineData("", "a", "they differ at character 1: the end and 'a' (U+0061)")]
    public void The_first_difference_is_shown_by_position_and_code_points(string first, string second, string expected) =>
        Assert.Equal(expected, TextDifference.Describe(first, second));

    [Fact]
    public void Whatever_two_texts_are_there_is_a_difference_that_a_terminal_can_show() =>
        Gen.String.Array[2].Where(t => t[0] != t[1]).Sample(t =>
    {
        var text = TextDifference.Describe(t[0], t[1]);
        Assert.StartsWith("they differ at character ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, char.IsControl);
        Assert.InRange(text.Length, 20, 300);
    }, iter: 2000);

    [Theory]
    [InlineData("ger\u00E4t", "gera\u0308t")]
    [InlineData("Device", "dEVICE")]
    [InlineData(" a  b ", "a b")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("stra\u00DFe", "STRA\u1E9EE")]
    [InlineData("stra\u00DFe", "STRASSE")]
    [InlineData("\uFF21\uFF22", "ab")]
    [InlineData("\u212B", "\u00E5")]
    [InlineData("\u03A3\u03C2", "\u03C3\u03C3")]
    [InlineData("a\u200Bb", "ab")]
    [InlineData("a\u00ADb", "ab")]
    [InlineData("\uFB01", "fi")]
    [InlineData("Two\t words", "two words")]
    [InlineData("two\r\nwords\n", "two\u3000words")]
    [InlineData("\u1F80", "\u1F00\u03B9")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("\u0587", "\u0535\u0552")]
    public void Names_that_RFC_4518_holds_for_one_are_equal(string first, string second) =>
        Assert.True(PreparedName.AreEqual(first, second));

    [Theory]
    [InlineData("device-1", "device-2")]
    [InlineData("sensor", "s\u0435nsor")]
    [InlineData("a b", "ab")]
    [InlineData("\u00E4", "a")]
    public void Others_are_not(string first, string second) => Assert.False(PreparedName.AreEqual(first, second));

    [Fact]
    public void To_prepare_a_prepared_name_changes_nothing() =>
        Given.EndpointName.Sample(name => Assert.Equal(PreparedName.Of(name), PreparedName.Of(PreparedName.Of(name))));

    [Fact]
    public void A_run_warns_of_the_later_of_two_names_that_are_one()
    {
        var issuer = new CredentialIssuer(Factory.Authorities[0], CredentialKind.Bootstrap);
        string[] names = ["ger\u00E4t-1", "gera\u0308t-1", "sensor-1", "Sensor-1", "SENSOR-1", "other"];
        var warned = names.Select(n => issuer.Issue(new DeviceIdentity(n))).Where(c => c.Warnings.Count > 0).ToList();
        Assert.Equal(["gera\u0308t-1", "Sensor-1", "SENSOR-1"], warned.Select(c => c.EndpointName));
        Assert.All(warned, c => Assert.Contains("RFC 4518", Assert.Single(c.Warnings)));
    }

    [Fact]
    public void A_list_warns_of_them_too_with_both_places()
    {
        using var folder = new TempFolder();
        var path = folder.Write("list.csv", "EndpointName\nger\u00E4t-1\ngera\u0308t-1\nSENSOR-1\nsensor-1\nother\n");
        var warnings = new List<string>();
        var read = new DeviceList(e => throw e) { Warn = warnings.Add }.Read(path).ToList();
        Assert.Equal(5, read.Count);
        Assert.Equal(2, warnings.Count);
        Assert.StartsWith($"{path}, line 3: ", warnings[0], StringComparison.Ordinal);
        Assert.Contains($"the one in {path}, line 2", warnings[0]);
        Assert.StartsWith($"{path}, line 5: ", warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_names_are_compared_the_difference_is_shown()
    {
        var authority = Factory.Authorities[0];
        var credential = new CredentialIssuer(authority, CredentialKind.Lwm2m).Issue(new DeviceIdentity("gera\u0308t", "account"));
        var report = new CertificateVerifier { Issuers = [authority.Own], EndpointName = "ger\u00E4t",
            AccountId = "Account" }.Test(credential);
        Assert.Contains("U+00E4", report.Checks.Single(c => c.Id == "EndpointName").Message);
        Assert.Contains("'A' (U+0041)", report.Checks.Single(c => c.Id == "AccountId").Message);
        var request = DeviceCertificateRequest.Create("gera\u0308t", "account");
        Assert.Contains("U+00E4", Assert.Throws<IssuanceException>(() =>
            new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(request, "ger\u00E4t")).Message);
        Assert.Contains("'A' (U+0041)", Assert.Throws<IssuanceException>(() =>
            new CredentialIssuer(authority, CredentialKind.Lwm2m).Issue(request, null, "Account")).Message);
    }
}
