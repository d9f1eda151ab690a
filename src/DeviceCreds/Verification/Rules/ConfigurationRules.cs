using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>What the device is told besides its credential, as its factory configurator client looks at it.</summary>
internal static class ConfigurationRules
{
    /// <summary>How long a text may be to become a resource of the LwM2M client.</summary>
    const int ResourceLength = 64;

    const string Verification = "Device-side code, fcc_verify_device_configured_4mbed_cloud";
    const string BundleHandler = "Device-side code, bundle handler";

    static readonly IReadOnlyList<ConfigurationField> Stored =
        [.. ConfigurationField.All.Where(f => f.Name is nameof(DeviceConfiguration.Entropy) or nameof(DeviceConfiguration.RootOfTrust) or nameof(DeviceConfiguration.MemoryTotalKB) or ConfigurationField.CustomParameter)];

    public static readonly IReadOnlyList<Rule> Storing =
    [
        new()
        {
            Id = "StorableValues",
            Title = "Entropy, root of trust, memory size and custom parameters are such as the device stores.",
            Compares = "48 and 16 bytes, 32 bits, and the parameters' names and values with what the store takes",
            Device = "refuses the bundle",
            Advice = "Correct the value that is named.",
            Source = BundleHandler,
            Check = c => ConfigurationCheck.FindProblem(Configuration(c), Stored) is { } problem ? Finding.Fail($"{problem.Field}: {problem.Message}") : Finding.Pass("All can be stored."),
        },
    ];

    public static readonly IReadOnlyList<Rule> Clock =
    [
        new()
        {
            Id = "CurrentTime",
            Title = "The device's clock is set to a time that it takes.",
            Compares = "CurrentTime with 2017-01-01T04:00:00Z",
            Device = $"an earlier one: {DeviceStatus.Error}; without any, no date is judged",
            Advice = "Leave CurrentTime out for the moment of the export, or give the present time.",
            Source = $"{BundleHandler}, mbed.CurrentTime",
            Check = c => Configuration(c).CurrentTime is not { } time ? Finding.Pass("The moment of the export.")
                : time < ConfigurationCheck.EarliestTime ? Finding.Fail($"{Lifetime.Text(time.UtcDateTime)} is before {Lifetime.Text(ConfigurationCheck.EarliestTime.UtcDateTime)}.", DeviceStatus.Error)
                : Finding.Pass($"{Lifetime.Text(time.UtcDateTime)}."),
        },
        Optional("Timezone", "The time zone is given.", c => c.Timezone, "mbed.Timezone", "Give Timezone, a name of the tz database such as Europe/Helsinki."),
        new()
        {
            Id = "UtcOffset",
            Title = "The offset from UTC is given, as +hh:mm or -hh:mm.",
            Compares = "UtcOffset with that form, and with -12:00 to +14:00",
            Device = $"another form: {DeviceStatus.UtcOffsetWrongFormat}; missing: warns \"{DeviceReply.NotSet}mbed.UTCOffset\"",
            Advice = "Give UtcOffset, such as +02:00.",
            Source = Verification,
            Check = c => Configuration(c).UtcOffset is not { } offset ? NotSet("mbed.UTCOffset")
                : !ConfigurationCheck.HasOffsetForm(offset) ? Finding.Fail($"'{SubjectText.Shorten(offset)}' is not of that form.", DeviceStatus.UtcOffsetWrongFormat)
                : ConfigurationCheck.IsUtcOffset(offset) ? Finding.Pass($"{offset}.")
                : Finding.Warn($"{offset} is the offset of no place; the device does not look."),
        },
    ];

