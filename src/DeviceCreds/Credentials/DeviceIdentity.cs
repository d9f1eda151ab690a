namespace DeviceCreds;

/// <summary>Who a device is: what becomes the subject of its certificate.</summary>
/// <param name="EndpointName">The endpoint name (CN): the device's unique identifier, 1 to 64 characters.</param>
/// <param name="AccountId">The account ID (OU): needed for LwM2M, null otherwise.</param>
public sealed record DeviceIdentity(string EndpointName, string? AccountId = null)
{
    /// <summary>The row's other columns, by name.</summary>
    public DeviceColumns Columns { get; init; } = DeviceColumns.None;

    /// <summary>The endpoint name, for people.</summary>
    public override string ToString() => MessageText.Clean(EndpointName);

    /// <summary>The identity, checked against what a profile needs.</summary>
    /// <exception cref="IssuanceException">A name is not possible, or the account ID is missing.</exception>
    internal DeviceIdentity Check(CertificateProfile profile)
    {
        SubjectText.CheckEndpointName(EndpointName);
        if (AccountId is not null) SubjectText.CheckAccountId(AccountId);
        else if (profile.NeedsAccountId)
            throw new IssuanceException("AccountIdMissing", ErrorKind.InvalidArgument,
                $"The device '{SubjectText.Shorten(EndpointName)}' has no account ID, which an {profile.Name} carries as OU.",
                "Give -AccountId, or -ServerUri with ?aid=<account ID>.", "AccountId");
        return this;
    }
}
