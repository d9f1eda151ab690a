namespace DeviceCreds.Tests;

public class KeyRuleTests
{
    public static TheoryData<string> Titles => KeyCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => KeyCases.All.Single(c => c.Title == title).Check();
}

sealed class KeyCases : CaseTable
{
    static readonly string Mismatch =
        $"The key {Scene.StrangeKey.Fingerprint} is not the certificate's. The device answers 34 CERTIFICATE_PUBLIC_KEY_CORRELATION_ERROR";

    public static readonly IReadOnlyList<Case> All =
    [
        new("another key", s => s with { Key = Scene.StrangeKey }, Fails("PrivateKeyMatches", Mismatch)),
        new("the issuer's key", s => s with { Key = Scene.SubKey }, Fails("PrivateKeyMatches", "34 ")),
        new("no key", s => s with { Key = null }, Skips("PrivateKeyMatches", "-Key")),
        new("the public half alone", s => s with { Key = new DeviceKey(null, Scene.LeafKey.Point) }),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
