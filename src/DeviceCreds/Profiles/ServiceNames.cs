using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// The names that services accept for a device, one method per service, for formats and for the rules of services.
/// Each gives what is wrong with a name, as "expected X, found Y"; null when the service accepts it. Azure DPS has
/// <see cref="AzureDpsId"/>.
/// </summary>
internal static class ServiceNames
{
    /// <summary>The longest device ID or thing name, in characters.</summary>
    const int MaximumLength = 128;

    /// <summary>A device ID of Azure IoT Hub.</summary>
    public static string? FindAzureIotHubProblem(string name) => FindLength(name) ?? FindCharacter(name, "-.+%_#*?!(),:=@$'");

    /// <summary>A thing's name in AWS IoT.</summary>
    public static string? FindAwsIotProblem(string name) => FindLength(name) ?? FindCharacter(name, ":_-");

    /// <summary>A device ID of nRF Cloud.</summary>
    public static string? FindNrfCloudProblem(string name) => FindCharacter(name, "-_:");

    /// <summary>
    /// A common name that Leshan reads back unchanged: it takes the text of the subject's name (RFC 2253), where these are escaped.
    /// </summary>
    public static string? FindLeshanProblem(string name)
    {
        const string escaped = ",=+<>#;\"\\";
        if (name.IndexOfAny(escaped.ToCharArray()) is var at && at >= 0)
            return $"expected none of {string.Join(" ", escaped.ToCharArray())}, found {Show(name, at)} at position {at + 1}";
        return name[0] == ' ' || name[name.Length - 1] == ' ' ? "expected no space at its beginning or end, found one" : null;
    }

    /// <summary>A common name from which Cumulocity can make an MQTT client ID.</summary>
    public static string? FindCumulocityProblem(string name) =>
        name.IndexOf(':') is var at && at >= 0 ? $"expected no ':', found one at position {at + 1}" : null;

    /// <summary>The first character that is not accepted, and its position; null when all are accepted.</summary>
    /// <param name="name">The name.</param>
    /// <param name="others">What is accepted in addition to ASCII letters and digits.</param>
    public static string? FindOther(string name, string others)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsLetterOrDigit(name[i]) && others.IndexOf(name[i]) < 0) return $"{Show(name, i)} at position {i + 1}";
        }

        return null;
    }

    static string? FindLength(string name) =>
        name.Length > MaximumLength ? $"expected at most {MaximumLength} characters, found {name.Length}" : null;

    static string? FindCharacter(string name, string others) =>
        FindOther(name, others) is { } other ? $"expected a-z A-Z 0-9 {string.Join(" ", others.ToCharArray())}, found {other}" : null;

    public static bool IsLetterOrDigit(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9';

    /// <summary>A character for a message: in quotes, and with its code when it is not of ASCII.</summary>
    public static string Show(string name, int index)
    {
        if (InvisibleCharacter.At(name, index) is { } code) return code;
        var isPair = char.IsSurrogatePair(name, index);
        var number = isPair ? char.ConvertToUtf32(name, index) : name[index];
        var shown = $"'{name.Substring(index, isPair ? 2 : 1)}'";
        return number < 0x80 ? shown : $"{shown} (U+{number.ToString("X4", CultureInfo.InvariantCulture)})";
    }
}
