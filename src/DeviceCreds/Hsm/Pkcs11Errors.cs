using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceCreds;

/// <summary>Turns a token's errors into messages for people.</summary>
internal static class Pkcs11Errors
{
    /// <summary>Whether the session, the login or the token is gone, so that a new session may help.</summary>
    public static bool IsLoss(CKR answer) =>
        answer is CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_USER_NOT_LOGGED_IN
            or CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_TOKEN_NOT_RECOGNIZED
            or CKR.CKR_DEVICE_REMOVED or CKR.CKR_DEVICE_ERROR or CKR.CKR_SLOT_ID_INVALID
            or CKR.CKR_KEY_HANDLE_INVALID or CKR.CKR_OBJECT_HANDLE_INVALID or CKR.CKR_CRYPTOKI_NOT_INITIALIZED
            or CKR.CKR_OPERATION_NOT_INITIALIZED or CKR.CKR_OPERATION_ACTIVE;

    /// <summary>Whether the PIN was refused: trying it again would lock the token.</summary>
    public static bool IsPinRefused(DeviceCredsException error) =>
        error.ErrorId is "PinWrong" or "PinLocked" or "PinExpired" or "PinNotSet";

    public static InputException Explain(Pkcs11Exception e, string place) => e.RV switch
    {
        CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE =>
            Error("PinWrong", ErrorKind.Authentication, $"{place} refuses the PIN.",
                "Check the PIN before you try again: a token locks itself after a few wrong PINs.", e),
        CKR.CKR_PIN_LOCKED =>
            Error("PinLocked", ErrorKind.Authentication, $"{place} is locked: too many wrong PINs were tried.",
                "Its security officer can set a new PIN.", e),
        CKR.CKR_PIN_EXPIRED =>
            Error("PinExpired", ErrorKind.Authentication, $"the PIN of {place} has expired and must be changed first.",
                "Change the PIN with the token's own tool.", e),
        CKR.CKR_USER_PIN_NOT_INITIALIZED =>
            Error("PinNotSet", ErrorKind.Authentication, $"{place} has no user PIN yet.", "Set one with the token's own tool.", e),
        CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_TOKEN_NOT_RECOGNIZED or CKR.CKR_DEVICE_REMOVED or CKR.CKR_SLOT_ID_INVALID =>
            Error("TokenRemoved", ErrorKind.NotFound, $"{place} is no longer there.", "Insert the token again and repeat the command.", e),
        CKR.CKR_SESSION_COUNT =>
            Error("TokenBusy", ErrorKind.LimitExceeded, $"{place} has no session left.", "Close other programs that use it.", e),
        CKR.CKR_TOKEN_WRITE_PROTECTED or CKR.CKR_SESSION_READ_ONLY =>
            Error("TokenReadOnly", ErrorKind.AccessDenied, $"{place} is write-protected.",
                "Make the key with the token's own tool, and use Get-CertificateAuthority.", e),
        CKR.CKR_DEVICE_MEMORY =>
            Error("TokenFull", ErrorKind.LimitExceeded, $"{place} is full.", "Delete what is not needed with the token's own tool.", e),
        CKR.CKR_MECHANISM_INVALID =>
            Error("TokenMechanismMissing", ErrorKind.InvalidArgument, $"{place} does not support this operation ({e.Method}).",
                "It must offer CKM_ECDSA or CKM_ECDSA_SHA256, and CKM_EC_KEY_PAIR_GEN to make keys.", e),
        CKR.CKR_KEY_FUNCTION_NOT_PERMITTED or CKR.CKR_KEY_TYPE_INCONSISTENT =>
            Error("TokenKeyMayNotSign", ErrorKind.AccessDenied, $"the key on {place} may not sign with ECDSA (CKA_SIGN).",
                "Use an EC key that was made to sign.", e),
        _ => Error("TokenFailed", ErrorKind.InputOutput, $"{place} failed: {e.Method} returned {e.RV}.",
            "See the token's documentation for this error.", e),
    };

    public static InputException Error(string id, ErrorKind kind, string message, string advice, Exception? inner = null) =>
        new(id, kind, char.ToUpperInvariant(message[0]) + message.Substring(1), advice, inner: inner);

    /// <summary>How messages name a token.</summary>
    public static string Name(ITokenInfo token) => $"the token '{SubjectText.Shorten(token.Label)}'";
}
