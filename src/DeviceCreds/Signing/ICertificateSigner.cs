namespace DeviceCreds;

/// <summary>
/// The private key of a certificate authority, wherever it lives. It signs and is never read.
/// Implementations may be called from several threads at once.
/// </summary>
public interface ICertificateSigner : IDisposable
{
    /// <summary>Where the key lives, for people: a path, a store, a token.</summary>
    string Location { get; }

    /// <summary>The public half: its uncompressed point on P-256 (65 bytes, SEC 1 section 2.3.3).</summary>
    byte[] PublicPoint { get; }

    /// <summary>Signs with ECDSA over the SHA-256 digest of the data.</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="cancel">Ends the wait for a key that is remote or busy.</param>
    /// <returns>The signature in DER: SEQUENCE { r, s } (RFC 3279, 2.2.3).</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    byte[] Sign(byte[] data, CancellationToken cancel = default);
}
