using System.Text;

namespace DeviceCreds;

/// <summary>
/// The IDs of Azure's Device Provisioning Service: registration IDs of devices and IDs of enrollment groups have the same rule. Source:
/// its documentation, "Terminology", registration ID and enrollment group.
/// </summary>
internal static class AzureDpsId
{
    const string Others = "._:-";

    const int MaximumLength = 128;

    /// <summary>The rule that a name does not fit; null when it fits.</summary>
    public static string? FindProblem(string name) =>
        ServiceNames.FindOther(name, Others) is { } other ? $"expected a-z A-Z 0-9 . _ : -, found {other}"
        : !ServiceNames.IsLetterOrDigit(name[0]) ? $"it must begin with a letter or a digit, found {ServiceNames.Show(name, 0)}"
        : !ServiceNames.IsLetterOrDigit(name[name.Length - 1]) && name[name.Length - 1] != '-'
            ? $"it must end with a letter, a digit or '-', found {ServiceNames.Show(name, name.Length - 1)}"
        : name.Length > MaximumLength ? $"expected at most {MaximumLength} characters, found {name.Length}"
        : null;

    /// <summary>
    /// A name that fits: what Azure does not accept becomes '-', or is left out at both ends. Null when no letter or digit is left.
    /// </summary>
    public static string? Fit(string name)
    {
        if (name.Length > 0 && FindProblem(name) is null) return name;
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (ServiceNames.IsLetterOrDigit(c) || Others.IndexOf(c) >= 0) text.Append(c);
            else if (text.Length > 0 && text[text.Length - 1] != '-') text.Append('-');
        }

        var ends = Others.ToCharArray();
        var fitting = text.ToString().Trim(ends);
        if (fitting.Length > MaximumLength) fitting = fitting.Substring(0, MaximumLength).TrimEnd(ends);
        return fitting.Length > 0 ? fitting : null;
    }
}
