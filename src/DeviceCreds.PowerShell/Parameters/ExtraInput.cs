using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The same for a cmdlet that takes nothing from the pipeline: an object of it is the target of PowerShell's own error.</summary>
public sealed class ExtraInput : ExtraArguments
{
    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public object? ExtraObject { get; set; }
}
