namespace DeviceCreds.PowerShell;

/// <summary>One device of a run: its row, and the step that issues to it or the reason for no certificate.</summary>
sealed class IssuingOrder
{
    readonly IssuingStep? _issue;
    readonly DeviceCredsException? _refused;

    /// <param name="row">The row.</param>
    /// <param name="accept">Checks the row, and returns the step that issues. Errors are thrown at the row's place in the order,
    /// which has not come yet.</param>
    public IssuingOrder(InputRow row, Func<IssuingStep> accept)
    {
        Row = row;
        try
        {
            _issue = accept();
        }
        catch (DeviceCredsException e)
        {
            _refused = e;
        }
    }

    /// <summary>The row.</summary>
    public InputRow Row { get; }

    /// <summary>Whether the row was refused.</summary>
    public bool IsRefused => _refused is not null;

    /// <summary>Issues; from any thread.</summary>
    /// <exception cref="DeviceCredsException">The row was refused, or issuing failed.</exception>
    public DeviceCredential? Issue() => _refused is null ? _issue!() : throw _refused;
}
