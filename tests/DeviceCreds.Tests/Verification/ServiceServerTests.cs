using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace DeviceCreds.Tests;

/// <summary>
/// The rules against real servers: mosquitto with require_certificate, and OpenSSL and GnuTLS as DTLS 1.2 servers with
/// TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, which accept or refuse the device as the rules say.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ServiceServerTests : IDisposable
{
    readonly TempFolder _folder = new();

    /// <summary>A certificate of some kind, and its key when it is not the usual one.</summary>
    sealed record Kind(string Title, Func<Scene, Scene> Bend, AsymmetricAlgorithm? Key = null);

    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Another Root"));
    static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    static readonly RSA Rsa = RSA.Create(2048);

    static Draft Lone(byte[] name) => Scene.Authority(Scene.StrangeKey, name, Scene.StrangeKey, name, 2, "2020-01-01", "2060-01-01")
        .Without(DraftExtension.AuthorityKey);

    static Draft For(Draft draft, params string[] purposes) =>
        draft.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(purposes));

    static Kind Leaf(string title, Func<Draft, Draft> bend) => new(title, s => s with { Leaf = bend(s.Leaf) });

    static Kind Sub(string title, Func<Draft, Draft> bend) => new(title, s => s with { Sub = bend(s.Sub) });

    static readonly IReadOnlyList<Kind> Chains =
    [
        new("a good device with its chain", s => s),
        new("alone, and the server has all CAs",
            s => s with { File = x => [x.Leaf.Der()], Trusted = x => [x.Root.Der(), x.Sub.Der()] }),
        new("the root sent, too", s => s with { File = x => [x.Leaf.Der(), x.Sub.Der(), x.Root.Der()] }),
        new("a missing intermediate CA", s => s with { File = x => [x.Leaf.Der()] }),
        new("a server that has the intermediate CA alone", s => s with { Trusted = x => [x.Sub.Der()] }),
        new("a server that has another CA", s => s with { Trusted = _ => [Lone(OtherName).Der()] }),
        new("a server that has another CA of the same name", s => s with { Trusted = _ => [Lone(Scene.RootName).Der()] }),
        Leaf("an expired device", d => d with { NotAfter = Tlv.Time(Given.Utc("2024-01-01")) }),
        Leaf("a device that is not yet valid", d => d with { NotBefore = Tlv.Time(Given.Utc("2045-01-01")) }),
        Sub("an expired CA", d => d with { NotAfter = Tlv.Time(Given.Utc("2024-01-01")) }),
        Sub("a CA that is none", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.False)),
        Sub("a CA that may not sign", d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(1, 0x02))),
        new("a path that is too long",
            s => s with { Root = s.Root.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0)) }),
        Leaf("no common name", d => d with { Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account)) }),
        new("a key on P-384", s => s with { Leaf = s.Leaf with { KeyInfo = P384.ExportSubjectPublicKeyInfo() } }, P384),
        new("an RSA key", s => s with { Leaf = s.Leaf with { KeyInfo = Rsa.ExportSubjectPublicKeyInfo() } }, Rsa),
    ];

    static readonly IReadOnlyList<Kind> Purposes =
    [
        new("an expired root", s => s with { Root = s.Root with { NotAfter = Tlv.Time(Given.Utc("2024-01-01")) } }),
        Leaf("for servers alone", d => For(d, DraftExtension.ServerAuth)),
        Leaf("for servers and clients", d => For(d, DraftExtension.ServerAuth, DraftExtension.ClientAuth)),
        Leaf("without a purpose", d => d.Without(DraftExtension.ExtendedKeyUsage)),
        Leaf("without a usage", d => d.Without(DraftExtension.KeyUsage)),
        Leaf("for encipherment alone", d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(5, 0x20))),
        Sub("a CA for servers alone", d => For(d, DraftExtension.ServerAuth)),
        Leaf("netscape-cert-type of a server", d => d.With(DraftExtension.NetscapeType, false, DraftExtension.Usage(6, 0x40))),
        Leaf("netscape-cert-type of a client", d => d.With(DraftExtension.NetscapeType, false, DraftExtension.Usage(7, 0x80))),
        Sub("a CA with the netscape-cert-type of object signing",
            d => d.With(DraftExtension.NetscapeType, false, DraftExtension.Usage(0, 0x01))),
        Excluding("the device's name excluded", "device-1", Tlv.Of(0xA4, Scene.LeafName)),
        Excluding("another name excluded", "device-1", Tlv.Of(0xA4, OtherName)),
        Excluding("the common name's host excluded", "dev.example.org", Tlv.Text(0x82, "example.org")),
        Excluding("a common name of one label", "example", Tlv.Text(0x82, "example")),
        Excluding("every DNS name excluded", "dev.example.org", Tlv.Text(0x82, "")),
    ];

    /// <summary>A device, and what the root excludes.</summary>
    static Kind Excluding(string title, string commonName, byte[] name) => new(title, s => s with
    {
        Root = s.Root.With(DraftExtension.NameConstraints, true, Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(name)))),
        Leaf = s.Leaf with
        {
            Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account), Tlv.Attribute(Tlv.CommonName, commonName)),
        },
    });

    static readonly IReadOnlyList<Kind> Lists =
    [
        Listed("a list that does not name the device", (s, now) => [OfSub(s, now)]),
        Listed("a revoked device", (s, now) => [OfSub(s, now).Revoking(s.Leaf, 1)]),
        Listed("a device on hold", (s, now) => [OfSub(s, now).Revoking(s.Leaf, 6)]),
        Listed("a revoked CA, which is not looked up", (s, now) => [OfSub(s, now), OfRoot(s, now).Revoking(s.Sub)]),
        Listed("the root's list alone", (s, now) => [OfRoot(s, now)]),
        Listed("an expired list", (s, now) => [OfSub(s, now) with { NextUpdate = Tlv.Time(now.AddHours(-1)) }]),
    ];

    static Kind Listed(string title, Func<Scene, DateTime, ListDraft[]> lists) =>
        new(title, s => s with { Revocation = x => [.. lists(x, x.At).Select(l => l.Der())] });

    static ListDraft OfSub(Scene scene, DateTime now) => Current(ListDraft.OfSub(scene), now);

    static ListDraft OfRoot(Scene scene, DateTime now) => Current(ListDraft.OfRoot(scene), now);

    static ListDraft Current(ListDraft list, DateTime now) =>
        list with { ThisUpdate = Tlv.Time(now.AddDays(-1)), NextUpdate = Tlv.Time(now.AddDays(30)) };

    public static TheoryData<string> OfMosquitto => [.. Chains.Concat(Purposes).Concat(Lists).Select(k => k.Title)];

    public static TheoryData<string> OfOpenSsl => [.. Chains.Concat(Purposes).Select(k => k.Title)];

    public static TheoryData<string> OfGnuTls => [.. Chains.Select(k => k.Title)];

    static Kind Named(string title) => Chains.Concat(Purposes).Concat(Lists).Single(k => k.Title == title);

    // The servers' clock is the system's.
    static Scene SceneOf(Kind kind)
    {
        var scene = new Scene { At = DateTime.UtcNow };
        return kind.Bend(scene with { Leaf = scene.Leaf with { NotBefore = Tlv.Time(Given.Utc("2022-01-01")) } });
    }

    void Write(Kind kind, Scene scene)
    {
        _folder.Write("device.pem", Scene.Pem(scene.File(scene)));
        _folder.Write("device.key", kind.Key?.ExportPkcs8PrivateKeyPem() ?? Scene.LeafKey.ToPem());
        _folder.Write("trusted.pem", Scene.Pem(scene.Trusted(scene)));
        _folder.Write("lists.pem", string.Concat(scene.Revocation(scene).Select(der => Pem.Encode("X509 CRL", der) + "\n")));
    }

    static bool Accepts(Scene scene, DeviceService service, params string[] rules) =>
        (scene with { Services = [service] }).Test().Checks.Skip(RuleCatalogue.All.Count)
            .Where(c => rules.Length == 0 || rules.Contains(c.Id)).All(c => c.Outcome != CheckOutcome.Failed);

    /// <summary>Runs a server and one client, and says whether the client got through.</summary>
    /// <param name="server">Starts the server in the background.</param>
    /// <param name="isReady">Succeeds when the server takes connections.</param>
    /// <param name="client">Succeeds when the server accepts the device.</param>
    bool Connects(string server, string isReady, string client)
    {
        var output = Tool.Bash(_folder.Path, $$"""
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
              -addext subjectAltName=DNS:localhost -keyout server.key -out server.pem 2>/dev/null
            {{server}} &
            server=$!
            trap 'kill $server 2>/dev/null; wait $server 2>/dev/null' EXIT
            for try in $(seq 300); do
              ready=; { {{isReady}}; } 2>/dev/null && ready=yes && break
              kill -0 $server 2>/dev/null || break
              sleep 0.05
            done
            [ -n "$ready" ] || { cat server.log >&2; exit 1; }
            if timeout 20 {{client}} >client.log 2>&1; then echo accepts; else echo refuses; fi
            """);
        return output.Trim() == "accepts";
    }

    static int FreePort(ProtocolType protocol)
    {
        var type = protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram;
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    bool MosquittoAccepts(Scene scene, string options = "")
    {
        var port = FreePort(ProtocolType.Tcp);
        // A server that root starts leaves root's rights, and with them the folder of the test.
        _folder.Write("mosquitto.conf", $"""
            user {Environment.UserName}
            allow_anonymous true
            listener {port} 127.0.0.1
            certfile server.pem
            keyfile server.key
            cafile trusted.pem
            require_certificate true
            {(scene.Revocation(scene).Length > 0 ? "crlfile lists.pem" : "")}
            {options}

            """);
        return Connects("mosquitto -c mosquitto.conf >server.log 2>&1", $"exec 3<>/dev/tcp/127.0.0.1/{port}",
            $"mosquitto_pub -h localhost -p {port} --cafile server.pem --cert device.pem --key device.key -t test -m x -q 1");
    }

    static string Client(int port) => $"openssl s_client -dtls1_2 -connect 127.0.0.1:{port} -cipher ECDHE-ECDSA-AES128-CCM8 "
        + "-cert device.pem -key device.key -cert_chain device.pem -CAfile server.pem </dev/null";

    [Theory]
    [MemberData(nameof(OfMosquitto))]
    public void Mosquitto_accepts_what_its_rules_do_not_fail(string title)
    {
        foreach (var tool in new[] { "bash", "openssl", "mosquitto", "mosquitto_pub" }) Tool.Require(tool);
        var scene = SceneOf(Named(title));
        Write(Named(title), scene);
        Assert.Equal(Accepts(scene, DeviceService.Mosquitto), MosquittoAccepts(scene));
    }

    [Theory]
    [InlineData("a good device with its chain", CheckOutcome.Passed)]
    [InlineData("no common name", CheckOutcome.Warning)]
    public void Mosquitto_needs_a_common_name_only_to_make_a_user_name_of_it(string title, CheckOutcome expected)
    {
        foreach (var tool in new[] { "bash", "openssl", "mosquitto", "mosquitto_pub" }) Tool.Require(tool);
        var scene = SceneOf(Named(title)) with { Services = [DeviceService.Mosquitto] };
        Write(Named(title), scene);
        Assert.Equal(expected, scene.Test().Checks.Single(c => c.Id == "MosquittoName").Outcome);
        Assert.Equal(expected == CheckOutcome.Passed, MosquittoAccepts(scene, "use_identity_as_username true"));
    }

    /// <summary>OpenSSL is what mosquitto verifies with, so mosquitto's rules are those of any DTLS server on OpenSSL.</summary>
    [Theory]
    [MemberData(nameof(OfOpenSsl))]
    public void OpenSSL_over_DTLS_accepts_what_the_rules_of_mosquitto_do_not_fail(string title)
    {
        foreach (var tool in new[] { "bash", "openssl" }) Tool.Require(tool);
        var scene = SceneOf(Named(title));
        Write(Named(title), scene);
        var port = FreePort(ProtocolType.Udp);
        // It ends with its input, which the script keeps open.
        var accepts = Connects(
            $"mkfifo in; exec 9<>in; openssl s_server -dtls1_2 -accept 127.0.0.1:{port} -cipher ECDHE-ECDSA-AES128-CCM8 -Verify 2 "
                + "-verify_return_error -CAfile trusted.pem -cert server.pem -key server.key <in >server.log 2>&1",
            "grep -q ACCEPT server.log", Client(port));
        Assert.Equal(Accepts(scene, DeviceService.Mosquitto), accepts);
    }

    /// <summary>GnuTLS trusts any CA of its store, as Leshan does; over DTLS its server does not look at purposes.</summary>
    [Theory]
    [MemberData(nameof(OfGnuTls))]
    public void GnuTLS_over_DTLS_accepts_the_chains_that_the_rules_of_Leshan_do_not_fail(string title)
    {
        foreach (var tool in new[] { "bash", "openssl", "gnutls-serv" }) Tool.Require(tool);
        var scene = SceneOf(Named(title));
        Write(Named(title), scene);
        var port = FreePort(ProtocolType.Udp);
        var accepts = Connects(
            $"gnutls-serv --udp --port {port} --priority NORMAL:-VERS-ALL:+VERS-DTLS1.2:-CIPHER-ALL:+AES-128-CCM-8 --require-client-cert "
                + "--verify-client-cert --x509cafile trusted.pem --x509certfile server.pem --x509keyfile server.key >server.log 2>&1",
            "grep -q done server.log", Client(port));
        Assert.Equal(Accepts(scene, DeviceService.Leshan, "LeshanChain", "LeshanValidity"), accepts);
    }

    public void Dispose() => _folder.Dispose();
}
