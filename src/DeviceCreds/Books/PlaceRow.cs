using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>A file in which a certificate was found.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PlaceRow
{
    public long NotBefore;
    public int Path;

    /// <summary>The next place of the same certificate.</summary>
    public int Next;
}
