namespace DeviceCreds;

/// <summary>An entry of CsrReqs: the device makes a key under that name, and a request with that subject.</summary>
/// <param name="PrivateKeyName">The key's name.</param>
/// <param name="Subject">The subject, as Mbed TLS reads it: <c>CN=...,OU=...</c>.</param>
/// <param name="KeyUsage">1 digitalSignature, 2 nonRepudiation, 4 keyCertSign, 8 keyAgreement.</param>
/// <param name="ExtendedKeyUsage">1 any, 2 serverAuth, 4 clientAuth, 8 codeSigning, 16 emailProtection, 256 timeStamping, 512 OCSPSigning.</param>
internal sealed record FccKeyRequest(string PrivateKeyName, string Subject, uint? KeyUsage = null, uint? ExtendedKeyUsage = null);
