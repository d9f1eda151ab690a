using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// OpenSSL's, Java's and our reading of name constraints: each constraint of the lists, once permitted and once excluded, with each name of
/// its form. Every difference has a reason, and a part of docs/about/differences.md is made from that.
/// </summary>
[Trait("Speed", "Slow")]
public class NameConstraintAgreementTests
{
    const string OpenSslVersion = "OpenSSL 3.0", JavaVersion = "OpenJDK 17";
    const byte Mail = 0x81, Dns = 0x82, Directory = 0xA4, Uri = 0x86, Address = 0x87;

    sealed record Form(byte Tag, string Title, string[] Constraints, string[] Names);

    static readonly Form[] Forms =
    [
        new(Dns, "DNS name",
            ["", "example.com", "EXAMPLE.com", ".example.com", "dev.example.com", "com", "ample.com", "example.com.", "a_b.com"],
            ["example.com", "dev.example.com", "a.dev.example.com", "DEV.Example.Com", "xample.com", "example.com.evil.org", "example.com.",
                "*.example.com", "*.com", "a_b.example.com", " example.com", "com", "a..example.com", "example.com:443", "x.a_b.com"]),
        new(Mail, "e-mail address", ["example.com", ".example.com", "a@example.com", "A@Example.com", "@example.com", "", "com"],
            ["a@example.com", "A@EXAMPLE.COM", "b@example.com", "a@x.example.com", "\"a@b\"@example.com", "a@", "a", "@example.com",
                "a@example.com.", "a@xample.com"]),
        new(Uri, "URI", ["example.com", ".example.com", "EXAMPLE.com", "", "com", ".com", "10.0.0.1"],
            ["coaps://example.com", "coaps://EXAMPLE.COM:5684/x", "coaps://a.example.com/x", "coaps://u@example.com/x",
                "coaps://example.com@evil.org/x", "coaps://u@v@example.com/x", "coaps://example.com?x=/a", "coaps://example.com#x",
                "coaps://evil.org/x//example.com/", "coaps://evil.org\\@example.com/", "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
                "coaps:example.com", "coaps:///x", "coaps://10.0.0.1/x", "coaps://10.1/x", "coaps://[fd00::1]/x", "coaps://example/x",
                "coaps://example.com./x", "coaps://ex%61mple.com/x", "//example.com/x", "coaps://:5684/x"]),
        new(Address, "IP address",
            ["0A000000FF000000", "0000000000000000", "0A000001FFFFFFFF", "0A000000FF00FF00", "0A000000", "",
                $"FD{new string('0', 30)}FF{new string('0', 30)}", new string('0', 64)],
            ["0A000001", "0B000001", "FD000000000000000000000000000001", "00000000000000000000FFFF0A000001", "0A0000", ""]),
        new(Directory, "directory name",
            ["", "O=Acme", "O=ACME", "O= Acme  ", "O=Acme/OU=x", "OU=x", "O=GER\u00c4T", "O=Ger\u00e4t", "O=Gera\u0308t", "O=Stra\u00dfe"],
            ["O=Acme/CN=device 1", "O=acme/CN=device 1", "O=Acme/OU=x/CN=device 1", "OU=x/O=Acme/CN=device 1", "CN=device 1",
                "O=Acme Inc/CN=device 1", "O=Ger\u00e4t/CN=device 1", "O=Gera\u0308t/CN=device 1", "O=ger\u00e4t/CN=device 1",
                "O=STRASSE/CN=device 1"]),
    ];

    sealed record Row(Form Form, bool IsPermitted, string Constraint, string Name, string Ours, bool OpenSsl, bool Java)
    {
        public bool Accepts => Ours.Length == 0;

        public bool IsDifferent => OpenSsl != Accepts || Java != Accepts;

        public bool IsUndecided => Ours.Contains("cannot be compared", StringComparison.Ordinal);

        public string? Why => Reasons.FirstOrDefault(r => r.Applies(this))?.Text;

        public override string ToString() => $"{Form.Title}: {(IsPermitted ? "permitted" : "excluded")} '{Constraint}', name '{Name}': "
            + $"ours {(Accepts ? "accepts" : Ours)}, OpenSSL {Word(OpenSsl)}, Java {Word(Java)}";

        public string Line => $"| {Form.Title} | {(IsPermitted ? "permitted" : "excluded")} '{Constraint}' | '{Name}' | {Word(Accepts)} | "
            + $"{Word(OpenSsl)} | {Word(Java)} | {Why} |\n";

        static string Word(bool accepts) => accepts ? "accepts" : "refuses";
    }

