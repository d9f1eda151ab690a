namespace DeviceCreds;

/// <summary>Who reads the text that a run prints.</summary>
public enum LogFormat
{
    /// <summary>Only people.</summary>
    None,

    /// <summary>An agent of Azure DevOps: it reads commands from the output (<see cref="AzureDevOpsLog"/>).</summary>
    AzureDevOps,
}
