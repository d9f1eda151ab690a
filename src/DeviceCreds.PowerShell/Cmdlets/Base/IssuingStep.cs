namespace DeviceCreds.PowerShell;

/// <summary>Issues to a device that was accepted; on any thread.</summary>
/// <returns>The credential; null when the device is left out, since it has one.</returns>
delegate DeviceCredential? IssuingStep();
