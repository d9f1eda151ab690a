namespace DeviceCreds;

/// <summary>A credential, and where it goes.</summary>
sealed record ExportOrder(CredentialExport Export, DeviceCredential Credential);
