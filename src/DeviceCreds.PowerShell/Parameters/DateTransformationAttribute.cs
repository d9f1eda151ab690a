using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes a date that is written as ISO 8601 has it for what it says. PowerShell asks the session's culture what it means, so
/// that 2050-06-30 would be a day of the year 2671 in fa-IR, of 1507 in th-TH, and none in ar-SA.
/// </summary>
public sealed class DateTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly Regex Iso = new(@"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T\s])", RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && Iso.IsMatch(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : inputData;
}
