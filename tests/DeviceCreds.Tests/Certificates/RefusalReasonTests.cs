using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds.Tests;

/// <summary>
/// Why something public cannot be read: a limit is called a limit, a rule a rule, and only what is cut short is called
/// so.
/// </summary>
public class RefusalReasonTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");
    static readonly byte[] Certificate = new CredentialIssuer(Root, CredentialKind.Bootstrap).Issue(
        new DeviceIdentity("device")).CertificateDer;
    static readonly byte[] Request = DeviceCertificateRequest.Create("device").Der;

    static readonly byte[] Scalar = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static readonly IReadOnlyDictionary<string,
        (string Reason, Func<byte[]> Make)> Certificates = new Dictionary<string, (string, Func<byte[]>)>
    {
        ["300 attributes in the subject"] = ("a name in it has 300 attributes, and at most 256 are read",
            () => Field(Certificate, 5, Name(300))),
        ["300 attributes in the issuer"] = ("a name in it has 300 attributes, and at most 256 are read",
            () => Field(Certificate, 3, Name(300))),
        ["a signature of 3 unused bits"] = ("its signature has 3 unused bits", () => Unused(Certificate)),
        ["the month 13"] = ("'261301000000Z' is not a possible date", () => Field(Certificate, 4, Validity("261301000000Z"))),
        ["the 30th of February"] = ("'270230000000Z' is not a possible date", () => Field(Certificate, 4, Validity("270230000000Z"))),
        ["the 24th hour"] = ("'270228240000Z' is not a possible date", () => Field(Certificate, 4, Validity("270228240000Z"))),
        ["a date in words"] = ("a date does not have the form", () => Field(Certificate, 4, Validity("tomorrow noon"))),
        ["one date alone"] = ("expected 2 times in its validity, found 1",
            () => Field(Certificate, 4, new DerSequence(new DerUtcTime("270228000000Z")).GetDerEncoded())),
        ["a serial number of no bytes"] = ("a number has no bytes", () => Field(Certificate, 1, [0x02, 0x00])),
        ["a serial number that is not the shortest"] = (
            "a number is not in its shortest form", () => Field(Certificate, 1, [0x02, 0x02, 0x00, 0x01])),
        ["an extension of one part"] = ("expected 2 or 3 parts in an extension, found 1",
            () => Field(Certificate, 7, Extensions(new DerSequence(X509Extensions.KeyUsage)))),
        ["a field of the tag 4"] = ("an unexpected or duplicate field follows its key",
            () => Field(Certificate, 7, new DerTaggedObject(true, 4, DerNull.Instance).GetDerEncoded())),
        ["4 parts"] = ("expected 3 parts (content, algorithm, signature), found 4",
            () => Sequence([.. (Asn1Sequence)Asn1Object.FromByteArray(Certificate), DerNull.Instance]).GetDerEncoded()),
        ["a byte less"] = ("it is incomplete: expected", () => Certificate[..^1]),
        ["a byte more"] = ("1 byte follows it", () => [.. Certificate, 0]),
    };

    public static TheoryData<string> CertificateNames => [.. Certificates.Keys];

    [Theory]
    [MemberData(nameof(CertificateNames))]
    public void A_certificate_is_refused_for_its_real_reason(string name)
    {
        var (reason, make) = Certificates[name];
        var error = Assert.Throws<InputException>(
            () => CertificateReader.Read(new InputFile(Encoding.ASCII.GetBytes(Pem.Encode("CERTIFICATE", make())), "file.pem")));
        Assert.Equal("CertificateMalformed", error.ErrorId);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("damaged", error.Message);
    }

    public static readonly IReadOnlyDictionary<string,
        (string Reason, Func<byte[]> Make)> Requests = new Dictionary<string, (string, Func<byte[]>)>
    {
        ["a signature of 3 unused bits"] = ("its signature has 3 unused bits", () => Unused(Request)),
        ["300 attributes in the subject"] = ("a name in it has 300 attributes", () => Named(Name(300))),
        ["a byte less"] = ("it is incomplete: expected", () => Request[..^1]),
        ["2 parts"] = ("expected 3 parts (content, algorithm, signature), found 2",
            () => Sequence([.. ((Asn1Sequence)Asn1Object.FromByteArray(Request)).Take(2)]).GetDerEncoded()),
    };

    public static TheoryData<string> RequestNames => [.. Requests.Keys];

    [Theory]
    [MemberData(nameof(RequestNames))]
    public void A_request_is_refused_for_its_real_reason(string name)
    {
        var (reason, make) = Requests[name];
        var error = Assert.Throws<InputException>(
            () => DeviceCertificateRequest.Read(new InputFile(Encoding.ASCII.GetBytes(
            Pem.Encode("CERTIFICATE REQUEST", make())), "file.pem")));
        Assert.Equal("RequestMalformed", error.ErrorId);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("damaged", error.Message);
    }

    public static readonly IReadOnlyDictionary<string, (string Reason, Func<byte[]> Make)> Keys =
        new Dictionary<string, (string, Func<byte[]>)>
    {
        ["version 2 of SEC 1"] = ("expected version 1 of its structure (SEC 1), found 2", () => Given.Sec1(Scalar, version: 2)),
        ["version 7 of PKCS#8"] = ("expected version 0 or 1 of its structure (PKCS#8), found 7",
            () => Given.Pkcs8(Given.Sec1(Scalar), version: 7)),
        ["an unknown field"] = ("its structure (SEC 1) has an unknown field of tag 4", () =>
        {
            var whole = (Asn1Sequence)Asn1Object.FromByteArray(Given.Sec1(Scalar));
            return Sequence([.. whole, new DerTaggedObject(true, 4, DerNull.Instance)]).GetDerEncoded();
        }),
    };

    public static TheoryData<string> KeyNames => [.. Keys.Keys];

    [Theory]
    [MemberData(nameof(KeyNames))]
    public void A_key_is_refused_for_its_real_reason(string name)
    {
        var (reason, make) = Keys[name];
        var error = Assert.Throws<InputException>(() => DeviceKey.Read(new InputFile(make(), "file.der")));
        Assert.Equal("KeyMalformed", error.ErrorId);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("damaged", error.Message);
    }

    // Another field in the place of one of the signed part, from 0 on; the signature no longer verifies.
    static byte[] Field(byte[] der, int index, byte[] field)
    {
        var whole = (Asn1Sequence)Asn1Object.FromByteArray(der);
        var signed = (Asn1Sequence)whole[0];
        var content = signed.SelectMany((f, i) => i == index ? field : f.GetDerEncoded()).ToArray();
        return Wrap([.. Wrap(content), .. whole[1].GetDerEncoded(), .. whole[2].GetDerEncoded()]);
    }

    // A request of this name, signed with its key.
    static byte[] Named(byte[] name)
    {
        var key = DeviceKey.Generate();
        var info = Wrap([0x02, 0x01, 0x00, .. name, .. key.PublicKeyInfo, 0xA0, 0x00]);
        return Wrap([.. info, .. Algorithms.EcdsaWithSha256.GetDerEncoded(), .. new DerBitString(key.Sign(info)).GetDerEncoded()]);
    }

    static DerSequence Sequence(Asn1Encodable[] elements) => new(elements);

    static byte[] Wrap(byte[] content) => [0x30, 0x84, (byte)(content.Length >> 24), (byte)(content.Length >> 16),
        (byte)(content.Length >> 8), (byte)content.Length, .. content];

    static byte[] Name(int count) => Sequence(
        [.. Enumerable.Range(0, count).Select(i => new DerSet(new DerSequence(X509Name.OU, new DerUtf8String($"{i}"))))]).GetDerEncoded();

    static byte[] Validity(string from) => [0x30, (byte)(2 + from.Length + 15), 0x17, (byte)from.Length,
        .. Encoding.ASCII.GetBytes(from), 0x17, 0x0D, .. "400101000000Z"u8];

    static byte[] Extensions(Asn1Encodable extension) => new DerTaggedObject(true, 3, new DerSequence(extension)).GetDerEncoded();

    static byte[] Unused(byte[] der)
    {
        var whole = (Asn1Sequence)Asn1Object.FromByteArray(der);
        var signature = ((DerBitString)whole[2]).GetOctets();
        signature[^1] &= 0xF8;
        return new DerSequence(whole[0], whole[1], new DerBitString(signature, 3)).GetDerEncoded();
    }
}
