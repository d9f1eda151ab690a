using System.Security.Cryptography;

namespace DeviceCreds.Tests;

public class GeneratedKeyTests
{
    [Fact]
    public void Keys_that_are_made_on_many_threads_at_once_are_pairs_and_all_different()
    {
        var keys = new DeviceKey[2_000];
        Parallel.For(0, keys.Length, i => keys[i] = DeviceKey.Generate());
        Assert.Equal(keys.Length, keys.Select(k => k.Fingerprint).Distinct().Count());
        // .NET's import compares the halves, and refuses two that are no pair.
        Assert.All(keys.Take(200), key =>
        {
            using var pair = ECDsa.Create();
            pair.ImportECPrivateKey(key.ToDer(), out _);
            Assert.Equal(key.Point, pair.ExportSubjectPublicKeyInfo().AsSpan(26).ToArray());
        });
    }

    [Fact]
    public void Private_scalars_spread_over_their_whole_range()
    {
        // Of 2,000 uniform scalars each bit is set in half: the odds against 800 to 1,200 are 1 in 10^18 for a bit.
        var scalars = Enumerable.Range(0, 2_000).Select(_ => DeviceKey.Generate().ToDer().AsSpan(7, 32).ToArray()).ToList();
        Assert.All(Enumerable.Range(0, 256), bit => Assert.InRange(scalars.Count(s => (s[bit / 8] >> (bit % 8) & 1) == 1), 800, 1_200));
    }
#if !NETSTANDARD_BUILD

    [Fact]
    public void Where_OpenSSL_3_is_keys_come_from_it_directly()
    {
        if (!OperatingSystem.IsLinux() || !System.Runtime.InteropServices.NativeLibrary.TryLoad("libcrypto.so.3",
            out _)) Assert.Skip("libcrypto.so.3 not found");
        Assert.True(LibCrypto.IsUsable);
    }
#endif

#if !NETSTANDARD_BUILD
    [Fact]
    public void The_direct_way_to_OpenSSL_can_be_switched_off()
    {
        var before = LibCrypto.IsUsable;
        AppContext.SetSwitch("DeviceCreds.DisableDirectOpenSsl", true);
        try
        {
            Assert.False(LibCrypto.IsUsable);
            Assert.True(P256.IsPoint(DeviceKey.Generate().Point));
        }
        finally
        {
            AppContext.SetSwitch("DeviceCreds.DisableDirectOpenSsl", false);
        }

        Assert.Equal(before, LibCrypto.IsUsable);
    }
#endif
}
