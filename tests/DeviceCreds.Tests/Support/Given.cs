using System.Formats.Asn1;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace DeviceCreds.Tests;

/// <summary>What many tests begin with.</summary>
static class Given
{
    public const string AccountId = "0123456789abcdef0123456789abcdef";

    public static FakeTimeProvider Clock(string utc) =>
        new(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal));

    public static FakeTimeProvider Clock(DateTime utc) => new(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)));

    public static DateTime Utc(string text) => Clock(text).GetUtcNow().UtcDateTime;

    public static CertificateAuthority Chain(params string[] names) => CertificateChain.Create(names).Issuer!;

    public static IReadOnlyList<string> Export(DeviceCredential credential, string folder, IEnumerable<string> formats,
        ExportOptions options, bool replace)
    {
        using var export = new CredentialExport(folder, formats, options, replace);
        return [.. export.Write(credential), .. export.Complete()];
    }

    /// <summary>A device that an issuer of its own accepted.</summary>
    public static DeviceOrder Order(CertificateAuthority authority, DeviceIdentity device, DeviceKey? key = null) =>
        new CredentialIssuer(authority, device.AccountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m).Accept(device, key);

    public static DeviceKey Key(byte[] scalar) => new(scalar, P256.PublicPoint(scalar));

    public static InputFile Input(string text) => new(Encoding.UTF8.GetBytes(text));

    public static InputFile Input(byte[] bytes) => new(bytes);

    /// <summary>Scalars of all lengths: a fifth of them begin with zeros.</summary>
    public static readonly Gen<byte[]> Scalar =
        from bytes in Gen.Byte.Array[32]
        from zeros in Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[1, 31]))
        let scalar = bytes.Select((b, i) => i < zeros ? (byte)0 : b).ToArray()
        where P256.IsScalar(scalar)
        select scalar;

    public static readonly Gen<string> EndpointName = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 64],
        Gen.String[Gen.Char["abcXYZ019._-~%/\\:*?\"<>| ()+,='@#&$!äßñ漢Ω"], 1, 40].Where(Possible),
        Gen.OneOf("CON", "nul.txt", "com1", ".", "..", "...", "a.", ".%2E", "%2E%2E", "../..", "/etc/passwd", "\\\\server\\share",
            "C:\\x", "~", "-rf", "a/b", "aux.der", "LPT9.tar.gz"));

    static bool Possible(string name) => SubjectText.Find(name, "", "") is null;

    /// <summary>ECPrivateKey (RFC 5915), written by .NET and not by us, so that it can be odd.</summary>
    public static byte[] Sec1(byte[] scalar, string? curve = "1.2.840.10045.3.1.7", byte[]? point = null, int version = 1) => Der(w =>
    {
        using var _ = w.PushSequence();
        w.WriteInteger(version);
        w.WriteOctetString(scalar);
        if (curve is not null)
        {
            using var c = w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            w.WriteObjectIdentifier(curve);
        }

        if (point is null) return;
        using var p = w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1));
        w.WriteBitString(point);
    });

    /// <summary>PrivateKeyInfo (RFC 5208) around an inner key.</summary>
    public static byte[] Pkcs8(byte[] inner, string algorithm = "1.2.840.10045.2.1", string? curve = "1.2.840.10045.3.1.7",
        int version = 0) => Der(w =>
    {
        using var _ = w.PushSequence();
        w.WriteInteger(version);
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(algorithm);
            if (curve is not null) w.WriteObjectIdentifier(curve);
        }

        w.WriteOctetString(inner);
    });

    public static byte[] Der(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
