namespace DeviceCreds;

/// <summary>The part of a journal's line that says which certificate a device has.</summary>
/// <param name="EndpointName">The device.</param>
/// <param name="Kind">Which service its credential opens.</param>
/// <param name="Succeeded">Whether the device has the certificate.</param>
/// <param name="IsSent">Whether anything was sent to the device.</param>
/// <param name="SerialNumber">The certificate's serial number; null when none was issued.</param>
/// <param name="Time">When it was injected, in UTC.</param>
internal readonly record struct JournalLine(string EndpointName, CredentialKind Kind, bool Succeeded, bool IsSent, string? SerialNumber,
    DateTime Time);
