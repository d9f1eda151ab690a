using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// Whatever becomes of a bundle or an answer on its way: it is read, or refused with one of our errors. A failure prints its
/// seed.
/// </summary>
public class FccBundleDamageTests
{
    const int Seconds = 5;

    static readonly byte[][] Bundles =
    [
        Factory.Bundle(Factory.Credential(depth: 3),
            Factory.Full() with { Entropy = new byte[48], RootOfTrust = new byte[16],
                CustomParameters = new Dictionary<string, object> { ["acme.a"] = 1L, ["acme.b"] = "text",
                    ["acme.c"] = new byte[] { 1 } } }),
        Factory.Bundle(Factory.Credential(CredentialKind.Lwm2m, keepsKey: true), Factory.Least(CredentialKind.Lwm2m)),
        new DeviceKeyRequest("device-1", CredentialKind.Bootstrap).Compose().Encode(),
        DeviceResponseTests.Answer(DeviceCertificateRequest.Create("device-1").Der),
    ];

    // A damaged length or type byte is worth more than a damaged byte of a certificate: these are turned into others.
    static readonly Gen<Func<byte[], byte[]>> Head = from at in Gen.Int[0,
        1 << 20] from head in Gen.OneOf<byte>(0x00, 0x1B, 0x3B, 0x5B, 0x5F, 0x7B, 0x7F, 0x80, 0x9B, 0x9F, 0xA0, 0xBB, 0xBF, 0xC2,
            0xD8, 0xF6, 0xFB, 0xFF)
        select new Func<byte[], byte[]>(b =>
        {
            var heads = Enumerable.Range(0, b.Length).Where(i => b[i] is >= 0x58 and <= 0x7B or >= 0x80 and <= 0xAF).ToList();
            var copy = (byte[])b.Clone();
            if (heads.Count > 0) copy[heads[at % heads.Count]] = head;
            return copy;
        });

    static readonly Gen<Func<byte[], byte[]>> Wrong = Gen.OneOf(Head, Damage.Any,
        from a in Head from b in Damage.Any select new Func<byte[], byte[]>(x => a(x) is { Length: > 0 } y ? b(y) : []));

    [Fact]
    public void A_damaged_bundle_is_read_or_refused() =>
        (from bundle in Gen.OneOf(Bundles) from wrong in Wrong select wrong(bundle)).Sample(bytes =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Outcome(() => new FccBundleFormat().Read(Given.Input(bytes), null, new CredentialParts()));
            Outcome(() => DeviceResponse.Read(Given.Input(bytes)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
        }, time: Seconds);

    [Fact]
    public void Bytes_of_no_kind_are_refused() =>
        (from first in Gen.Byte[0xA0, 0xBF] from rest in Gen.Byte.Array[0, 200] select (byte[])[first, .. rest]).Sample(bytes =>
        {
            Outcome(() => FccBundle.Read(Given.Input(bytes)));
            Outcome(() => DeviceResponse.Read(Given.Input(bytes)));
        }, time: 2);

    static void Outcome(Action read)
    {
        try
        {
            read();
        }
        catch (DeviceCredsException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
        }
    }
}
