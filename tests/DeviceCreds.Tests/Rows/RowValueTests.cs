using System.Globalization;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What a value of a row says when a text is asked for.</summary>
public class RowValueTests
{
    // By description, since test runners cannot carry every value.
    static readonly IReadOnlyDictionary<string, (object? Value, string? Text)> Texts = new Dictionary<string, (object?, string?)>
    {
        ["a text"] = (" as it is ", " as it is "),
        ["an empty text"] = ("", ""),
        ["nothing"] = (null, null),
        ["what a database calls nothing"] = (DBNull.Value, null),
        ["a whole number"] = (-42, "-42"),
        ["a large one"] = (ulong.MaxValue, "18446744073709551615"),
        ["a decimal with its zeros"] = (1.50m, "1.50"),
        ["a fraction"] = (0.5, "0.5"),
        ["a whole double"] = (356938035643809d, "356938035643809"),
        ["a character"] = ('x', "x"),
        ["a GUID"] = (Guid.Parse("0166d2a1-c9f8-4b7f-8c3a-5de2471b9c60"), "0166d2a1-c9f8-4b7f-8c3a-5de2471b9c60"),
        ["a URI"] = (new Uri("coaps://h:5684?aid=A%20b"), "coaps://h:5684?aid=A%20b"),
        ["a version"] = (new Version(1, 2, 3), "1.2.3"),
        ["a name of a list"] = (CredentialKind.Lwm2m, "Lwm2m"),
    };

    static readonly IReadOnlyDictionary<string, (object Value, string Says)> Others = new Dictionary<string, (object, string)>
    {
        ["a list"] = (new object[] { "a", 1 }, "an Object[] 'a, 1'"),
        ["a list of one"] = (new List<string> { "a" }, "a List`1 'a'"),
        ["names with values"] = (new Dictionary<string, object> { ["a"] = 1 }, "a Dictionary`2 'a=1'"),
        ["bytes"] = (new byte[] { 1, 2 }, "a Byte[]."),
        ["a date"] = (new DateTime(2026, 1, 2), "a DateTime"),
        ["a moment"] = (DateTimeOffset.UnixEpoch, "a DateTimeOffset"),
        ["a span"] = (TimeSpan.FromSeconds(1), "a TimeSpan"),
        ["a truth value"] = (true, "a Boolean 'True'"),
        ["a number that has lost digits"] = (1.23457E+25, "a Double"),
        ["a number with more digits than it holds"] = (9007199254740993d, "a Double"),
        ["a fraction with more digits than it holds"] = (0.1234567890123456, "a Double"),
        ["a short number with more digits than it holds"] = (16777217f, "a Single"),
        ["no number"] = (double.NaN, "a Double"),
        ["endless"] = (float.PositiveInfinity, "a Single"),
        ["a secret"] = (new System.Net.NetworkCredential("", "hush").SecurePassword, "a SecureString."),
        ["an object"] = (new object(), "an Object."),
        ["an object whose text cannot be made"] = (new Unspeakable(), "an Unspeakable."),
    };

    public static TheoryData<string> TextNames => [.. Texts.Keys];

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException();
    }

    [Theory]
    [MemberData(nameof(TextNames))]
    public void Has_one_text(string name)
    {
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        Assert.Equal(Texts[name].Text, RowValue.Text("Column", Texts[name].Value));
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public void Is_refused_by_column_type_and_value(string name)
    {
        var error = Assert.Throws<InputException>(() => RowValue.Text("Column", Others[name].Value));
        Assert.Equal("ColumnWrongType", error.ErrorId);
        Assert.StartsWith("Column: expected a text, found " + Others[name].Says, error.Message);
        Assert.DoesNotContain("hush", error.Message);
        Assert.Null(RowValue.FindText(Others[name].Value));
    }

    [Fact]
    public void Of_a_decimal_with_15_digits_is_never_another_one() => Gen.Select(Gen.Long[-999_999_999_999_999, 999_999_999_999_999],
        Gen.Int[0, 9]).Sample((digits, places) =>
    {
        var written = new decimal(digits) / (decimal)Math.Pow(10, places);
        if (RowValue.FindText((double)written) is { } text) Assert.Equal(written, decimal.Parse(text, CultureInfo.InvariantCulture));
        else Assert.True(Math.Abs(written) < 0.0001m && written != 0);
    });

    [Fact]
    public void Of_a_number_comes_back_as_the_same_number() => Gen.Double.Sample(number =>
    {
        if (RowValue.FindText(number) is { } text) Assert.Equal(number, double.Parse(text, CultureInfo.InvariantCulture));
    });
}
