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
        var row = NextRow(endpointName, target);
        TryRow(row, () =>
        {
            EnsureColumn(endpointName);
            work();
        });
    }

    /// <summary>The current row, to be worked on later.</summary>
    private protected InputRow NextRow(string? endpointName, object? target = null) => new(++_row, InputObject ?? target ?? endpointName);

    /// <summary>Runs work on a row that came earlier, likewise.</summary>
    private protected bool TryRow(InputRow row, Action work) => Try(row.Target, () =>
    {
        try
        {
            work();
        }
        catch (IssuanceException e) when (MyInvocation.ExpectingInput)
        {
            throw e.At($"Row {row.Number}");
        }
        catch (InputException e) when (MyInvocation.ExpectingInput)
        {
            throw e.At($"Row {row.Number}");
        }
    });

    /// <exception cref="IssuanceException">The current row has no column for an endpoint name.</exception>
    private protected void EnsureColumn(string? endpointName)
    {
        if (string.IsNullOrEmpty(endpointName)) EndpointNameTransformationAttribute.EnsureColumn(InputObject);
    }

    /// <summary>A row, from 1, and what an error about it has as its target.</summary>
    private protected sealed record InputRow(int Number, object? Target);
}
