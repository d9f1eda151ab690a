namespace DeviceCreds;

/// <summary>The result for one credential of an <see cref="ExportRun"/>.</summary>
public sealed class ExportResult
{
    readonly OrderedWorkers<ExportOrder, StagedCredential>.Piece _piece;

    internal ExportResult(OrderedWorkers<ExportOrder, StagedCredential>.Piece piece) => _piece = piece;

    /// <summary>The credential.</summary>
    public DeviceCredential Credential => _piece.Input.Credential;

    /// <summary>Where it goes.</summary>
    public CredentialExport Export => _piece.Input.Export;

    /// <summary>Gives the warnings about the credential, which is placed.</summary>
    /// <exception cref="DeviceCredsException">It is not: what <see cref="CredentialExport.Stage"/>, <see cref="CredentialExport.Flush"/> or
    /// <see cref="CredentialExport.Place"/> threw.</exception>
    public void EnsurePlaced() => Export.Warn(_piece.Output);
}
