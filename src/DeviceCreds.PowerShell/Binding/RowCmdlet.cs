using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What the cmdlets share that take a device a row: an error names the row, and has it as its target.</summary>
public abstract class RowCmdlet : FleetCmdlet
{
    int _row;

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Runs the work on one row; an error of ours becomes a record, and the pipeline goes on.</summary>
    /// <param name="endpointName">The row's endpoint name, as far as PowerShell found one.</param>
    /// <param name="work">The work.</param>
    /// <param name="target">What it is about, when it came by a parameter and is more than the name.</param>
    private protected void TryRow(string? endpointName, Action work, object? target = null)
    {
        _row++;
        Try(InputObject ?? target ?? endpointName, () =>
        {
            try
            {
                if (string.IsNullOrEmpty(endpointName)) EndpointNameTransformationAttribute.EnsureColumn(InputObject);
                work();
            }
            catch (IssuanceException e) when (MyInvocation.ExpectingInput)
            {
                throw e.At($"Row {_row}");
            }
            catch (InputException e) when (MyInvocation.ExpectingInput)
            {
                throw e.At($"Row {_row}");
            }
        });
    }
}
