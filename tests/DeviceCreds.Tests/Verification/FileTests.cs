using System.Text;

namespace DeviceCreds.Tests;

/// <summary>Certificates as they come in files: whatever stands around them, the verdict is the same.</summary>
public class FileTests
{
    public static TheoryData<string> Titles => FileCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title)
    {
        var @case = FileCases.All.Single(c => c.Title == title);
        Assert.Equal(["ChainInPem"], @case.Verdicts.Select(v => v.Rule));
        @case.Check();
    }

    static readonly byte[] Leaf = new Scene().Leaf.Der(), Sub = new Scene().Sub.Der();

    static readonly string Plain = Scene.Pem([Leaf, Sub]);

    public static TheoryData<string> Forms =>
        ["CRLF", "CR", "byte-order mark", "UTF-16", "UTF-16 big-endian", "text around", "one long line", "trailing spaces",
            "no newline at the end", "TRUSTED CERTIFICATE", "X509 CERTIFICATE", "a key between them", "EC PARAMETERS before them"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_same_certificates_in_another_form_are_the_same(string form)
    {
        byte[] bytes = form switch
        {
            "CRLF" => Encoding.ASCII.GetBytes(Plain.Replace("\n", "\r\n")),
            "CR" => Encoding.ASCII.GetBytes(Plain.Replace("\n", "\r")),
            "byte-order mark" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Plain)],
            "UTF-16" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Plain)],
            "UTF-16 big-endian" => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Plain)],
            "text around" =>
                Encoding.UTF8.GetBytes(
                    "Certificate:\n    Subject: CN = Gerät\n"
                        + Plain.Replace("-----END CERTIFICATE-----\n", "-----END CERTIFICATE-----\nsubject=x\n\n")),
            "one long line" =>
                Encoding.ASCII.GetBytes(
                    string.Join("\n",
                        new[] { Leaf,
                            Sub }.Select(der => $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(der)}\n-----END CERTIFICATE-----"))),
            "trailing spaces" => Encoding.ASCII.GetBytes(Plain.Replace("\n", " \t\n")),
            "no newline at the end" => Encoding.ASCII.GetBytes(Plain.TrimEnd('\n')),
            // What openssl x509 -addtrust appends: the uses that the owner trusts it for.
            "TRUSTED CERTIFICATE" =>
                Encoding.ASCII.GetBytes(
                    Pem.Encode("TRUSTED CERTIFICATE", [.. Leaf, .. Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.5.5.7.3.2")))])
                        + "\n" + Scene.Pem([Sub])),
            "X509 CERTIFICATE" => Encoding.ASCII.GetBytes(Plain.Replace("CERTIFICATE", "X509 CERTIFICATE")),
            "a key between them" => Encoding.ASCII.GetBytes(Scene.Pem([Leaf]) + Scene.StrangeKey.ToPem() + "\n" + Scene.Pem([Sub])),
            _ => Encoding.ASCII.GetBytes("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + Plain),
        };
        var read = CertificateReader.Read(Given.Input(bytes));
        Assert.Equal([Leaf, Sub], read.Select(c => c.CertificateDer));
        Assert.All(Scene.WithoutRevocation(Assert.Single(new Scene().Verifier().Test(read))),
            c => Assert.Equal(CheckOutcome.Passed, c.Outcome));
    }

    [Fact]
    public void Several_devices_in_one_file_get_a_report_each()
    {
        var scene = new Scene();
        var second =
            scene.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account),
                Tlv.Attribute(Tlv.CommonName, "device-2")), Serial = Tlv.Integer(2) };
        var bundle = CertificateReader.Read(Given.Input(Scene.Pem([scene.Leaf.Der(), second.Der(), scene.Sub.Der(), scene.Root.Der()])));
        var reports = (scene with { EndpointName = null, Key = null }).Verifier().Test(bundle).ToList();
        Assert.Equal([Scene.Name, "device-2"], reports.Select(r => r.EndpointName!));
        Assert.All(reports, r => Assert.True(r.Passed, string.Join("\n", r.Failed.Select(c => c.Message))));
        Assert.All(reports, r => Assert.Empty(r.Warnings));
    }

    [Fact]
    public void Devices_of_two_CAs_in_one_file_get_their_own_chains()
    {
        var one = new CredentialIssuer(Given.Chain("Root A", "Sub A"), CredentialKind.Bootstrap).Issue(new DeviceIdentity("a"));
        var two = new CredentialIssuer(Given.Chain("Root B", "Sub B"), CredentialKind.Bootstrap).Issue(new DeviceIdentity("b"));
        var bundle = CertificateReader.Read(Given.Input(one.ChainPem + "\n" + two.ChainPem));
        var reports = new CertificateVerifier { Issuers = [one.Chain.Root!] }.Test(bundle).ToList();
        Assert.Equal(["a", "b"], reports.Select(r => r.EndpointName!));
        Assert.True(reports[0].Passed);
        Assert.Equal(["TrustedIssuer"], reports[1].Failed.Select(c => c.Id));
    }

    [Theory]
    [InlineData("", "CertificateNotRecognised")]
    [InlineData("nothing to see", "CertificateNotRecognised")]
    [InlineData("-----BEGIN CERTIFICATE-----\n", "PemTruncated")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "PemEmpty")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "CertificateMalformed")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n", "CertificateNotFound")]
    public void What_holds_no_certificate_is_refused(string text, string id) =>
    Assert.Equal(id, Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(text))).ErrorId);

    [Fact]
    public void The_kind_comes_from_the_file_s_name_or_from_what_is_known()
    {
        static CredentialKind Kind(string? path, string? account = null, CredentialKind? kind = null, Func<Draft, Draft>? bend = null)
        {
            var leaf = bend is null ? new Scene().Leaf : bend(new Scene().Leaf);
            var tested = Assert.Single(new CertificateVerifier { AccountId = account, Kind = kind }.Test([leaf.Certificate(path)])).Kind;
            // Reading decides by the same rule.
            if (account is null && kind is null)
                Assert.Equal(tested, CredentialImporter.Read([new InputFile(leaf.Der(), path ?? "device.der")], "").Single().Kind);
            return tested;
        }

        Assert.Equal(CredentialKind.Lwm2m, Kind(null));
        Assert.Equal(CredentialKind.Bootstrap,
            Kind(null, bend: l => l with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "device-1")) }));
        Assert.Equal(CredentialKind.Lwm2m, Kind(null, Scene.Account));
        Assert.Equal(CredentialKind.Lwm2m, Kind("x/LwM2MDeviceCert.pem"));
        Assert.Equal(CredentialKind.Bootstrap, Kind("x/BootstrapDeviceCert.pem", Scene.Account));
        Assert.Equal(CredentialKind.Lwm2m, Kind("x/BootstrapDeviceCert.pem", kind: CredentialKind.Lwm2m));
    }
}

sealed class FileCases : CaseTable
{
    public static readonly IReadOnlyList<Case> All =
    [
        new("a chain in DER", s => s with { InDer = true },
            Fails("ChainInPem", "2 certificates follow each other in DER; a chain must be in PEM.")),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
