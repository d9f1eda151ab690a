using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceCreds;

/// <summary>A private key on a token.</summary>
/// <param name="Handle">Its handle, for as long as the connection lasts.</param>
/// <param name="Label">CKA_LABEL.</param>
/// <param name="Id">CKA_ID.</param>
/// <param name="AlwaysAuthenticate">Whether it wants the PIN for each signature.</param>
internal sealed record Pkcs11Key(IObjectHandle Handle, string Label, byte[] Id, bool AlwaysAuthenticate);
