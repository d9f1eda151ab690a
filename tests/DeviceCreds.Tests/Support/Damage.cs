using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What happens to files on their way.</summary>
static class Damage
{
    static readonly Gen<int> Place = Gen.Int[0, 1 << 20];

    public static readonly Gen<Func<byte[], byte[]>> Bit = from at in Place from bit in Gen.Int[0, 7] select new Func<byte[], byte[]>(b =>
    {
        var copy = (byte[])b.Clone();
        copy[at % b.Length] ^= (byte)(1 << bit);
        return copy;
    });

    static readonly Gen<Func<byte[], byte[]>> Cut = Place.Select(at => new Func<byte[], byte[]>(b => b[..(at % b.Length)]));

    static readonly Gen<Func<byte[], byte[]>> CutFront = Place.Select(at => new Func<byte[], byte[]>(b => b[(at % b.Length)..]));

    static readonly Gen<Func<byte[], byte[]>> Insert = from at in Place from value in Gen.Byte select new Func<byte[], byte[]>(
        b => [.. b[..(at % b.Length)], value, .. b[(at % b.Length)..]]);

    static readonly Gen<Func<byte[], byte[]>> Remove =
        Place.Select(at => new Func<byte[], byte[]>(b => [.. b[..(at % b.Length)], .. b[(at % b.Length + 1)..]]));

    static readonly Gen<Func<byte[], byte[]>> LoseLineBreaks =
        Place.Select(at => new Func<byte[], byte[]>(b => [.. b.Where((c, i) => c != '\n' || i < at % b.Length)]));

    static readonly Gen<Func<byte[], byte[]>> Twice = Gen.Const(new Func<byte[], byte[]>(b => [.. b, .. b]));

    static readonly Gen<Func<byte[], byte[]>> Relabel =
        Gen.OneOf("CERTIFICATE", "CERTIFICATE REQUEST", "TRUSTED CERTIFICATE", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "\u001b[31m")
            .Select(label =>
        new Func<byte[], byte[]>(
            b => System.Text.Encoding.ASCII.GetBytes(
                System.Text.Encoding.ASCII.GetString(b).Replace("EC PRIVATE KEY", label).Replace(" PRIVATE KEY", " " + label))));

    static readonly Gen<Func<byte[], byte[]>> One = Gen.OneOf(Bit, Cut, CutFront, Insert, Remove, LoseLineBreaks, Twice, Relabel);

    public static readonly Gen<Func<byte[], byte[]>> Any = One.List[1,
        3].Select(list => new Func<byte[], byte[]>(b => list.Aggregate(b, (x, f) => x.Length == 0 ? x : f(x))));

    public static readonly IReadOnlyList<Action<InputFile>> Readers =
    [
        f => DeviceKey.Read(f),
        f => DeviceKey.Read(f, ['x']),
        f => DeviceCertificateRequest.Read(f),
        f => CertificateReader.Read(f),
    ];
}
