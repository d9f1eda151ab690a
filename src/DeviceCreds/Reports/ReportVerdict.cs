namespace DeviceCreds;

/// <summary>What a report comes to, the worst first.</summary>
internal enum ReportVerdict
{
    Unread,
    Failed,
    Warning,
    Passed,
}
