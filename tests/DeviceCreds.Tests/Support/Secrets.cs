using System.Numerics;

namespace DeviceCreds.Tests;

/// <summary>Looks for key material where none may be.</summary>
static class Secrets
{
    const int Window = 16;

    /// <summary>
    /// No text holds 16 characters in a row of the key: of its hexadecimal, its decimal, or any Base64 that a file of ours shows.
    /// </summary>
    public static void AssertAbsent(DeviceKey key, params string[] texts)
    {
        var sec1 = key.ToDer();
        var scalar = sec1[7..39];
        var spellings = new List<string> { Convert.ToHexString(scalar), Convert.ToHexStringLower(scalar),
            new BigInteger(scalar, isUnsigned: true, isBigEndian: true).ToString(), BitConverter.ToString(scalar) };
        // Base64 of the scalar in each of the three ways that it can fall on groups of 3 bytes.
        for (var shift = 0; shift < 3; shift++)
            spellings.Add(Convert.ToBase64String([.. new byte[shift], .. scalar])[(shift == 0 ? 0 : 4)..].TrimEnd('='));
        foreach (var text in texts)
        {
            var flat = text.ReplaceLineEndings("");
            foreach (var spelling in spellings)
            {
                for (var i = 0; i + Window <= spelling.Length; i++)
                    Assert.False(flat.Contains(spelling.Substring(i, Window), StringComparison.Ordinal), $"key material in: {text}");
            }
        }
    }
}