    public static readonly IReadOnlyList<Rule> Details =
    [
        new()
        {
            Id = "UseBootstrap",
            Title = "The device begins with the bootstrap service.",
            Severity = CheckOutcome.Warning,
            Compares = "the credential's kind with Bootstrap",
            Device = $"for LwM2M warns \"{DeviceReply.NotBootstrap}{DeviceItems.UseBootstrap}\"",
            Advice = "Nothing, when the device shall go to its LwM2M server directly.",
            Source = Verification,
            Check = c => c.Kind == CredentialKind.Bootstrap ? Finding.Pass("Bootstrap.") : Finding.DeviceWarns("It goes to its LwM2M server directly.", DeviceReply.NotBootstrap + DeviceItems.UseBootstrap),
        },
        new()
        {
            Id = "EndpointNameItem",
            Title = "The device is told its endpoint name.",
            Compares = "the configuration's endpoint name, or else the credential's, with the empty text",
            Device = DeviceStatus.EmptyItem,
            Advice = "Give EndpointName.",
            Source = Verification,
            Check = c => string.IsNullOrEmpty(c.EndpointName) ? Finding.Fail("There is none.", DeviceStatus.EmptyItem) : Finding.Pass($"'{SubjectText.Shorten(c.EndpointName!)}'."),
        },
        new()
        {
            Id = "DeviceDetails",
            Title = "Manufacturer, model number, device type, hardware version, memory and serial number are given.",
            Compares = "each of the six with nothing",
            Device = DeviceStatus.ItemNotExist,
            Advice = "Give New-DeviceConfiguration what is missing; what it says is free.",
            Source = Verification,
            Check = c => ConfigurationField.All.Where(f => f is { IsMandatory: true, Item: not null } && f.Get(Configuration(c)) is null).Select(f => f.Name).ToList() is { Count: > 0 } missing
                ? Finding.Fail($"Missing: {string.Join(", ", missing)}.", DeviceStatus.ItemNotExist)
                : Finding.Pass("All are given."),
        },
        new()
        {
            Id = "DetailLength",
            Title = "No detail has more than 64 characters.",
            Severity = CheckOutcome.Warning,
            Compares = "the length of the details' texts with 64",
            Advice = "Use a shorter text.",
            Source = "Device-side code: longer ones become no resource of the LwM2M client",
            Check = c => ConfigurationField.All.Where(f => f is { IsMandatory: true, Item: not null } && f.Get(Configuration(c)) is string { Length: > ResourceLength }).Select(f => f.Name).ToList() is { Count: > 0 } longOnes
                ? Finding.Warn($"{string.Join(", ", longOnes)} will not be seen by the server.")
                : Finding.Pass("All fit."),
        },
    ];

    public static readonly IReadOnlyList<Rule> Server =
    [
        new()
        {
            Id = "ServerCertificate",
            Title = "The server's CA certificate is given, on P-256 and signed with ecdsa-with-SHA256.",
            Compares = "ServerCertificate with nothing, its key with P-256, and its signature's algorithm with ecdsa-with-SHA256",
            Device = $"missing: {DeviceStatus.ItemNotExist}; of another kind: {DeviceStatus.KcmCrypto}; its dates are not looked at",
            Advice = "Give ServerCertificate: the CA certificate of your bootstrap or LwM2M server, from the service's portal.",
            Source = $"{Verification}; bundle handler",
            Check = c => Configuration(c).ServerCertificate is not { } certificate ? Finding.Fail("There is none.", DeviceStatus.ItemNotExist) : NotStorable(certificate) ?? Finding.Pass($"{SubjectText.Shorten(certificate.Subject)}."),
        },
        new()
        {
            Id = "ServerUri",
            Title = "The server's URI is CoAP's and names the account; with first-to-claim it names none, and the device bootstraps.",
            Compares = "ServerUri with coap:// and coaps://, ?aid= and &aid=; FirstToClaim with both and with the kind",
            Device = $"missing: {DeviceStatus.ItemNotExist}; wrong: {DeviceStatus.UriWrongFormat}; first-to-claim with an account, or for LwM2M: {DeviceStatus.FirstToClaim}",
            Advice = "Give the URI of the service with ?aid=<account ID> at its end, or without it together with FirstToClaim.",
            Source = Verification,
            Check = CheckServerUri,
        },
        new()
        {
            Id = "ServerUriSecure",
            Title = "The server's URI begins with coaps://.",
            Severity = CheckOutcome.Warning,
            Compares = "ServerUri with coaps://",
            Device = "takes coap:// and talks to its server without security",
            Advice = "Use coaps://.",
            Source = "Device-side code, LwM2M client",
            Check = c => Configuration(c).ServerUri is not { } uri || !ServerUri.IsCoap(uri) ? Finding.Skip("There is no URI of CoAP.") : ServerUri.IsSecure(uri) ? Finding.Pass("coaps.") : Finding.Warn("The device will talk to its server without security."),
        },
        new()
        {
            Id = "RedundantItems",
            Title = "The bundle holds nothing of the other mode.",
            Severity = CheckOutcome.Warning,
            Compares = "the items of a bundle that was read with those of its mode",
            Device = $"warns \"{DeviceReply.Redundant}<item>\"",
            Advice = "Write the bundle again from one credential.",
            Source = Verification,
            Check = c => Configuration(c).RedundantItems is { Count: > 0 } items ? Finding.DeviceWarns("There are items of both modes.", string.Join("\", \"", items.Select(i => DeviceReply.Redundant + i))) : Finding.Pass("Nothing is."),
        },
    ];

