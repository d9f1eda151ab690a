using System.Text;

namespace DeviceCreds.Tests;

/// <summary>Certificates of many kinds, each at every place of a bundle: the cases of the rules, and what only the device's parser
/// cares about.</summary>
static class CertificateExperiments
{
    const string Parsed = "ParsedByDevice";

    static readonly Scene Sound = new();

    static readonly (byte Tag, string Name)[] StringTypes =
    [
        (0x03, "BIT STRING"), (0x0C, "UTF8String"), (0x12, "NumericString"), (0x13, "PrintableString"), (0x14, "TeletexString"),
            (0x15, "VideotexString"), (0x16, "IA5String"),
        (0x19, "GraphicString"), (0x1A, "VisibleString"), (0x1B, "GeneralString"), (0x1C, "UniversalString"), (0x1E, "BMPString"),
            (0x02, "INTEGER"), (0x05, "NULL"),
    ];

    /// <summary>Certificates as they stand in the middle of a chain or at its end: kind, and what is bent.</summary>
    static IEnumerable<(string Kind, Func<Draft, Draft> Bend)> Drafts()
    {
        foreach (var (tag, name) in StringTypes)
        {
            var value = tag switch { 0x03 => new byte[] { 0, 0x31 }, 0x05 => [], 0x1C => [0, 0, 0, 0x31], 0x1E => [0, 0x31], _ => [0x31] };
            yield return ($"{name} in the subject", d => d with { Subject = Append(d.Subject, Tlv.Of(tag, value)) });
            yield return ($"{name} in the issuer", d => d with { Issuer = Append(d.Issuer, Tlv.Of(tag, value)) });
        }

        yield return ("an attribute without a value",
            d => d with { Subject = AppendRaw(d.Subject, Tlv.Of(0x31, Tlv.Sequence(Tlv.Oid(Tlv.Organization)))) });
        yield return ("an empty RDN", d => d with { Subject = AppendRaw(d.Subject, Tlv.Of(0x31)) });
        yield return ("two attributes in one RDN", d => d with { Subject = AppendRaw(d.Subject, Tlv.Of(0x31, Pair("a"), Pair("b"))) });
        yield return ("empty issuer", d => d with { Issuer = Tlv.Name() });

        foreach (var version in new byte[] { 0, 1, 3, 4, 0x7F, 0x80, 0xFF })
            yield return ($"version field {version}", d => d with { Version = Draft.VersionOf(version) });
        yield return ("version field in two octets", d => d with { Version = Tlv.Of(0xA0, Tlv.Integer(0, 2)) });
        yield return ("v1 without extensions", d => d with { Version = [], Extensions = null });
        yield return ("v2 without extensions", d => d with { Version = Draft.VersionOf(1), Extensions = null });
        yield return ("v2 with unique identifiers",
            d => d with { Version = Draft.VersionOf(1), Extensions = null, Between = [.. Tlv.Of(0x81, [0, 1]), .. Tlv.Of(0x82, [0, 1])] });
        yield return ("v3 with unique identifiers", d => d with { Between = [.. Tlv.Of(0x81, [0, 1]), .. Tlv.Of(0x82, [0, 1])] });
        yield return ("v3 with unique identifiers, constructed",
            d => d with { Between = [.. Tlv.Of(0xA1, Tlv.Bits([1])), .. Tlv.Of(0xA2, Tlv.Bits([1]))] });
        yield return ("serial number of 40 octets", d => d with { Serial = Tlv.Integer([.. Enumerable.Repeat((byte)0x11, 40)]) });
        yield return ("serial number without octets", d => d with { Serial = Tlv.Integer() });
        yield return ("serial number 0", d => d with { Serial = Tlv.Integer(0) });
        yield return ("serial number -1", d => d with { Serial = Tlv.Integer(0xFF) });

        foreach (var (time, kind) in new[]
        {
            ("2605010000Z", "without seconds"), ("260501000000", "without Z"), ("260501000000+0100", "with an offset"),
                ("260501000000+0000", "with the offset 0"), ("2605010000000Z", "with one digit more"),
            ("260230000000Z", "on 30 February"), ("261301000000Z", "in month 13"), ("260001000000Z", "in month 0"),
                ("260501240000Z", "at 24 hours"), ("260501006000Z", "at 60 minutes"), ("260501000060Z", "at 60 seconds"),
            ("26o501000000Z", "with a letter"), ("", "empty"), ("700101000000Z", "in 1970"), ("691231235959Z", "in 1969"),
                ("500101000000Z", "in 1950"), ("000229000000Z", "on 29 February 2000"),
        })
        {
            yield return ($"notBefore as UTCTime {kind}", d => d with { NotBefore = Tlv.Text(0x17, time) });
        }

        foreach (var (time, kind) in new[]
        {
            ("20460501000000Z", "before 2050"), ("20560501000000.5Z", "with fractions"), ("205605010000Z", "without seconds"),
                ("20560501000000", "without Z"), ("20560501000000+0100", "with an offset"),
            ("20560231000000Z", "on 31 February"), ("99991231235959Z", "without end"), ("99990101000000Z", "in 9999"),
                ("21000229000000Z", "on 29 February 2100"), ("20000229000000Z", "on 29 February 2000"),
        })
        {
            yield return ($"notAfter as GeneralizedTime {kind}", d => d with { NotAfter = Tlv.Text(0x18, time) });
        }

        yield return ("notBefore as GeneralizedTime in 1969", d => d with { NotBefore = Tlv.Text(0x18, "19691231235959Z") });
        yield return ("notBefore as GeneralizedTime in 1900", d => d with { NotBefore = Tlv.Text(0x18, "19000101000000Z") });

        foreach (var (oid, kind, value) in Extensions())
        {
            yield return ($"{kind}", d => d.With(oid, false, value));
            yield return ($"critical, {kind}", d => d.With(oid, true, value));
        }

        foreach (var oid in new[] { DraftExtension.KeyUsage, DraftExtension.BasicConstraints, DraftExtension.SubjectKey })
            yield return ($"extension {oid} twice", d => d.Twice(oid));
        yield return ("criticality written as 01",
            d => d with { Extensions = [.. d.Extensions!.Select(e => e.Oid == DraftExtension.KeyUsage
            ? e with { Flag = [1, 1, 1] }
            : e)] });
        yield return ("criticality FALSE written out",
            d => d with { Extensions = [.. d.Extensions!.Select(e => e.Oid == DraftExtension.SubjectKey
            ? e with { Flag = [1, 1, 0] }
            : e)] });
        yield return ("NULL as parameters of the signature algorithm", d => d.SignedWith(Draft.EcdsaWithSha256, d.Sign, [5, 0]));
        yield return ("a byte after the certificate", d => d with { BendWhole = der => [.. der, 0] });
        yield return ("cut short by a byte", d => d with { BendWhole = der => der[..^1] });
    }

