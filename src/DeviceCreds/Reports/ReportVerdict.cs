namespace DeviceCreds;

/// <summary>The result of a report, the worst first.</summary>
internal enum ReportVerdict
{
    Unread,
    Failed,
    Warning,
    Passed,
}