    public static readonly Rule PrivateKey = new()
    {
        Id = "PrivateKey",
        Title = "The device has its private key.",
        Compares = "the credential's private key with nothing",
        Device = DeviceStatus.ItemNotExist,
        Advice = "Export the credential with its key, unless the device made it.",
        Source = Verification,
        Check = c => c.Key is null ? Finding.Skip("It is not here: the device must have made it.") : Finding.Pass("It is in the bundle."),
    };

    public static readonly IReadOnlyList<Rule> Update =
    [
        new()
        {
            Id = "UpdateCertificate",
            Title = "The certificate for firmware updates is given, on P-256, not expired, and valid for 10 years more.",
            Compares = "UpdateCertificate with nothing, its key and algorithm as above, its notAfter with the device's clock",
            Device = $"of another kind: {DeviceStatus.KcmCrypto}; expired: {DeviceStatus.Expired}; missing: warns \"{DeviceReply.NotSet}{DeviceItems.UpdateCertificate}\"; less than 10 years left: warns \"{DeviceReply.UnderTenYears}{DeviceItems.UpdateCertificate}\"",
            Advice = "Give UpdateCertificate, if the device shall take firmware updates, from the tool that signs them.",
            Source = Verification,
            Check = CheckUpdateCertificate,
        },
        Identifier("ClassId", c => c.ClassId, "mbed.ClassId"),
        Identifier("VendorId", c => c.VendorId, "mbed.VendorId"),
    ];

    public static readonly IReadOnlyList<Rule> Reply =
    [
        new()
        {
            Id = "DeviceVerifies",
            Title = "The device verifies the bundle at once.",
            Severity = CheckOutcome.Warning,
            Compares = "SkipVerify with false",
            Device = "without, it finds at its first start what this report says",
            Advice = "Leave SkipVerify out, unless more bundles follow.",
            Source = $"{BundleHandler}, Verify",
            Check = c => Configuration(c).SkipVerify ? Finding.Warn("The bundle tells the device not to verify.") : Finding.Pass("The bundle tells the device to verify."),
        },
        new()
        {
            Id = "ReplySize",
            Title = "The device's warnings fit its reply of 512 bytes.",
            Compares = "the length of the reply with all warnings that this report expects, with 512 bytes",
            Device = $"{DeviceStatus.BundleResponse}, although all was stored",
            Advice = "Give what is missing (time zone, offset, class, vendor, update certificate), use a shorter chain or certificates that live longer; or SkipVerify, and test here.",
            Source = $"{BundleHandler}, reply buffer",
            Check = CheckReply,
        },
    ];

    static DeviceConfiguration Configuration(VerificationCase c) => c.Configuration!;

    static Rule Optional(string id, string title, Func<DeviceConfiguration, object?> get, string item, string advice) => new()
    {
        Id = id,
        Title = title,
        Severity = CheckOutcome.Warning,
        Compares = $"{id} with nothing",
        Device = $"missing: warns \"{DeviceReply.NotSet}{item}\"",
        Advice = advice,
        Source = Verification,
        Check = c => get(Configuration(c)) is { } value ? Finding.Pass($"{value}.") : NotSet(item),
    };

