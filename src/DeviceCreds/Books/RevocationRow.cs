using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>When and why a certificate was revoked.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RevocationRow
{
    public long At;
    public RevocationReason? Reason;
}
