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
        // So many that a few megabytes do not count, which the runtime keeps of earlier tests and frees at any time.
        const int many = 1_000_000;
        var before = MemoryTests.Held();
        var set = new NameSet();
        for (var i = 0; i < many; i++) Assert.True(set.Add($"a-rather-long-endpoint-name-of-a-device-with-the-number-{i}"));
        Assert.InRange((MemoryTests.Held() - before) / (double)many, 0, 16);
        Assert.False(set.Add("a-rather-long-endpoint-name-of-a-device-with-the-number-7"));
    }

    [Fact]
    public void Names_keep_their_notes_however_the_tables_grow() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20_000]).Array[0, 3_000].Sample(steps =>
        {
            var set = new NameSet(withNotes: true);
            var expected = new Dictionary<int, long>();
            foreach (var (step, number) in steps)
            {
                var name = System.Text.Encoding.UTF8.GetBytes($"device-{number}");
                switch (step)
                {
                    case 0:
                        Assert.Equal(expected.TryAdd(number, number + 1L), set.Add(name, number + 1));
                        break;
                    case 1:
                        set.Set(name, expected[number] = -number);
                        break;
                    case 2:
                        set.Remove($"device-{number}");
                        expected.Remove(number);
                        break;
                    default:
                        Assert.Equal(expected.TryGetValue(number, out var note) ? note : null, set.Find(name));
                        Assert.Equal(expected.ContainsKey(number), set.Contains(name));
                        break;
                }
            }
        }, iter: 50);

    /// <summary>The vectors of the paper's appendix and of its reference implementation.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void The_hash_is_SipHash_2_4(int length, ulong expected)
    {
        byte[] bytes = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        Assert.Equal(expected, new KeyedHash(bytes).Of(bytes.AsSpan(0, length)));
    }
}
