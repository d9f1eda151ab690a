using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>A certificate in the books, in a few bytes: see <see cref="AccountRow"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CertificateRow
{
    public int SerialNumber;

    /// <summary>The next certificate of the account.</summary>
    public int Next;

    /// <summary>The number of its <see cref="RevocationRow"/>.</summary>
    public int Revocation;

    /// <summary>The number of its first <see cref="PlaceRow"/>.</summary>
    public int Place;

    /// <summary>The serial number of the certificate that it renews.</summary>
    public int Renews;

    /// <summary>In UTC ticks; 0 when unknown.</summary>
    public long ExpiresAt;

    /// <summary>The number of the ledger that recorded it.</summary>
    public short Ledger;

    public LedgerState State;
}
