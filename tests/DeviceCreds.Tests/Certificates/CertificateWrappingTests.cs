using System.Text;
using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>
/// Certificates in containers, in JSON and in whatever else they come: one reader takes them, so that they are read
/// wherever some are expected.
/// </summary>
public sealed class CertificateWrappingTests : IDisposable
{
    static readonly CertificateAuthority Authority = Given.Chain("Root", "Lower");
    static readonly DeviceCredential Device = new CredentialIssuer(Authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
    static readonly string[] Pems = [.. Device.Chain.Certificates.Select(c => c.CertificatePem)];
    static readonly string Chain = string.Join("\n", Pems) + "\n";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static readonly IReadOnlyDictionary<string, Func<string>> Texts = new Dictionary<string, Func<string>>
    {
        ["PEM"] = () => Chain,
        ["no line break between END and BEGIN"] = () => string.Concat(Pems),
        ["no line breaks at all"] = () => Chain.Replace("\n", ""),
        ["line breaks as spaces"] = () => Chain.Replace('\n', ' '),
        ["line breaks as \\n"] = () => Chain.Replace("\n", "\\n"),
        ["line ends of three kinds"] = () => $"{Pems[0].Replace("\n", "\r\n")}\r\n{Pems[1].Replace('\n', '\r')}\r{Pems[2]}\n",
        ["byte-order marks where files were joined"] = () => string.Concat(Pems.Select(p => "\uFEFF" + p + "\r\n")),
        ["the answer of Vault's PKI"] = () => JsonSerializer.Serialize(
            new { request_id = "x", data = new { certificate = Pems[0], issuing_ca = Pems[1], ca_chain = Pems.Skip(1), expiration = 1 } }),
        ["the answer of cfssl"] = () => JsonSerializer.Serialize(new { success = true, result = new { bundle = Chain } }),
        ["x5c of a JSON Web Key"] = () => JsonSerializer.Serialize(
            new { kty = "EC", x5c = Device.Chain.Certificates.Select(c => Convert.ToBase64String(c.CertificateDer)) }),
        ["percent-encoded, as a web server hands it on"] = () => Uri.EscapeDataString(Chain),
        ["PEM in Base64"] = () => Convert.ToBase64String(Encoding.ASCII.GetBytes(Chain)),
    };

    public static TheoryData<string> TextNames => [.. Texts.Keys];

    [Theory]
    [InlineData("utf-8"), InlineData("utf-16"), InlineData("utf-16BE"), InlineData("utf-32"), InlineData("utf-32BE")]
    public void Text_is_read_in_any_Unicode_encoding_with_and_without_its_mark(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        foreach (var text in Texts.Values.Select(make => make()))
        {
            foreach (var mark in new[] { encoding.GetPreamble(), [] })
            {
                var read = CertificateReader.Read(new InputFile([.. mark, .. encoding.GetBytes(text)]));
                Assert.Equal(Device.Chain.Certificates.ToHashSet(), read.ToHashSet());
            }
        }
    }

    // A hostile file must not cost more than its size: each form is repeated to 4 MiB, and to half of that.
    [Theory]
    [InlineData("-----BEGIN A----- x\n"), InlineData("{\"a\":\"-----BEGIN A-----\"}\n"), InlineData("[\"LS0tLS1CRUdJTiA=\"]\n")]
    [InlineData("> -----BEGIN A-----\n> "), InlineData("'-----BEGIN A-----\\n' + ")]
    [InlineData("MIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIB ")]
    [InlineData("LS0tLS1CRUdJTiBMUzB0TFMxQ1JVZEpUaUJNVXpCMFRGTXhRMUpWWkVw "), InlineData("\"[\\\"[\\\\\\\"[\\\\\\\"\",")]
    [InlineData("-----BEGIN A----- and -----END A-----\n"), InlineData("-----BEGIN+A-----%20"), InlineData("=A"), InlineData("30 ")]
    [InlineData("----EY"), InlineData("<b"), InlineData("&#1"), InlineData("0x30,/*")]
    public void The_work_is_linear_in_the_size(string part)
    {
        var (half, whole) = (Work(part, 1 << 21), Work(part, 1 << 22));
        Assert.InRange(whole, 0, 3 * half + (1 << 20));
    }

    // In bytes of memory, which grow with the work in all these readers; the clock is not measured.
    static long Work(string part, int size)
    {
        var file = new InputFile(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, size / part.Length))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        FileObjects.TryFind(file);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [MemberData(nameof(TextNames))]
    public void Certificates_are_read_whatever_their_text_went_through(string name) =>
        // An answer may hold one of them twice.
        Assert.Equal(Device.Chain.Certificates.ToHashSet(), CertificateReader.Read(Given.Input(Texts[name]())).ToHashSet());

    [Theory]
    [InlineData("Base64")]
    [InlineData("Base64 for URLs")]
    [InlineData("hexadecimal")]
    [InlineData("a trusted certificate")]
    public void One_certificate_is_read_without_the_lines_around_it(string form)
    {
        var der = Device.CertificateDer;
        var base64 = Convert.ToBase64String(der);
        var text = form switch
        {
            "Base64" => base64,
            "Base64 for URLs" => base64.Replace('+', '-').Replace('/', '_').TrimEnd('='),
            "hexadecimal" => Convert.ToHexString(der),
            _ => Tool.Bash(_folder.Path, $"openssl x509 -in {Path.GetFileName(_folder.Write("c.pem", Pems[0]))} -trustout "
                + "-addtrust clientAuth", "openssl"),
        };
        Assert.Equal(Device.Leaf, Assert.Single(CertificateReader.Read(Given.Input(text))));
    }

    // PKCS#7 as OpenSSL, Java and .NET write it.
    string[] Containers()
    {
        _folder.Write("chain.pem", Chain);
        _folder.Write("device.pem", Pems[0]);
        _folder.Write("above.pem", string.Join("\n", Pems.Skip(1)));
        _folder.Write("key.pem", Device.PrivateKey!.ToPem());
        Tool.Bash(_folder.Path, """
            set -e
            openssl crl2pkcs7 -nocrl -certfile chain.pem -out openssl.pem.p7b
            openssl crl2pkcs7 -nocrl -certfile chain.pem -outform der -out openssl.der.p7b
            sed 's/PKCS7/CERTIFICATE/' openssl.pem.p7b > label.pem
            sed 's/PKCS7/CMS/' openssl.pem.p7b > cms.pem
            sed 's/PKCS7/PKCS #7 SIGNED DATA/' openssl.pem.p7b > long-label.pem
            grep -v -- ----- openssl.pem.p7b > est.b64
            sign="openssl cms -sign -signer device.pem -inkey key.pem -certfile above.pem -in chain.pem -outform der"
            $sign -out signed.p7s
            $sign -stream -nodetach -binary -out indefinite.p7s
            """, "openssl");
        return ["openssl.pem.p7b", "openssl.der.p7b", "label.pem", "cms.pem", "long-label.pem", "est.b64", "signed.p7s", "indefinite.p7s"];
    }

    [Fact]
    public void Containers_are_read_wherever_certificates_are()
    {
        foreach (var name in Containers())
        {
            var path = _folder.File(name);
            var read = CertificateReader.Read(InputFile.Read(path));
            Assert.True(Device.Chain.Certificates.ToHashSet().SetEquals(read), name);
            Assert.Equal(Enumerable.Range(1, read.Count), read.Select(c => c.Position));
            // A credential's chain, a CA, an ordered chain, a server's certificate: all read by the same reader.
            Delivery.AssertSame(Device, Assert.Single(CredentialImporter.Read([path, _folder.File("key.pem")])));
            Assert.Equal(Device.Chain.Certificates, CertificateChain.Order([.. read]).Certificates);
            Assert.Equal("device", AuthorityFiles.Read(path, _folder.File("key.pem")).Name);
        }

        _folder.Write("server.pem", Authority.Chain.Root!.CertificatePem);
        Tool.Bash(_folder.Path, "openssl crl2pkcs7 -nocrl -certfile server.pem -out server.p7b", "openssl");
        var builder = new ConfigurationBuilder();
        builder.Set("ServerCertificate", _folder.File("server.p7b"));
        Assert.Equal(Authority.Chain.Root, builder.Build().ServerCertificate);
    }

    // BER leaves open where an element ends, each for itself: the certificates are found by whatever length is there.
    [Theory]
    [InlineData("container", 0)]
    [InlineData("content", 1)]
    [InlineData("signed data", 2)]
    [InlineData("certificates", 3)]
    [InlineData("a certificate", 4)]
    public void A_container_may_leave_the_length_of_any_part_open(string part, int depth)
    {
        Containers();
        var der = File.ReadAllBytes(_folder.File("openssl.der.p7b"));
        int[] path = [0, 1, 0, 3, 0];
        var open = Open(der, path.AsSpan(0, depth + 1));
        Assert.True(open.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0]) >= 0 && !open.SequenceEqual(der), part);
        Assert.True(Device.Chain.Certificates.ToHashSet().SetEquals(CertificateReader.Read(Given.Input(open))), part);
    }

    // The elements again, with the length of the last one of the path open.
    static byte[] Open(byte[] elements, ReadOnlySpan<int> path)
    {
        var before = new List<byte>();
        for (var (at, index) = (0, 0); at < elements.Length; index++)
        {
            var element = DerElement.At(elements, at, elements.Length);
            var whole = elements[at..element.End];
            var content = element.Content(elements).ToArray();
            before.AddRange(index != path[0] ? whole : path.Length == 1 ? [element.Tag, 0x80, .. content, 0, 0]
                : Wrap(element.Tag, Open(content, path[1..])));
            at = element.End;
        }

        return [.. before];
    }

    static byte[] Wrap(byte tag, byte[] content) => [tag, 0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8),
        (byte)content.Length, .. content];

    [Fact]
    public void A_container_without_certificates_or_cut_short_is_told()
    {
        Containers();
        var der = File.ReadAllBytes(_folder.File("openssl.der.p7b"));
        var cut = Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(der[..200])));
        Assert.Equal("CertificateMalformed", cut.ErrorId);
        Assert.Contains($"incomplete: expected {der.Length:N0} bytes, found 200", cut.Message);
        var empty = Assert.Throws<InputException>(
            () => CertificateReader.Read(Given.Input(Convert.FromHexString(
            "302306092A864886F70D010702A016301402010131003 00B06092A864886F70D0107013100".Replace(" ", "")))));
        Assert.Equal("CertificateNotFound", empty.ErrorId);
        Assert.Contains("the PKCS#7 container holds no certificate", empty.Message);
    }

    [Fact]
    public void Where_a_device_reads_DER_a_container_is_no_certificate()
    {
        Containers();
        var container = File.ReadAllBytes(_folder.File("openssl.der.p7b"));
        Assert.Equal("CertificateNotFound", Refused.Input(() => CertificateReader.ReadDer(Given.Input(container))));
        Assert.Equal("CertificateNotFound", Delivery.Refusal("mbed.BootstrapDeviceCert", container).ErrorId);
    }

    [Fact]
    public void A_certificate_of_Net_s_is_taken_unless_it_is_empty()
    {
        var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(Device.CertificateDer);
        Assert.Equal(Device.Leaf, CertificateReader.From(certificate));
        certificate.Dispose();
        Assert.Equal("CertificateUnusable", Refused.Input(() => CertificateReader.From(certificate)));
    }
}
