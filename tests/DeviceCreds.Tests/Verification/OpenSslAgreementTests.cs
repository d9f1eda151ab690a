using System.Text;

namespace DeviceCreds.Tests;

/// <summary>OpenSSL's path validation and ours, on every case of the tables but those of names, which path validation does not look at.</summary>
public class OpenSslAgreementTests
{
    /// <summary>The rules that ask what path validation asks; the others are stricter than it.</summary>
    static readonly string[] PathRules = ["NotExpired", "NotBeforeInPast", "ExtendedKeyUsage", "KeyIdentifiers", "ChainSignatures", "AuthoritiesMaySign", "TrustedIssuer"];

    /// <summary>What OpenSSL refuses and we do not.</summary>
    static readonly string[] OpenSslIsStricter =
    [
        "now is the last second", // RFC 5280, 4.1.2.5: notAfter belongs to the period; OpenSSL ends a second earlier
        "extendedKeyUsage any", // the device takes it
    ];

    /// <summary>What OpenSSL takes and a path rule of ours does not.</summary>
    static readonly string[] PathRulesAreStricter =
    [
        "signed with SHA-1", "signed with SHA-384", "signed with SHA-512", "an issuer that is signed with SHA-384", // only what the device can verify is verified
        "an issuer on P-384", "an issuer with an RSA key",
        "begins now", // the property table: earlier than the current time
        "the issuer is v2 with extensions", "the issuer is v4",
        "the device's certificate given as its own issuer",
    ];

    [Fact]
    public void Openssl_verify_and_the_report_agree()
    {
        using var folder = new TempFolder();
        var cases = RuleCatalogueTests.Cases.Except(IdentityCases.All).Select(c => (c.Title, Scene: c.Bend(new Scene()))).Where(c => c.Scene.Trusted(c.Scene).Length > 0).ToList();
        var script = new StringBuilder();
        for (var i = 0; i < cases.Count; i++)
        {
            var scene = cases[i].Scene;
            folder.Write($"{i}.leaf", Scene.Pem([scene.Leaf.Der()]));
            folder.Write($"{i}.file", Scene.Pem(scene.File(scene)));
            folder.Write($"{i}.trusted", Scene.Pem(scene.Trusted(scene)));
            script.Append($"openssl verify -partial_chain -purpose sslclient -attime {new DateTimeOffset(scene.At).ToUnixTimeSeconds()} -CAfile {i}.trusted -untrusted {i}.file {i}.leaf >out 2>&1 && echo good || echo $(cat out)\n");
        }

        var verdicts = Tool.Bash(folder.Path, script.ToString(), "openssl").Split('\n');
        var verified = cases.Select((c, i) => (c.Title, IsGood: verdicts[i] == "good", Report: c.Scene.Test())).ToList();
        Assert.True(verified.Count(v => v.IsGood) > 80 && verified.Count(v => !v.IsGood) > 20, $"{verified.Count(v => v.IsGood)} of {verified.Count} are good");
        Assert.Equal(OpenSslIsStricter.Order(), verified.Where(v => !v.IsGood && v.Report.Passed).Select(v => v.Title).Order());
        Assert.Equal(PathRulesAreStricter.Order(), verified.Where(v => v.IsGood && v.Report.Failed.Any(c => PathRules.Contains(c.Id))).Select(v => v.Title).Order());
    }
}
