using CsCheck;

namespace DeviceCreds.Tests;

[Collection(MemoryTests.Name)]
public class NameSetTests
{
    [Fact]
    public void It_knows_what_a_set_of_texts_knows() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 300]).Array[0, 2_000].Sample(steps =>
        {
            var set = new NameSet();
            var expected = new HashSet<string>();
            foreach (var (remove, number) in steps)
            {
                var name = "device-" + number;
                if (remove)
                {
                    set.Remove(name);
                    expected.Remove(name);
                }
                else
                {
                    Assert.Equal(expected.Add(name), set.Add(name));
                }
            }
        }, iter: 50);

    [Fact]
    public void A_name_of_many_takes_few_bytes()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var set = new NameSet();
        for (var i = 0; i < 200_000; i++) Assert.True(set.Add($"a-rather-long-endpoint-name-of-a-device-with-the-number-{i}"));
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / 200_000.0, 0, 16);
        Assert.False(set.Add("a-rather-long-endpoint-name-of-a-device-with-the-number-7"));
    }
}
