namespace DeviceCreds;

/// <summary>Who reads what a run prints besides its objects.</summary>
public enum LogFormat
{
    /// <summary>People alone.</summary>
    None,

    /// <summary>An agent of Azure DevOps: it takes commands from the output (<see cref="AzureDevOpsLog"/>).</summary>
    AzureDevOps,
}
