namespace DeviceCreds.Architecture.Tests;

/// <summary>A list that must be empty, shown whole when it is not.</summary>
static class Wrong
{
    public static void None(IEnumerable<string> findings)
    {
        var list = findings.Distinct().Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0) Assert.Fail($"expected none, found {list.Count}:\n{string.Join("\n", list)}");
    }
}
