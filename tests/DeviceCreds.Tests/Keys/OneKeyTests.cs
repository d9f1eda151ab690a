namespace DeviceCreds.Tests;

/// <summary>A key that is in a file twice, as in Vault's pem_bundle and in HAProxy's files, is one key.</summary>
public class OneKeyTests
{
    static readonly DeviceKey Key = DeviceKey.Generate();

    static readonly string[] Forms =
    [
        Key.ToPem(), Key.ToPem(KeyEncoding.Pkcs8), Pem.Encode("EC PRIVATE KEY", Key.ToDer(KeyEncoding.Pkcs8)), KeyWrappingTests.Jwk(Key),
        Convert.ToBase64String(Key.ToDer()),
    ];

    public static TheoryData<int, int> Pairs =>
        [.. from a in Enumerable.Range(0, Forms.Length) from b in Enumerable.Range(0, Forms.Length) select (a, b)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_same_key_twice_is_read_in_any_two_forms(int first, int second) =>
        Assert.Equal(Key, DeviceKey.Read(Given.Input(InJson(Forms[first], Forms[second]))));

    [Fact]
    public void Two_keys_are_refused_whatever_the_form()
    {
        var other = DeviceKey.Generate();
        foreach (var form in Forms)
        {
            Assert.Equal("KeySeveral", Refused.Input(() => DeviceKey.Read(Given.Input(InJson(form, other.ToPem())))));
        }
    }

    [Fact]
    public void Two_encrypted_forms_of_a_key_are_not_opened_to_compare_them()
    {
        var password = "secret".ToCharArray();
        var text = Key.ToPem(KeyEncoding.Pkcs8, password);
        Assert.Equal(Key, DeviceKey.Read(Given.Input(text + "\n" + text), password));
        Assert.Equal("KeySeveral", Refused.Input(() =>
            DeviceKey.Read(Given.Input(text + "\n" + Key.ToPem(KeyEncoding.Pkcs8, password)), password)));
    }

    static string InJson(string first, string second) => $$"""{"certificate":{{Value(first)}},"private_key":{{Value(second)}}}""";

    static string Value(string form) => form[0] == '{' ? form : System.Text.Json.JsonSerializer.Serialize(form);
}
