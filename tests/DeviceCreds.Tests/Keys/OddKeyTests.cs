using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Keys that are unusual, and right.</summary>
public class OddKeyTests
{
    [Fact]
    public void A_scalar_of_too_many_or_too_few_octets_is_the_same_number() =>
        (from scalar in Given.Scalar from zeros in Gen.Int[0, 5] from strip in Gen.Bool select (scalar, zeros, strip)).Sample(t =>
        {
            byte[] odd = t.strip ? [.. t.scalar.SkipWhile(b => b == 0)] : [.. new byte[t.zeros], .. t.scalar];
            var key = Given.Key(t.scalar);
            Assert.Equal(key, DeviceKey.Read(Given.Input(Given.Sec1(odd))));
            Assert.Equal(key.ToDer(), DeviceKey.Read(Given.Input(Given.Pkcs8(Given.Sec1(odd, curve: null)))).ToDer());
        }, iter: 60);

    [Fact]
    public void The_public_point_is_the_same_whoever_computes_it() =>
        Given.Scalar.Sample(scalar => Assert.Equal(P256.ManagedPublicPoint(scalar), P256.PublicPoint(scalar)), iter: 200);

    [Fact]
    public void The_public_point_inside_may_be_missing_whole_or_compressed() =>
        Given.Scalar.Sample(scalar =>
        {
            var key = Given.Key(scalar);
            byte[] compressed = [(byte)(2 | (key.Point[64] & 1)), .. key.Point[1..33]];
            foreach (var point in new[] { null, key.Point, compressed }) Assert.Equal(
                key, DeviceKey.Read(Given.Input(Given.Sec1(scalar, point: point))));
        }, iter: 20);

    [Fact]
    public void The_curve_may_stand_inside_outside_or_in_both_places_of_pkcs8()
    {
        var key = DeviceKey.Generate();
        var scalar = key.ToDer()[7..39];
        Assert.Equal(key, DeviceKey.Read(Given.Input(Given.Pkcs8(Given.Sec1(scalar)))));
        Assert.Equal(key, DeviceKey.Read(Given.Input(Given.Pkcs8(Given.Sec1(scalar, curve: null)))));
        Assert.Equal(key, DeviceKey.Read(Given.Input(Given.Pkcs8(Given.Sec1(scalar), curve: null))));
    }

    [Fact]
    public void A_key_beside_its_certificate_in_one_file_is_found()
    {
        var key = DeviceKey.Generate();
        var authority = CertificateAuthority.Create("Root", key: key);
        Assert.Equal(key, DeviceKey.Read(Given.Input(authority.CertificatePem + "\n" + key.ToPem())));
    }
}
