using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Reads a date in the form of ISO 8601, or of a certificate (99991231235959Z), independent of the culture. PowerShell uses the session's
/// culture, so that 2050-06-30 would be in the year 2671 in fa-IR, in 1507 in th-TH, and invalid in ar-SA; and
/// 9999-12-31T23:59:59Z would be out of range wherever the local time is ahead of UTC.
/// </summary>
public sealed class DateTransformationAttribute : ArgumentTransformationAttribute
{
    const string Certificate = "yyyyMMddHHmmss'Z'";

    static readonly Regex Iso = new(@"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T\s])", RegexOptions.CultureInvariant);
    static readonly Regex LastDay = new(@"^\s*9999-12-31[T\s][0-9:.]+-[0-9:]+\s*$", RegexOptions.CultureInvariant);

    // A text with a zone is given in UTC, which has every time that a certificate can have; one without a zone is local.
    const DateTimeStyles InUtc = DateTimeStyles.AdjustToUniversal;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        DateTimeOffset moment => moment.UtcDateTime,
        string text => Parse(text) ?? inputData,
        _ => inputData,
    };

    static object? Parse(string text)
    {
        if (DateTime.TryParseExact(text.Trim(), Certificate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | InUtc,
            out var time)) return time;
        if (Iso.IsMatch(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, InUtc, out var date)) return date;
        // West of Greenwich, the last hours of local time are in the year 10000 of UTC.
        return LastDay.IsMatch(text) ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : null;
    }
}
