using System.Text;

namespace DeviceCreds;

/// <summary>Upper-case hexadecimal without separators: how PowerShell's own certificate objects show bytes.</summary>
internal static class Hex
{
    public static string Encode(byte[] bytes)
    {
#if NET
        return Convert.ToHexString(bytes);
#else
        var text = new StringBuilder(bytes.Length * 2);
        foreach (var b in bytes) text.Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return text.ToString();
#endif
    }
}
