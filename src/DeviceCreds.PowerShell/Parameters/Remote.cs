using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace DeviceCreds.PowerShell;

/// <summary>
/// This module's objects from another process, through Export-Clixml, a job or remoting: properties without keys. Their public
/// part is restored, so that it can be tested, revoked and reported as before.
/// </summary>
static class Remote
{
    const string Prefix = "Deserialized.DeviceCreds.";

    /// <summary>Whether an object was one of ours in another process.</summary>
    public static bool IsOurs(object? value) => NameOf(value) is not null;

    /// <summary>Whether an object was one of a type of ours in another process.</summary>
    public static bool Is(object? value, string type) => NameOf(value) == type;

    /// <summary>Whether a request of another process had its device's private key, which stayed there.</summary>
    public static bool HadKey(PSObject request) => Text(request, "Key").Contains("private");

    /// <summary>The device of such an object.</summary>
    public static DeviceIdentity IdentityOf(PSObject value) =>
        new(Text(value, "EndpointName"), Text(value, "AccountId") is { Length: > 0 } account ? account : null) { Columns = Columns(value) };

    /// <summary>The public part of the object; the value itself when it is not one of this module's objects.</summary>
    /// <exception cref="DeviceCredsException">The public part cannot be read.</exception>
    public static object? Restore(object? value)
    {
        if (NameOf(value) is not { } name) return value;
        var remote = (PSObject)value!;
        return name switch
        {
            nameof(DeviceCredential) =>
                DeviceCredential.WithoutKey(Parse<CredentialKind>(remote, "Kind"), Text(remote, "ChainPem"), Columns(remote),
                    Find(remote, "PrivateKey") is not null),
            nameof(DeviceCertificate) or nameof(CertificateAuthority) => CertificateReader.Read(File(remote, "CertificatePem"))[0],
            nameof(DeviceCertificateRequest) => DeviceCertificateRequest.Read(File(remote, "Pem")),
            nameof(DeviceIdentity) => IdentityOf(remote),
            nameof(DeviceCertificateReport) => Report(remote),
            nameof(DeviceAccount) => Account(remote),
            nameof(AccountCertificate) => Certificate(remote),
            nameof(DeviceInjection) => Injection(remote),
            nameof(ExportedCredential) => ExportedCredential.Restore(IdentityOf(remote), Parse<CredentialKind>(remote, "Kind"),
                Text(remote, "Path"), Texts(remote, "Files"), [.. Texts(remote, "Entries")]),
            nameof(LedgerEntry) =>
                new LedgerEntry { SerialNumber = Text(remote, "SerialNumber"), Subject = Text(remote, "Subject"),
                    State = Parse<LedgerState>(remote, "State") },
            _ => value,
        };
    }

    static string? NameOf(object? value) =>
        value is PSObject { TypeNames: [var first, ..] } && first.StartsWith(Prefix, StringComparison.Ordinal)
            ? first.Substring(Prefix.Length).Split('#')[0] : null;

    static DeviceCertificateReport Report(PSObject value) => DeviceCertificateReport.Restore(
        name => RowReader.Unwrap(Find(value, name)), Parse<CredentialKind>(value, "Kind"), Columns(value),
        [.. Many(Find(value, "Checks")).Select(Check)]);

    static DeviceCertificateCheck Check(PSObject value) => new(
        Text(value, "Id"), Text(value, "Rule"), Parse<CheckOutcome>(value, "Severity"), Parse<CheckOutcome>(value, "Outcome"),
        Text(value, "Message"), Text(value, "Recommendation") is { Length: > 0 } advice ? advice : null, Text(value, "Source"));

    static DeviceAccount Account(PSObject value) => new()
    {
        EndpointName = Text(value, "EndpointName"),
        AccountId = OrNull(value, "AccountId"),
        Kind = Parse<CredentialKind>(value, "Kind"),
        State = Parse<DeviceAccountState>(value, "State"),
        IsPlanned = RowReader.Unwrap(Find(value, "IsPlanned")) as bool?,
        Unread = OrNull(value, "Unread"),
        IsLastSendFailed = RowReader.Unwrap(Find(value, "IsLastSendFailed")) is true,
        Certificates = [.. Many(Find(value, "Certificates")).Select(Certificate)],
        Columns = Columns(value),
    };

    static DeviceInjection Injection(PSObject value) => new()
    {
        EndpointName = Text(value, "EndpointName"),
        Kind = Parse<CredentialKind>(value, "Kind"),
        Succeeded = RowReader.Unwrap(Find(value, "Succeeded")) is true,
        MessageSent = RowReader.Unwrap(Find(value, "MessageSent")) is true,
        NotDelivered = RowReader.Unwrap(Find(value, "NotDelivered")) is true,
        ReturnStatus = Find(value, "ReturnStatus") is PSObject status && Find(status, "Number") is { } number
            ? StatusCode.OfDevice(Convert.ToInt32(number, CultureInfo.InvariantCulture)) : null,
        SerialNumber = OrNull(value, "SerialNumber"),
        ErrorId = OrNull(value, "ErrorId"),
        Problem = OrNull(value, "Problem"),
        Advice = OrNull(value, "Advice"),
        Address = Text(value, "Address"),
        StartedAt = Time(value, "StartedAt") ?? default,
        Duration = RowReader.Unwrap(Find(value, "Duration")) as TimeSpan? ?? default,
        Columns = Columns(value),
    };

    static AccountCertificate Certificate(PSObject value) => new()
    {
        Device = Text(value, "Device"),
        SerialNumber = Text(value, "SerialNumber"),
        State = Parse<LedgerState>(value, "State"),
        Ledger = OrNull(value, "Ledger"),
        Paths = [.. Texts(value, "Paths")],
        IssuedAt = Time(value, "IssuedAt"),
        ExpiresAt = Time(value, "ExpiresAt"),
        RevokedAt = Time(value, "RevokedAt"),
        Reason = OrNull(value, "Reason") is null ? null : Parse<RevocationReason>(value, "Reason"),
        InjectedAt = Time(value, "InjectedAt"),
        Renews = OrNull(value, "Renews"),
        IsRenewed = RowReader.Unwrap(Find(value, "IsRenewed")) is true,
    };

    static DateTime? Time(PSObject value, string name) => RowReader.Unwrap(Find(value, name)) as DateTime?;

    static string? OrNull(PSObject value, string name) => Text(value, name) is { Length: > 0 } text ? text : null;

    static DeviceColumns Columns(PSObject value)
    {
        if (RowReader.Unwrap(Find(value, "Columns")) is not IDictionary { Count: > 0 } pairs) return DeviceColumns.None;
        var names = pairs.Keys.Cast<object>().ToList();
        return new DeviceColumns(new RowHeader(names.Select(n => n.ToString()!)) { Open = Members.Open },
            [.. names.Select(n => RowReader.Unwrap(pairs[n]))]);
    }

    static IEnumerable<PSObject> Many(object? value) =>
        RowReader.Unwrap(value) is IEnumerable many ? many.Cast<object>().Select(PSObject.AsPSObject) : [];

    static IEnumerable<string> Texts(PSObject value, string name) => Many(Find(value, name)).Select(p => p.ToString()!);

    static T Parse<T>(PSObject value, string name) where T : struct =>
        Enum.TryParse<T>(Text(value, name), out var parsed) ? parsed : default;

    static InputFile File(PSObject value, string name) => new(Encoding.UTF8.GetBytes(Text(value, name)));

    static string Text(PSObject value, string name) => Convert.ToString(Find(value, name), CultureInfo.InvariantCulture) ?? "";

    static object? Find(PSObject value, string name) => value.Properties[name]?.Value;
}
