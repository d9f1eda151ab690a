using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// Logging commands for an Azure DevOps agent, each exactly one line. The agent takes the first "##vso[" of a line for a
/// command, wherever it stands, and reads lines at CR and LF: so neither is left in a text. Source: Microsoft's "Logging
/// commands", and the agent's escapes %AZP25, %0D, %0A, %5D, %3B.
/// </summary>
public static class AzureDevOpsLog
{
    /// <summary>Whether this process runs in an agent: it sets TF_BUILD.</summary>
    public static bool IsAgent => string.Equals(Environment.GetEnvironmentVariable("TF_BUILD"), "True", StringComparison.OrdinalIgnoreCase);

    /// <summary>An issue for each check that failed (an error) or warns.</summary>
    public static IEnumerable<string> Issues(DeviceCertificateReport report)
    {
        var entry = ReportEntry.Of(report);
        return entry.Findings.Select(c =>
            Issue(c.Outcome == CheckOutcome.Failed, $"{entry.Name}: {c.Message} {c.Recommendation}", report.Path, c.Id));
    }

    /// <summary>An issue for an error.</summary>
    public static string Issue(DeviceCredsException error) =>
        Issue(isError: true, error.Message, (error as InputException)?.Path ?? (error as OutputException)?.Path, error.ErrorId);

    /// <summary>Annotates the build.</summary>
    /// <param name="isError">Whether it is an error; otherwise it is a warning.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="sourcePath">The file that it is about.</param>
    /// <param name="code">The rule or the error's id.</param>
    public static string Issue(bool isError, string message, string? sourcePath, string? code)
    {
        var line = new StringBuilder("##vso[task.logissue type=").Append(isError ? "error" : "warning").Append(';');
        if (!string.IsNullOrEmpty(sourcePath)) line.Append("sourcepath=").Append(Property(sourcePath!)).Append(';');
        if (!string.IsNullOrEmpty(code)) line.Append("code=").Append(Property(code!)).Append(';');
        return line.Append(']').Append(Text(message)).ToString();
    }

    /// <summary>Shows the progress of a run.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <param name="activity">What is being done.</param>
    public static string Progress(int percent, string activity) =>
        $"##vso[task.setprogress value={Math.Min(Math.Max(percent, 0), 100).ToString(CultureInfo.InvariantCulture)};]{Text(activity)}";

    static string Text(string text) => MessageText.CleanLines(text).Replace("%", "%AZP25").Replace("\r", "%0D").Replace("\n", "%0A");

    static string Property(string text) => Text(text).Replace("]", "%5D").Replace(";", "%3B");
}
