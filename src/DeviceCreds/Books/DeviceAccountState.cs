namespace DeviceCreds;

/// <summary>
/// What the books say of a device's certificates. The first state of this list that fits is the account's: so each account has exactly one.
/// </summary>
public enum DeviceAccountState
{
    /// <summary>It has several valid certificates, and none of them renews the others.</summary>
    Duplicate,

    /// <summary>Its certificate is in a folder or was injected, and no ledger has it.</summary>
    NotRecorded,

    /// <summary>It has a valid certificate, and is not in the list.</summary>
    Unplanned,

    /// <summary>A journal says that its certificate was injected.</summary>
    Injected,

    /// <summary>Its certificate is in a folder.</summary>
    Delivered,

    /// <summary>Its certificate is valid, is in no folder, and was not injected.</summary>
    NotDelivered,

    /// <summary>Its certificate is valid; neither folders nor journals were given, so delivery was not compared.</summary>
    Issued,

    /// <summary>It has no valid certificate, and one that was revoked, for another reason than Superseded.</summary>
    Revoked,

    /// <summary>It has no valid certificate, and one that has expired.</summary>
    Expired,

    /// <summary>It is in the list, and has no certificate, or only certificates that were revoked as Superseded.</summary>
    Missing,
}