    static Rule Identifier(string id, Func<DeviceConfiguration, byte[]?> get, string item) => new()
    {
        Id = id,
        Title = $"The {(id == "ClassId" ? "firmware's class" : "vendor")} is given, 16 bytes.",
        Compares = $"{id} with nothing, and its length with 16",
        Device = $"of another length: {DeviceStatus.WrongItemDataSize}; missing: warns \"{DeviceReply.NotSet}{item}\"",
        Advice = $"Give {id}, 16 bytes in hexadecimal or a GUID, if the device shall take firmware updates.",
        Source = Verification,
        Check = c => get(Configuration(c)) switch
        {
            null => NotSet(item),
            { Length: 16 } value => Finding.Pass($"{Hex.Encode(value)}."),
            var value => Finding.Fail($"There are {value.Length} bytes.", DeviceStatus.WrongItemDataSize),
        },
    };

    static Finding NotSet(string item) => Finding.DeviceWarns("It is not given.", DeviceReply.NotSet + item);

    static Finding? NotStorable(DeviceCertificate certificate) =>
        certificate.Point is null ? Finding.Fail($"It holds {certificate.KeyAlgorithm}.", DeviceStatus.KcmCrypto)
        : !certificate.Fields.OuterAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256) ? Finding.Fail($"It is signed with {certificate.SignatureAlgorithm}.", DeviceStatus.KcmCrypto)
        : null;

    static Finding CheckServerUri(VerificationCase c)
    {
        if (Configuration(c).ServerUri is not { } uri) return Finding.Fail("There is none.", DeviceStatus.ItemNotExist);
        var shown = $"'{SubjectText.Shorten(uri)}'";
        if (!ServerUri.IsCoap(uri)) return Finding.Fail($"{shown} begins with neither coaps:// nor coap://.", DeviceStatus.UriWrongFormat);
        var account = ServerUri.FindAccountId(uri);
        if (!Configuration(c).FirstToClaim) return account is null ? Finding.Fail($"{shown} has no account ID.", DeviceStatus.UriWrongFormat) : Finding.Pass($"{shown}.");
        if (c.Kind == CredentialKind.Lwm2m) return Finding.Fail("First-to-claim is for devices that bootstrap.", DeviceStatus.FirstToClaim);
        return account is null ? Finding.Pass($"{shown}, first to claim.") : Finding.Fail($"{shown} names an account, and first-to-claim allows none.", DeviceStatus.FirstToClaim);
    }

    static Finding CheckUpdateCertificate(VerificationCase c)
    {
        if (Configuration(c).UpdateCertificate is not { } certificate) return NotSet(DeviceItems.UpdateCertificate);
        if (NotStorable(certificate) is { } refused) return refused;
        var (notAfter, shown) = (certificate.Fields.NotAfter, Lifetime.Text(certificate.Fields.NotAfter));
        if (notAfter < c.Now) return Finding.Fail($"It expired on {shown}; the time is {Lifetime.Text(c.Now)}.", DeviceStatus.Expired);
        return notAfter - c.Now < Lifetime.TenYearsOnDevice ? Finding.DeviceWarns($"It expires on {shown}.", DeviceReply.UnderTenYears + DeviceItems.UpdateCertificate) : Finding.Pass($"Valid until {shown}.");
    }

    static Finding CheckReply(VerificationCase c)
    {
        if (Configuration(c).SkipVerify) return Finding.Pass("The device does not verify, and has nothing to warn of.");
        var warnings = DeviceReply.Warnings(c);
        var length = ReplyLength(c);
        return length <= DeviceReply.MaximumBytes ? Finding.Pass($"{length} bytes; warnings: {warnings.Count}.")
            : Finding.Fail($"With {warnings.Count} warnings the reply has {length} bytes.", DeviceStatus.BundleResponse);
    }

    /// <summary>The length of the reply of a device that is content.</summary>
    public static int ReplyLength(VerificationCase c) =>
        DeviceReply.Length(Configuration(c).SkipVerify ? [] : DeviceReply.Warnings(c), Configuration(c).SessionId ?? (c.Key is null ? c.EndpointName : null));
}