    static IEnumerable<(string Oid, string Kind, byte[] Value)> Extensions()
    {
        yield return (DraftExtension.KeyUsage, "keyUsage without bits", [3, 1, 0]);
        yield return (DraftExtension.KeyUsage, "keyUsage of one zero octet", [3, 2, 7, 0]);
        yield return (DraftExtension.KeyUsage, "keyUsage with 8 unused bits", [3, 2, 8, 0x80]);
        yield return (DraftExtension.KeyUsage, "keyUsage of five octets", [3, 6, 0, 0x80, 0, 0, 0, 1]);
        yield return (DraftExtension.KeyUsage, "keyUsage as OCTET STRING", [4, 1, 0x80]);
        yield return (DraftExtension.ExtendedKeyUsage, "extendedKeyUsage empty", [0x30, 0]);
        yield return (DraftExtension.ExtendedKeyUsage, "extendedKeyUsage clientAuth", DraftExtension.Purposes(DraftExtension.ClientAuth));
        yield return (DraftExtension.ExtendedKeyUsage, "extendedKeyUsage serverAuth", DraftExtension.Purposes(DraftExtension.ServerAuth));
        yield return (DraftExtension.ExtendedKeyUsage, "extendedKeyUsage with an INTEGER", Tlv.Sequence(Tlv.Integer(1)));
        yield return (DraftExtension.BasicConstraints, "basicConstraints with a number for CA", Tlv.Sequence(Tlv.Integer(1)));
        yield return (DraftExtension.BasicConstraints, "basicConstraints with a path length and no CA",
            Tlv.Sequence(Tlv.Integer(0), Tlv.Integer(1)));
        yield return (DraftExtension.BasicConstraints, "basicConstraints TRUE written as 01", Tlv.Sequence([1, 1, 1]));
        yield return (DraftExtension.BasicConstraints, "basicConstraints with a path length of 2^31-1",
            Tlv.Sequence([1, 1, 0xFF], Tlv.Integer(0x7F, 0xFF, 0xFF, 0xFF)));
        yield return (DraftExtension.BasicConstraints, "basicConstraints with a path length of 2^40",
            Tlv.Sequence([1, 1, 0xFF], Tlv.Integer(1, 0, 0, 0, 0, 0)));
        yield return (DraftExtension.BasicConstraints, "basicConstraints with a path length of -1",
            Tlv.Sequence([1, 1, 0xFF], Tlv.Integer(0xFF)));
        yield return (DraftExtension.AlternativeName, "subjectAltName with a DNS name",
            Tlv.Sequence(Tlv.Of(0x82, Encoding.ASCII.GetBytes("a.example"))));
        yield return (DraftExtension.AlternativeName, "subjectAltName with a mail address, URI and IP address",
            Tlv.Sequence(Tlv.Of(0x81, Encoding.ASCII.GetBytes("a@b")), Tlv.Of(0x86, Encoding.ASCII.GetBytes("urn:a")),
                Tlv.Of(0x87, [127, 0, 0, 1])));
        yield return (DraftExtension.AlternativeName, "subjectAltName with a directory name",
            Tlv.Sequence(Tlv.Of(0xA4, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "a")))));
        yield return (DraftExtension.AlternativeName, "subjectAltName with an otherName",
            Tlv.Sequence(Tlv.Of(0xA0, Tlv.Oid("1.3.6.1.4.1.99999.2"), Tlv.Of(0xA0, Tlv.Text(0x0C, "x")))));
        yield return (DraftExtension.AlternativeName, "subjectAltName with a hardware module name",
            Tlv.Sequence(Tlv.Of(0xA0, Tlv.Oid("1.3.6.1.5.5.7.8.4"),
                Tlv.Of(0xA0, Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.3"), Tlv.Octets([1, 2]))))));
        yield return (DraftExtension.AlternativeName, "subjectAltName with a damaged hardware module name",
            Tlv.Sequence(Tlv.Of(0xA0, Tlv.Oid("1.3.6.1.5.5.7.8.4"), Tlv.Of(0xA0, Tlv.Integer(1)))));
        yield return (DraftExtension.AlternativeName, "subjectAltName empty", Tlv.Sequence());
        yield return (DraftExtension.AlternativeName, "subjectAltName with a UTF8String", Tlv.Sequence(Tlv.Text(0x0C, "a")));
        yield return (DraftExtension.Policies, "certificatePolicies anyPolicy", Tlv.Sequence(Tlv.Sequence(Tlv.Oid("2.5.29.32.0"))));
        yield return (DraftExtension.Policies, "certificatePolicies of its own",
            Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.4"))));
        yield return (DraftExtension.Policies, "certificatePolicies anyPolicy and one of its own",
            Tlv.Sequence(Tlv.Sequence(Tlv.Oid("2.5.29.32.0")), Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.4"))));
        yield return (DraftExtension.Policies, "certificatePolicies with a qualifier",
            Tlv.Sequence(Tlv.Sequence(Tlv.Oid("2.5.29.32.0"),
                Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.5.5.7.2.1"), Tlv.Text(0x16, "http://a.example"))))));
        yield return (DraftExtension.Policies, "certificatePolicies empty", Tlv.Sequence());
        yield return (DraftExtension.NetscapeType, "netscape-cert-type", [3, 2, 7, 0x80]);
        yield return (DraftExtension.NetscapeType, "netscape-cert-type of two octets", [3, 3, 7, 0x80, 0x80]);
        yield return (DraftExtension.NameConstraints, "nameConstraints",
            Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(Tlv.Of(0x82, Encoding.ASCII.GetBytes("x.example"))))));
        yield return (DraftExtension.PolicyConstraints, "policyConstraints", Tlv.Sequence(Tlv.Of(0x80, [0])));
        yield return ("2.5.29.54", "inhibitAnyPolicy", Tlv.Integer(0));
        yield return ("2.5.29.33", "policyMappings",
            Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.4"), Tlv.Oid("1.3.6.1.4.1.99999.5"))));
        yield return ("2.5.29.31", "cRLDistributionPoints",
            Tlv.Sequence(Tlv.Sequence(Tlv.Of(0xA0, Tlv.Of(0xA0, Tlv.Of(0x86, Encoding.ASCII.GetBytes("http://a.example")))))));
        yield return ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess",
            Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.5.5.7.48.1"), Tlv.Of(0x86, Encoding.ASCII.GetBytes("http://a.example")))));
        yield return (DraftExtension.Unknown, "an unknown extension", [5, 0]);
    }

    static byte[] Pair(string value) => Tlv.Sequence(Tlv.Oid(Tlv.Organization), Tlv.Text(0x0C, value));

    static byte[] Append(byte[] name, byte[] value) => AppendRaw(name, Tlv.Attribute(Tlv.Organization, value));

    static byte[] AppendRaw(byte[] name, byte[] rdn) => Tlv.Sequence([.. DerElement.At(name, 0, name.Length).Content(name), .. rdn]);

    public static IEnumerable<DeviceExperiment> All => Cases().Concat(Places());

    static IEnumerable<DeviceExperiment> Cases()
    {
        foreach (var @case in RuleCatalogueTests.Cases)
        {
            var scene = @case.Bend(Sound);
            if (scene.File(scene).Length is 0 or > 6 || scene.Revocation(scene).Length > 0) continue;
            string[] rules = [.. @case.Verdicts.Where(v => v.Outcome is CheckOutcome.Failed or CheckOutcome.Warning).Select(v => v.Rule)
                .Where(r => r != "TrustedIssuer")];
            yield return new("device", @case.Title, rules, () => DeviceBundle.Of(scene));
        }
    }

    static IEnumerable<DeviceExperiment> Places()
    {
        foreach (var (kind, bend) in Drafts())
        {
            yield return new("device", kind, [Parsed],
                () => DeviceBundle.Of(Sound with { Leaf = bend(Sound.Leaf), File = s => [s.Leaf.Der()] }));
            yield return new("issuer", kind, [Parsed], () => DeviceBundle.Of(Sound with { Sub = bend(Sound.Sub) }));
            var root = bend(Sound.Root);
            yield return new("server CA", kind, [Parsed], () => DeviceBundle.Of(Sound)
                .WithCertificate("mbed.LwM2MServerCACert", root.Der()));
            yield return new("update certificate", kind, [Parsed], () => DeviceBundle.Of(Sound)
                .WithCertificate("mbed.UpdateAuthCert", root.Der()));
            yield return new("custom certificate", kind, [Parsed], () => DeviceBundle.Of(Sound)
                .WithCertificate("acme.Certificate", root.Der()));
        }
    }
}
