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
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var progress = new ProgressMeter(this, "Making device keys", "keys");
        for (var i = 0; i < Count && !Stopping; i++)
        {
            WriteObject(DeviceKey.Generate());
            progress.Count(Count);
        }

        progress.Complete();
    }
}
