using CsCheck;

namespace DeviceCreds.Tests;

public class ChainTests
{
    static readonly CertificateChain Chain = CertificateChain.Create(["Root", "Upper", "Lower"]);

    static IReadOnlyList<DeviceCertificate> WithDevice(string name = "device") =>
        new CredentialIssuer(Chain.Issuer!, CredentialKind.Bootstrap).Issue(new DeviceIdentity(name)).Chain.Certificates;

    [Fact]
    public void Certificates_in_any_order_and_number_of_copies_make_the_same_chain()
    {
        var chain = WithDevice();
        (from order in Gen.Shuffle(chain.ToArray()) from again in Gen.Shuffle(chain.ToArray(), 0, chain.Count) select (order,
            again)).Sample(t =>
            Assert.Equal(chain, CertificateChain.Order([.. t.order, .. t.again]).Certificates), iter: 60);
    }

    [Fact]
    public void A_chain_knows_its_ends()
    {
        Assert.Equal(["CN=Lower", "CN=Upper", "CN=Root"], Chain.Certificates.Select(c => c.Subject));
        Assert.Equal((3, "CN=Lower", "CN=Root", "Lower"), (Chain.Length, Chain.Leaf.Subject, Chain.Root!.Subject, Chain.Issuer!.Name));
        var open = CertificateChain.Order([.. Chain.Certificates.Take(2)]);
        Assert.Null(open.Root);
        Assert.Null(open.Issuer);
    }

    [Fact]
    public void Each_ca_of_a_new_chain_allows_just_those_below_it() =>
    Assert.Equal([0, 1, 2], Chain.Certificates.Select(c => c.PathLength));

    [Fact]
    public void The_issuer_of_a_new_chain_issues()
    {
        var chain = WithDevice();
        Assert.Equal(4, chain.Count);
        for (var i = 0; i < 3; i++) Assert.True(chain[i].IsSignedBy(chain[i + 1]));
    }

    [Fact]
    public void What_is_not_one_chain_is_refused()
    {
        var chain = WithDevice();
        var stranger = CertificateAuthority.Create("Stranger").Own;
        Assert.Equal("ChainEmpty", Refused.Input(() => CertificateChain.Order([])));
        Assert.Equal("ChainSeveralLeaves", Refused.Input(() => CertificateChain.Order([chain[0], chain[2], chain[3]])));
        Assert.Equal("ChainSeveralLeaves", Refused.Input(() => CertificateChain.Order([.. chain, stranger])));
        Assert.Equal("ChainSeveralLeaves", Refused.Input(() => CertificateChain.Order([.. chain, WithDevice("another")[0]])));
    }

    [Fact]
    public void An_altered_signature_is_found_wherever_it_is()
    {
        var chain = WithDevice();
        // The root's own signature proves nothing, and RFC 5280 does not ask for it.
        for (var i = 0; i < 3; i++)
        {
            var altered = (byte[])chain[i].CertificateDer.Clone();
            altered[^1] ^= 1;
            Assert.Equal("ChainSignatureInvalid",
                Refused.Input(() => CertificateChain.Order([.. chain.Where((_, j) => j != i), new DeviceCertificate(altered)])));
        }
    }

    [Fact]
    public void An_issuer_of_the_right_name_with_another_key_is_found_out()
    {
        var chain = WithDevice();
        var impostor = CertificateAuthority.Create("Root").Own;
        Assert.Equal("ChainSignatureInvalid", Refused.Input(() => CertificateChain.Order([chain[0], chain[1], chain[2], impostor])));
        Assert.Equal("ChainLeftover", Refused.Input(() => CertificateChain.Order([.. chain, impostor])));
    }

    [Fact]
    public void A_ca_opened_with_its_key_takes_only_certificates_above_that_signed_it()
    {
        var key = Chain.Issuer!.ExportableKey;
        var impostor = CertificateAuthority.Create("Root").Own;
        Assert.Equal("ChainSignatureInvalid",
            Refused.Input(() => CertificateAuthority.Open([Chain.Leaf, Chain.Certificates[1], impostor], key)));
        // With the right one beside it, the impostor is left aside.
        Assert.Equal(Chain.Certificates, CertificateAuthority.Open([impostor, .. Chain.Certificates.Reverse()], key).Chain.Certificates);
    }

    [Fact]
    public void Certificates_that_issue_each_other_are_a_circle()
    {
        var (a, b) = (DeviceKey.Generate(), DeviceKey.Generate());
        var first = Cross("A", a, "B", b);
        var second = Cross("B", b, "A", a);
        Assert.Equal("ChainCircular", Refused.Input(() => CertificateChain.Order([first, second])));
        // And nobody who builds a path runs in it for ever.
        Assert.Equal(2, CertificatePath.Build(first, [first, second]).Count);
    }

    [Fact]
    public void A_name_comes_once_in_a_chain()
    {
        Assert.Equal("NameDuplicate", Refused.Issuance(() => CertificateChain.Create(["Root", "Below", "Root"])));
        Assert.Equal("NameDuplicate", Refused.Issuance(() => CertificateChain.Create(["Root", "root"])));
        Assert.Equal("NameMissing", Refused.Issuance(() => CertificateChain.Create([])));
    }

    [Theory]
    [InlineData(0, false, 4)]
    [InlineData(0, true, 3)]
    [InlineData(1, false, 1)]
    [InlineData(2, true, 2)]
    [InlineData(3, false, 3)]
    [InlineData(4, true, 3)]
    [InlineData(99, false, 4)]
    public void Pem_holds_as_many_certificates_as_wanted_device_first(int depth, bool excludeRoot, int count)
    {
        var chain = CertificateChain.Order(WithDevice());
        Assert.Equal(chain.Certificates.Take(count), CertificateReader.Read(Given.Input(chain.ToPem(depth, excludeRoot))));
    }

    static DeviceCertificate Cross(string subject, DeviceKey subjectKey, string issuer, DeviceKey issuerKey)
    {
        var now = DateTime.UtcNow;
        var period = new ValidityPeriod(Lifetime.Seconds(now.AddDays(-1)), Lifetime.NoExpiration);
        var issuing = Build(null, issuer, issuerKey);
        return Build(issuing, subject, subjectKey);

        DeviceCertificate Build(DeviceCertificate? signing, string name, DeviceKey key)
        {
            var builder = new CertificateBuilder(CertificateProfile.Authority, new SoftwareSigner(issuerKey, ""), signing);
            return new(builder.Build(SerialNumbers.Create(), new CertificateSubject(DistinguishedName.Create(name), key.Point), period));
        }
    }
}
