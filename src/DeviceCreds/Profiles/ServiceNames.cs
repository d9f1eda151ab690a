using System.Globalization;

namespace DeviceCreds;

/// <summary>The names that services accept for a device: ASCII letters and digits, and a few other characters.</summary>
internal static class ServiceNames
{
    /// <summary>The first character that a service does not accept, and its position; null when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="others">What the service accepts in addition to letters and digits.</param>
    public static string? FindOther(string name, string others)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsLetterOrDigit(name[i]) && others.IndexOf(name[i]) < 0) return $"{Show(name, i)} at position {i + 1}";
        }

        return null;
    }

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