    sealed record Reason(string Text, Func<Row, bool> Applies);

    /// <summary>Why a verdict differs; the first that applies.</summary>
    static readonly Reason[] Reasons =
    [
        new("An empty DNS name contains every name; Java stops with an error of its own.",
            r => r.Form.Tag == Dns && r.Constraint.Length == 0 && r.Accepts && !r.Java),
        new("A wildcard stands for many names, and one of them is excluded; the tools compare the text.",
            r => r.Form.Tag == Dns && r.Name[0] == '*' && r.IsUndecided),
        new("RFC 5280, 4.2.1.10: where URIs are constrained, one without a host that is a fully qualified domain name must be refused.",
            r => r.Form.Tag == Uri && r.IsUndecided && r.Constraint.Length > 0),
        new("OpenSSL takes everything up to a colon or a slash for the host of a URI (RFC 3986, 3.2.2).",
            r => r.Form.Tag == Uri && r.Java == r.Accepts),
        new("A constraint of IPv4 contains no address of IPv6, and the other way round; "
            + "in Java a mask of zeros does, or stops it with an error.",
            r => r.Form.Tag == Address && r.OpenSsl == r.Accepts && !r.IsUndecided),
        new("RFC 5280, 7.5: the case of the part before the @ counts; Java ignores it.",
            r => r.Form.Tag == Mail && r.OpenSsl == r.Accepts && !r.IsUndecided),
        new("RFC 5280, 7.1: composed and decomposed letters are equal, in any case; OpenSSL ignores the case of ASCII alone.",
            r => r.Form.Tag == Directory && r.Java == r.Accepts),
        new("The constraint or the name does not have the syntax of its form, so nobody can say; the tools compare the text.",
            r => r.IsUndecided),
    ];

    static readonly Lazy<IReadOnlyList<Row>> Rows = new(Judge);

