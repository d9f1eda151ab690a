namespace DeviceCreds;

/// <summary>From when to when a certificate is valid, in UTC and whole seconds.</summary>
internal readonly record struct ValidityPeriod(DateTime NotBefore, DateTime NotAfter);
