namespace DeviceCreds.PowerShell;

/// <summary>A cmdlet that exports the credentials it is given.</summary>
interface IExporter
{
    /// <summary>Where all of them go; null when that is said for each of them, or nothing is written.</summary>
    CredentialExport? Export { get; }
}
