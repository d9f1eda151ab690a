namespace DeviceCreds.Pester.Tests;

public enum PesterOutcome
{
    Passed,
    Failed,
    Skipped,
}
