using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes private keys for devices.</summary>
[Cmdlet(VerbsCommon.New, "DeviceKey")]
[OutputType(typeof(DeviceKey))]
public sealed class NewDeviceKeyCommand : DeviceCredsCmdlet
{
    /// <summary>How many keys to make.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, int.MaxValue)]
    [NoSecret]
    public int Count { get; set; } = 1;

    /// <summary>An object of the pipeline, which the cmdlet refuses: PowerShell's own error would show it.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput)
        {
            Try(null, () => throw new InputException("InputNotExpected", ErrorKind.InvalidArgument,
                "this cmdlet takes nothing from the pipeline; the object is not shown.", "Give the number of keys as -Count."));
            return;
        }

        var made = 0;
        var progress = new ProgressMeter(this, "Making device keys", "keys", () => (double)made / Count);
        for (; made < Count && !Stopping; made++)
        {
            WriteObject(DeviceKey.Generate());
            progress.Count();
        }

        progress.Complete();
    }
}
