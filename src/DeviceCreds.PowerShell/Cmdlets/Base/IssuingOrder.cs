namespace DeviceCreds.PowerShell;

/// <summary>One device of a run: its row, and the device as it was accepted or the reason for no certificate.</summary>
sealed class IssuingOrder
{
    readonly DeviceOrder? _accepted;
    readonly CredentialExport? _export;
    readonly DeviceCredsException? _refused;

    /// <param name="row">The row.</param>
    /// <param name="accept">Checks the row; null for a device that is left out. Errors are thrown at the row's place in the order,
    /// which has not come yet.</param>
    /// <param name="export">The export behind the cmdlet; null when only the export can tell what it takes.</param>
    public IssuingOrder(InputRow row, Func<DeviceOrder?> accept, CredentialExport? export)
    {
        (Row, _export) = (row, export);
        try
        {
            _accepted = accept();
            if (_accepted is not null) export?.EnsureNamePossible(_accepted.Identity.EndpointName);
        }
        catch (DeviceCredsException e)
        {
            _accepted?.Forget();
            _refused = e;
        }
    }

    /// <summary>The row.</summary>
    public InputRow Row { get; }

    /// <summary>Whether the row was refused.</summary>
    public bool IsRefused => _refused is not null;

    /// <summary>Whether the row was refused for a device or a key of this run, which may yet be refused itself.</summary>
    public bool IsDuplicate => _refused is { ErrorId: "EndpointNameDuplicate" or "KeyDuplicate" };

    /// <summary>Issues, unless an earlier run did; from any thread.</summary>
    /// <returns>The credential; null when the device is left out, since it has one.</returns>
    /// <exception cref="DeviceCredsException">The row was refused, or issuing failed.</exception>
    public DeviceCredential? Issue(EarlierRuns earlier) =>
        _refused is not null ? throw _refused : _accepted is null ? null : earlier.Issue(_accepted, _export);
}