    static readonly byte[] DeviceName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "device 1"));

    static byte[] Encode(Form form, string text) => form.Tag switch
    {
        Address => Tlv.Of(form.Tag, Convert.FromHexString(text)),
        Directory => Tlv.Of(form.Tag, DirectoryName(text)),
        _ => Tlv.Text(form.Tag, text),
    };

    static byte[] DirectoryName(string text) =>
        Tlv.Name([.. text.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('='))
        .Select(a => Tlv.Attribute(a[0] switch { "O" => Tlv.Organization, "OU" => Tlv.OrganizationalUnit, _ => Tlv.CommonName }, a[1]))]);

    static byte[] Leaf(Form form, string name)
    {
        var leaf = new Scene().Leaf;
        return (form.Tag == Directory
            ? leaf with { Subject = DirectoryName(name) }
            : (leaf with { Subject = DeviceName }).With(DraftExtension.AlternativeName, false, Tlv.Sequence(Encode(form, name)))).Der();
    }

    static byte[] Root(Form form, bool isPermitted, string constraint)
    {
        // The issuer's own name is among those below the root.
        byte[] issuer = isPermitted && form.Tag == Directory ? Tlv.Sequence(Tlv.Of(Directory, Scene.SubName)) : [];
        return new Scene().Root.With(DraftExtension.NameConstraints, true, Tlv.Sequence(
            Tlv.Of((byte)(isPermitted ? 0xA0 : 0xA1), Tlv.Sequence(Encode(form, constraint)), issuer))).Der();
    }

    static IReadOnlyList<Row> Judge()
    {
        Tool.RequireVersion("openssl", "version", OpenSslVersion);
        Tool.RequireVersion("javac", "-version", "javac 17");
        using var folder = new TempFolder();
        var constraints = (from form in Forms from text in form.Constraints from isPermitted in new[] { true, false }
            select (Form: form, Text: text, IsPermitted: isPermitted)).ToList();
        var leaves = Forms.ToDictionary(f => f, f => f.Names.Select(name => Leaf(f, name)).ToList());
        var (sub, roots) = (new Scene().Sub.Der(), constraints.Select(c => Root(c.Form, c.IsPermitted, c.Text)).ToList());
        folder.Write("sub", Scene.Pem([sub]));
        foreach (var (form, all) in leaves)
        {
            for (var i = 0; i < all.Count; i++) folder.Write($"{form.Tag}-{i}", Scene.Pem([all[i]]));
        }

        for (var i = 0; i < roots.Count; i++) folder.Write($"{i}", Scene.Pem([roots[i]]));
        folder.Write("list", string.Concat(constraints.Select((c, root) =>
            $"{root} {string.Join(' ', c.Form.Names.Select((_, leaf) => $"{c.Form.Tag}-{leaf}"))}\n")));
        folder.Write("Judge.java", Java);
        var time = new DateTimeOffset(Scene.Now).ToUnixTimeSeconds();
        // Both write a line for each root with a leaf that they accept below it.
        var openSsl = Accepted($"""
            while read -r root leaves; do
              openssl verify -attime {time} -CAfile $root -untrusted sub $leaves 2>/dev/null | sed -n "s/^\(.*\): OK$/$root \1/p"
            done < list
            """);
        var java = Accepted($"java Judge.java {time}");
        return [.. constraints.SelectMany((c, root) => c.Form.Names.Select((name, leaf) => new Row(c.Form, c.IsPermitted, c.Text, name,
            Ours(leaves[c.Form][leaf], sub, roots[root]), openSsl.Contains($"{root} {c.Form.Tag}-{leaf}"),
            java.Contains($"{root} {c.Form.Tag}-{leaf}"))))];

        HashSet<string> Accepted(string script) => [.. Tool.Bash(folder.Path, script).Split('\n')];
    }

    static string Ours(byte[] leaf, byte[] sub, byte[] root)
    {
        var verifier = new CertificateVerifier { Issuers = [new DeviceCertificate(root)], At = Scene.Now };
        var check = verifier.Test([new DeviceCertificate(leaf), new DeviceCertificate(sub)]).Single().Checks
            .Single(c => c.Id == "NameConstraints");
        return check.Outcome == CheckOutcome.Passed ? "" : check.Message;
    }

    const string Java = """
        import java.io.*;
        import java.nio.file.*;
        import java.security.cert.*;
        import java.util.*;

        public class Judge {
            static X509Certificate read(String file) throws Exception {
                try (var in = new FileInputStream(file)) {
                    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
                }
            }

            static boolean accepts(String root, String leaf, Date date) {
                try {
                    var top = read(root);
                    // The constraints of the anchor count when it is also in the path.
                    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(read(leaf), read("sub"), top));
                    var parameters = new PKIXParameters(Set.of(new TrustAnchor(top.getSubjectX500Principal(), top.getPublicKey(), null)));
                    parameters.setRevocationEnabled(false);
                    parameters.setDate(date);
                    CertPathValidator.getInstance("PKIX").validate(path, parameters);
                    return true;
                } catch (Exception e) {
                    return false;
                }
            }

            public static void main(String[] a) throws Exception {
                var date = new Date(Long.parseLong(a[0]) * 1000);
                for (var line : Files.readAllLines(Path.of("list"))) {
                    var names = line.split(" ");
                    for (int i = 1; i < names.length; i++) {
                        if (accepts(names[0], names[i], date)) System.out.println(names[0] + " " + names[i]);
                    }
                }
            }
        }
        """;

    [Fact]
    public void Every_difference_has_a_reason() =>
        Assert.Equal("", string.Join("\n", Rows.Value.Where(r => r.IsDifferent && r.Why is null)));

    [Fact]
    public void No_reason_is_left_over() =>
        Assert.Equal([], Reasons.Select(r => r.Text).Except(Rows.Value.Where(r => r.IsDifferent).Select(r => r.Why)));

    /// <summary>The part of docs/about/differences.md on name constraints.</summary>
    public static string Section()
    {
        var different = Rows.Value.Where(r => r.IsDifferent).ToList();
        var (all, agree) = (Rows.Value.Count, Rows.Value.Count - different.Count);
        var constraints = Rows.Value.Select(r => (r.Form, r.Constraint)).Distinct().Count();
        var text = new StringBuilder(
            $"""

            # Where name constraints are read differently

            {constraints} constraints, each permitted and excluded, with every name of their form: {all:N0} chains, judged by the rule
            `NameConstraints`, by `openssl verify` ({OpenSslVersion}) and by Java's PKIX ({JavaVersion}). On {agree:N0} all three agree.
            The other {different.Count:N0} have one of these reasons; the table has an example of each.

            | form | constraint | name | ours | OpenSSL | Java | why |
            | --- | --- | --- | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var row in different.DistinctBy(r => r.Why)) text.Append(row.Line);
        return text.Append(
            """

            OpenSSL and Java also take the common name for a DNS name where the certificate has no other one; OpenSSL only if it has two
            labels or more. Below a CA whose constraints exclude `example.com`, they refuse the device `dev.example.com`. RFC 5280 does not
            ask it, so `NameConstraints` passes; `-Service Mosquitto` does what OpenSSL does.

            """.ReplaceLineEndings("\n")).ToString();
    }
}
