using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What a device may be called.</summary>
public class IdentityTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static DeviceCredential Issue(string endpointName, string? accountId = null, CredentialKind kind = CredentialKind.Bootstrap) =>
        new CredentialIssuer(Root, kind).Issue(new DeviceIdentity(endpointName, accountId));

    static readonly string Long = new('x', 64);

    // By description, since test runners cannot carry every string.
    static readonly IReadOnlyDictionary<string, (string Name, string Id)> Impossible = new Dictionary<string, (string, string)>
    {
        ["nothing"] = ("", "Empty"),
        ["a space"] = (" ", "Blank"),
        ["white space"] = ("\t \n", "Blank"),
        ["spaces of other alphabets"] = ("\u3000\u00A0", "Blank"),
        ["65 characters"] = (Long + "x", "TooLong"),
        ["65 characters of two UTF-16 units each"] = (string.Concat(Enumerable.Repeat("😀", 65)), "TooLong"),
        ["a space before"] = (" device", "SurroundedBySpaces"),
        ["a space behind"] = ("device ", "SurroundedBySpaces"),
        ["a carriage return"] = ("device\r", "InvalidCharacter"),
        ["a NUL"] = ("dev\0ice", "InvalidCharacter"),
        ["an escape of a terminal"] = ("dev\u001b[31mice", "InvalidCharacter"),
        ["a byte-order mark"] = ("\uFEFFdevice", "InvalidCharacter"),
        ["a zero-width space"] = ("dev\u200Bice", "InvalidCharacter"),
        ["an override of the writing direction"] = ("dev\u202Eice", "InvalidCharacter"),
        ["a line separator"] = ("dev\u2028ice", "InvalidCharacter"),
        ["half a surrogate pair"] = ("dev\uD83Dice", "InvalidCharacter"),
        ["the other half"] = ("dev\uDE00ice", "InvalidCharacter"),
        ["half a pair at the end"] = ("device\uD83D", "InvalidCharacter"),
        ["a variable that nobody replaced"] = ("$(id)", "NotExpanded"),
        ["an invisible tag"] = ("dev\uDB40\uDC41ice", "InvalidCharacter"),
    };

    public static TheoryData<string> ImpossibleNames => [.. Impossible.Keys];

    [Theory]
    [MemberData(nameof(ImpossibleNames))]
    public void A_name_that_nobody_can_see_type_or_store_is_refused(string description)
    {
        var (name, id) = Impossible[description];
        Assert.Equal("EndpointName" + id, Refused.Issuance(() => Issue(name)));
        Assert.Equal("AccountId" + id, Refused.Issuance(() => Issue("device", name)));
        Assert.Equal("EndpointName" + id, Refused.Issuance(() => DeviceCertificateRequest.Create(name)));
        Assert.Equal("AccountId" + id, Refused.Issuance(() => DeviceCertificateRequest.Create("device", name)));
    }

    public static readonly TheoryData<string> Possible =
    [
        "d", Long, string.Concat(Enumerable.Repeat("😀", 64)), "Gerät", "漢字", "../..", "CON", "a/OU=evil", "a,OU=evil", "a\"b",
        "a b", "*.example.com", "-rf", "#1", "%00", "`id`", "0123456789", "urn:dev:os:1-2_3",
    ];

    [Theory]
    [MemberData(nameof(Possible))]
    public void Every_other_name_becomes_the_cn_to_the_letter(string name)
    {
        var credential = Issue(name, Given.AccountId, CredentialKind.Lwm2m);
        Assert.Equal((name, name, Given.AccountId), (credential.EndpointName, credential.Leaf.EndpointName, credential.Leaf.AccountId));
        // .NET's opinion.
        Assert.Equal(name,
            credential.Certificate.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false));
    }

    [Fact]
    public void Openssl_reads_the_same_names()
    {
        using var folder = new TempFolder();
        var names = Possible.Select(r => r.Data).ToList();
        for (var i = 0; i < names.Count; i++) folder.Write($"{i:00}.pem", Issue(names[i], "a/b=c").CertificatePem);
        var lines = Tool.Bash(folder.Path,
            "for f in *.pem; do openssl x509 -in $f -noout -subject -nameopt sep_multiline,utf8,-esc_msb,lname; done", "openssl");
        Assert.Equal(names, Regex.Matches(lines, "commonName=(.*)").Select(m => m.Groups[1].Value));
        Assert.Equal(names.Count, Regex.Count(lines, "organizationalUnitName=a/b=c"));
    }

    [Fact]
    public void Printable_strings_are_what_the_standard_calls_so() =>
        Gen.Char[' ', '\u00FF'].Where(c => !char.IsControl(c) && c != '\u00AD' && c != '\u00A0').Sample(c =>
        {
            var name = $"a{c}b";
            // X.680, 41.4.
            var tag = Regex.IsMatch(name, "^[A-Za-z0-9 '()+,./:=?-]+$") ? (byte)0x13 : (byte)0x0C;
            var utf8 = System.Text.Encoding.UTF8.GetBytes(name);
            Assert.True(Issue(name).CertificateDer.AsSpan().IndexOf([tag, (byte)utf8.Length, .. utf8]) > 0, name);
        }, iter: 150);

    [Fact]
    public void An_lwm2m_credential_needs_an_account_and_a_bootstrap_credential_may_have_one()
    {
        Assert.Equal("AccountIdMissing", Refused.Issuance(() => Issue("device", null, CredentialKind.Lwm2m)));
        Assert.Null(Issue("device").Leaf.AccountId);
        Assert.Equal("x", Issue("device", "x").Leaf.AccountId);
    }

    [Fact]
    public void A_name_or_a_key_comes_once_in_a_run()
    {
        var issuer = new CredentialIssuer(Root, CredentialKind.Bootstrap);
        var key = DeviceKey.Generate();
        issuer.Issue(new DeviceIdentity("a"), key);
        Assert.Equal("EndpointNameDuplicate", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("a"))));
        Assert.Equal("KeyDuplicate", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("b"), key)));
        Assert.Equal("KeyDuplicate", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("b"), new DeviceKey(null, key.Point))));
        // Case makes another name: the device compares bytes.
        issuer.Issue(new DeviceIdentity("A"));
    }

    /// <summary>A refusal may be told to several places, and by then another order may have the name.</summary>
    [Fact]
    public void An_order_is_forgotten_once()
    {
        var issuer = new CredentialIssuer(Root, CredentialKind.Bootstrap);
        var (device, key) = (new DeviceIdentity("device-1"), DeviceKey.Generate());
        var first = issuer.Accept(device, key);
        first.Forget();
        var second = issuer.Accept(device, key);
        first.Forget();
        Assert.Equal("EndpointNameDuplicate", Refused.Issuance(() => issuer.Accept(device)));
        Assert.Equal("KeyDuplicate", Refused.Issuance(() => issuer.Accept(new DeviceIdentity("device-2"), key)));
        Assert.Equal("device-1", second.Issue().EndpointName);
    }

    [Fact]
    public void A_device_that_was_refused_may_be_tried_again()
    {
        var clock = Given.Clock("2026-01-01T00:00:00Z");
        var issuer = new CredentialIssuer(
            CertificateAuthority.Create("Root", validity: ValidityRequest.Until(Given.Utc("2037-01-01T00:00:00Z")), time: clock),
            CredentialKind.Bootstrap, time: clock);
        var key = DeviceKey.Generate();
        issuer.Issue(new DeviceIdentity("a"), key);
        Assert.Equal("KeyDuplicate", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("b"), key)));
        Assert.Equal("b", issuer.Issue(new DeviceIdentity("b")).EndpointName);
        var another = DeviceKey.Generate();
        clock.SetUtcNow(Given.Utc("2027-06-01T00:00:00Z"));
        for (var i = 0; i < 2; i++)
            Assert.Equal("IssuerExpiresTooSoon", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("c"), another)));
    }

    [Fact]
    public void A_device_has_neither_the_name_nor_the_key_of_a_ca_above()
    {
        var authority = Given.Chain("Root", "Below");
        var issuer = new CredentialIssuer(authority, CredentialKind.Bootstrap);
        foreach (var name in new[] { "Root", "Below", "below", "ROOT" })
            Assert.Equal("EndpointNameOfAuthority", Refused.Issuance(() => issuer.Issue(new DeviceIdentity(name))));
        Assert.Equal("KeyOfAuthority", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("device"), authority.ExportableKey)));
        // With an account ID the subject is another one.
        Assert.NotEqual(authority.Subject, issuer.Issue(new DeviceIdentity("Below", "x")).Subject);
    }

    [Fact]
    public void Many_threads_issue_at_once()
    {
        var issuer = new CredentialIssuer(Root, CredentialKind.Bootstrap);
        var credentials = new DeviceCredential?[100];
        var duplicates = 0;
        Parallel.For(0, 200, i =>
        {
            try
            {
                var credential = issuer.Issue(new DeviceIdentity($"device-{i % 100}"));
                Assert.Null(Interlocked.Exchange(ref credentials[i % 100], credential));
            }
            catch (IssuanceException e) when (e.ErrorId == "EndpointNameDuplicate")
            {
                Interlocked.Increment(ref duplicates);
            }
        });
        Assert.Equal(100, duplicates);
        Assert.Equal(100, credentials.Select(c => c!.SerialNumber).Distinct().Count());
        Assert.All(credentials, c => Assert.True(c!.Leaf.IsSignedBy(Root.Own) && c.PrivateKey!.Matches(c.Leaf.Point)));
    }

    [Theory]
    [InlineData("coaps://lwm2m.example.com:5684?aid=" + Given.AccountId, Given.AccountId)]
    [InlineData("coaps://lwm2m.example.com:5684/?aid=x", "x")]
    [InlineData("coap://[::1]/rd?ep=1&aid=x y", "x y")]
    [InlineData("coaps://h?aid=a=b%20c", "a=b%20c")]
    public void The_account_id_is_what_follows_aid_in_the_server_uri(string uri, string account) =>
    Assert.Equal(account, ServerUri.AccountId(new Uri(uri)));

    [Theory]
    [InlineData("https://example.com/?aid=x", "ServerUriScheme")]
    [InlineData("relative?aid=x", "ServerUriScheme")]
    [InlineData("coaps://h", "ServerUriWithoutAccountId")]
    [InlineData("coaps://h?aid=", "ServerUriWithoutAccountId")]
    [InlineData("coaps://h?paid=x", "ServerUriWithoutAccountId")]
    [InlineData("coaps://h?aid=x&b=1", "ServerUriAccountIdNotLast")]
    [InlineData("coaps://h?aid=12345678901234567890123456789012345678901234567890123456789012345", "AccountIdTooLong")]
    public void A_server_uri_without_a_usable_account_id_is_refused(string uri, string id) =>
        Assert.Equal(id, Refused.Issuance(() => ServerUri.AccountId(new Uri(uri, UriKind.RelativeOrAbsolute))));

    [Theory]
    [InlineData("\u0001")]
    [InlineData("😀")]
    [InlineData("#")]
    public void Of_a_name_of_a_megabyte_a_message_shows_the_beginning(string character)
    {
        var name = string.Concat(Enumerable.Repeat(character, 1_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var shown = SubjectText.Shorten(name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        Assert.Equal(43, shown.Length);
        Assert.EndsWith("...", shown, StringComparison.Ordinal);
    }
}
