using System.Globalization;

namespace DeviceCreds;

/// <summary>The statuses with which the factory configurator client replies. Source: its header fcc_status.h.</summary>
internal static class DeviceStatus
{
    static readonly string[] Names =
    [
        "SUCCESS", "ERROR", "MEMORY_OUT", "INVALID_PARAMETER", "STORE_ERROR", "INTERNAL_ITEM_ALREADY_EXIST", "CA_ERROR", "ROT_ERROR",
            "ENTROPY_ERROR",
        "FACTORY_DISABLED_ERROR", "INVALID_CERTIFICATE", "INVALID_CERT_ATTRIBUTE", "INVALID_CA_CERT_SIGNATURE", "EXPIRED_CERTIFICATE",
            "INVALID_LWM2M_CN_ATTR",
        "KCM_ERROR", "KCM_STORAGE_ERROR", "KCM_FILE_EXIST_ERROR", "KCM_CRYPTO_ERROR", "NOT_INITIALIZED", "BUNDLE_ERROR",
            "BUNDLE_RESPONSE_ERROR",
        "BUNDLE_UNSUPPORTED_GROUP", "BUNDLE_INVALID_GROUP", "BUNDLE_INVALID_SCHEME", "ITEM_NOT_EXIST", "EMPTY_ITEM",
            "WRONG_ITEM_DATA_SIZE", "URI_WRONG_FORMAT",
        "FIRST_TO_CLAIM_NOT_ALLOWED", "BOOTSTRAP_MODE_ERROR", "OUTPUT_INFO_ERROR", "WARNING_CREATE_ERROR", "UTC_OFFSET_WRONG_FORMAT",
        "CERTIFICATE_PUBLIC_KEY_CORRELATION_ERROR", "BUNDLE_INVALID_KEEP_ALIVE_SESSION_STATUS", "TOO_MANY_CSR_REQUESTS", "NOT_SUPPORTED",
    ];

    public static readonly string Error = Of(1);
    public static readonly string InvalidCertificate = Of(10);
    public static readonly string InvalidCertAttribute = Of(11);
    public static readonly string Expired = Of(13);
    public static readonly string InvalidName = Of(14);
    public static readonly string Kcm = Of(15);
    public static readonly string KcmCrypto = Of(18);
    public static readonly string Bundle = Of(20);
    public static readonly string BundleResponse = Of(21);
    public static readonly string ItemNotExist = Of(25);
    public static readonly string EmptyItem = Of(26);
    public static readonly string WrongItemDataSize = Of(27);
    public static readonly string UriWrongFormat = Of(28);
    public static readonly string FirstToClaim = Of(29);
    public static readonly string UtcOffsetWrongFormat = Of(33);
    public static readonly string KeyCorrelation = Of(34);

    /// <summary>The name; for an unknown status, the number.</summary>
    public static string Name(int status) =>
        status >= 0 && status < Names.Length ? Names[status] : status.ToString(CultureInfo.InvariantCulture);

    static string Of(int status) => $"{status} {Names[status]}";
}
