namespace DeviceCreds;

/// <summary>The device's configuration, as its factory configurator client checks it.</summary>
internal static class ConfigurationRules
{
    /// <summary>The longest text that becomes a resource of the LwM2M client.</summary>
    const int ResourceLength = 64;

    const string Verification = "Device-side code, fcc_verify_device_configured_4mbed_cloud";
    const string BundleHandler = "Device-side code, bundle handler";

    static readonly IReadOnlyList<ConfigurationField> Stored =
        [.. ConfigurationField.All.Where(f =>
            f.IsCustom
            || f.Name is nameof(DeviceConfiguration.Entropy) or nameof(DeviceConfiguration.RootOfTrust)
                or nameof(DeviceConfiguration.MemoryTotalKB))];

    public static readonly IReadOnlyList<Rule> Storing =
    [
        new()
        {
            Id = "StorableValues",
            Title = "Entropy, root of trust, memory size and custom items can be stored.",
            Compares = "48 and 16 bytes, 32 bits, and the custom items' names and values with what the device stores",
            Advice = "Correct the named value.",
            Source = BundleHandler,
            Check = c => ConfigurationCheck.FindProblem(Configuration(c), Stored) is { } problem
                ? Finding.Fail($"{problem.Field}: {problem.Message}")
                : c.Pass("All can be stored."),
        },
        new()
        {
            Id = "CustomKeys",
            Title = "Custom keys can be read, and those that certificates name belong to them.",
            Compares = "each custom key with a key on P-256 of its type, and the key that a certificate names with the certificate",
            Advice = "Give each key the type that it has (ECCPrivate, ECCPublic), and each certificate the name of its own key.",
            Source = BundleHandler,
            Check = CheckCustomKeys,
        },
    ];

    public static readonly IReadOnlyList<Rule> Clock =
    [
        new()
        {
            Id = "CurrentTime",
            Title = "The device's clock is set to a time that it accepts.",
            Compares = "CurrentTime with 2017-01-01T04:00:00Z",
            Advice = "Leave CurrentTime out for the moment of the export, or give the present time.",
            Source = $"{BundleHandler}, mbed.CurrentTime",
            Check = c => c.Clock is not { } time
                ? c.HasClock
                ? c.Pass("The moment of the export.")
                : NotSet(DeviceItems.CurrentTime)
                : time < ConfigurationCheck.EarliestTime
                    ? Finding.Fail($"{Lifetime.Text(time.UtcDateTime)} is before "
                    + $"{Lifetime.Text(ConfigurationCheck.EarliestTime.UtcDateTime)}.", DeviceStatus.Error)
                : c.Pass($"{Lifetime.Text(time.UtcDateTime)}."),
        },
        Optional("Timezone", "The time zone is given.", c => c.Timezone, "mbed.Timezone",
            "Give Timezone, a name of the tz database such as Europe/Helsinki."),
        new()
        {
            Id = "UtcOffset",
            Title = "The offset from UTC is given, as +hh:mm or -hh:mm.",
            Compares = "UtcOffset with that form, and with -12:00 to +14:00",
            Advice = "Give UtcOffset, such as +02:00.",
            Source = Verification,
            Check = CheckUtcOffset,
        },
    ];

    public static readonly IReadOnlyList<Rule> Details =
    [
        new()
        {
            Id = "UseBootstrap",
            Title = "The device is told its mode, and starts with the bootstrap service.",
            Compares = "the credential's kind with Bootstrap",
            Advice = "Nothing, if the device is to use its LwM2M server directly.",
            Source = Verification,
            Check = c => c.Delivered is { NamesMode: false }
                ? Finding.Fail($"{DeviceItems.UseBootstrap} is missing.", DeviceStatus.ItemNotExist)
                : c.Kind == CredentialKind.Bootstrap
                    ? c.Pass("Bootstrap.")
                    : Finding.DeviceWarns("It uses its LwM2M server directly.", DeviceReply.NotBootstrap + DeviceItems.UseBootstrap),
        },
        new()
        {
            Id = "EndpointNameItem",
            Title = "The device is told its endpoint name.",
            Compares = "the configuration's endpoint name, or else the credential's, with the empty text",
            Advice = "Give EndpointName.",
            Source = Verification,
            Check = c => c.EndpointName is not { } name ? Finding.Fail($"{DeviceItems.EndpointName} is missing.", DeviceStatus.ItemNotExist)
                : name.Length == 0 ? Finding.Fail("The endpoint name is empty.", DeviceStatus.EmptyItem)
                : c.Pass($"'{SubjectText.Shorten(name)}'."),
        },
        new()
        {
            Id = "DeviceDetails",
            Title = "Manufacturer, model number, device type, hardware version, memory and serial number are given.",
            Compares = "each of the six with no value",
            Advice = "Give New-DeviceConfiguration the missing values; any text is valid.",
            Source = Verification,
            Check = c => ConfigurationField.All.Where(f => f is { IsMandatory: true, Item: not null } && f.Get(Configuration(c)) is null)
                .Select(f => f.Name).ToList() is { Count: > 0 } missing
                ? Finding.Fail($"Missing: {string.Join(", ", missing)}.", DeviceStatus.ItemNotExist)
                : c.Pass("All are given."),
        },
        new()
        {
            Id = "DetailLength",
            Title = "No detail has more than 64 characters.",
            Severity = CheckOutcome.Warning,
            Compares = "the length of the details' texts with 64",
            Advice = "Use a shorter text.",
            Source = "Device-side code: longer ones do not become resources of the LwM2M client",
            Check = c => ConfigurationField.All.Where(f => f is { IsMandatory: true, Item: not null }
                && f.Get(Configuration(c)) is string { Length: > ResourceLength }).Select(f => f.Name).ToList() is { Count: > 0 } longOnes
                ? Finding.Warn($"{string.Join(", ", longOnes)} will not be seen by the server.")
                : c.Pass("All fit."),
        },
    ];

    public static readonly IReadOnlyList<Rule> Server =
    [
        new()
        {
            Id = "ServerCertificate",
            Title = "The server's CA certificate is given.",
            Compares = "ServerCertificate with no value",
            Advice = "Give ServerCertificate: the CA certificate of your bootstrap or LwM2M server, from the service's portal.",
            Source = $"{Verification}; bundle handler",
            Check = c => Configuration(c).ServerCertificate is not { } certificate
                ? Finding.Fail("It is missing.", DeviceStatus.ItemNotExist)
                : c.Pass($"{SubjectText.Shorten(certificate.Subject)}."),
        },
        new()
        {
            Id = "ServerUri",
            Title = "The server's URI is a CoAP URI and names the account; with first-to-claim it names none, and the device bootstraps.",
            Compares = "ServerUri with coap:// and coaps://, ?aid= and &aid=; FirstToClaim with both and with the kind",
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
            Advice = "Use coaps://.",
            Source = "Device-side code, LwM2M client",
            Check = c => Configuration(c).ServerUri is not { } uri || !ServerUri.IsCoap(uri)
                ? c.Skip("There is no CoAP URI.")
                : ServerUri.IsSecure(uri)
                ? c.Pass("coaps.")
                : Finding.Warn("The device will talk to its server without security."),
        },
        new()
        {
            Id = "RedundantItems",
            Title = "The bundle holds nothing of the other mode.",
            Severity = CheckOutcome.Warning,
            Compares = "the items of a bundle that was read with those of its mode",
            Advice = "Write the bundle again from one credential.",
            Source = Verification,
            Check = c => Configuration(c).RedundantItems is { Count: > 0 } items
                ? Finding.DeviceWarns("There are items of both modes.", string.Join("\", \"", items.Select(i => DeviceReply.Redundant + i)))
                : c.Pass("Names."),
        },
    ];

    public static readonly Rule PrivateKey = new()
    {
        Id = "PrivateKey",
        Title = "The device has its private key.",
        Compares = "the credential's private key with no value",
        Advice = "Export the credential with its key, unless the device made it.",
        Source = Verification,
        Check = c => c.Key is not null ? c.Pass("It is in the bundle.")
            : c.Delivered is { PrivateKeyName: null }
                ? Finding.Fail($"{DeviceItems.PrivateKey(c.Kind)} is missing.", DeviceStatus.ItemNotExist)
            : c.Skip("It is not here: the device must have made it."),
    };

    public static readonly IReadOnlyList<Rule> Update =
    [
        new()
        {
            Id = "UpdateCertificate",
            Title = "The certificate for firmware updates is given, valid, and has more than 10 years left.",
            Compares = "UpdateCertificate with no value, its dates with the device's clock",
            Advice = "Give UpdateCertificate, if the device is to accept firmware updates, from the tool that signs them.",
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
            Advice = "Leave SkipVerify out, unless more bundles follow.",
            Source = $"{BundleHandler}, Verify",
            Check = c => Configuration(c).SkipVerify
                ? Finding.Warn("The bundle tells the device not to verify.")
                : c.Pass("The bundle tells the device to verify."),
        },
        new()
        {
            Id = "ReplySize",
            Title = "The device's warnings fit its reply of 512 bytes.",
            Compares = "the length of the reply with all warnings that this report expects, with 512 bytes",
            Advice = "Give what is missing (time zone, offset, class, vendor, update certificate), use a shorter chain or certificates "
                + "that are valid longer; or SkipVerify, and test here.",
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
        Compares = $"{id} with no value",
        Advice = advice,
        Source = Verification,
        Check = c => get(Configuration(c)) is { } value and not "" ? c.Pass($"{value}.") : NotSet(item),
    };

    static Rule Identifier(string id, Func<DeviceConfiguration, byte[]?> get, string item) => new()
    {
        Id = id,
        Title = $"The {(id == "ClassId" ? "firmware's class" : "vendor")} is given, 16 bytes.",
        Compares = $"{id} with no value, and its length with 16",
        Advice = $"Give {id}, 16 bytes in hexadecimal or a GUID, if the device is to accept firmware updates.",
        Source = Verification,
        Check = c => get(Configuration(c)) switch
        {
            null => NotSet(item),
            { Length: 16 } value => c.Pass($"{Hex.Encode(value)}."),
            var value => Finding.Fail($"Expected 16 bytes, found {value.Length}.", DeviceStatus.WrongItemDataSize),
        },
    };

    static Finding NotSet(string item) => Finding.DeviceWarns("It is not given.", DeviceReply.NotSet + item);

    static Finding CheckCustomKeys(VerificationCase c)
    {
        var configuration = Configuration(c);
        if (configuration.CustomKeys.FirstOrDefault(k => k.Key is null) is { } unreadable)
            return Finding.Fail($"{unreadable.Name} cannot be read as a public key on P-256.", DeviceStatus.KcmCrypto);
        var named = configuration.CustomCertificates.Select(x => (x.Name, x.Certificates[0].Point, x.PrivateKeyName))
            .Prepend((DeviceItems.Certificate(c.Kind), c.Bundle[0].Point, c.Delivered?.PrivateKeyName));
        foreach (var (name, point, keyName) in named.Where(x => x.PrivateKeyName is not null))
        {
            var key = keyName == DeviceItems.PrivateKey(c.Kind) ? c.Key
                : configuration.CustomKeys.FirstOrDefault(k => k.IsPrivate && k.Name == keyName)?.Key;
            if (key is not null && !key.Matches(point))
                return Finding.Fail($"The key {keyName} does not belong to the certificate {name}.", DeviceStatus.KeyCorrelation);
        }

        return c.Pass(configuration.CustomKeys.Count == 0
            ? "There are none."
            : $"{SubjectText.Count(configuration.CustomKeys.Count, "key")} can be read.");
    }

    static Finding CheckUtcOffset(VerificationCase c)
    {
        if (Configuration(c).UtcOffset is not { Length: > 0 } offset) return NotSet("mbed.UTCOffset");
        if (ConfigurationCheck.IsUtcOffset(offset)) return c.Pass($"{offset}.");
        if (ConfigurationCheck.HasOffsetForm(offset))
            return Finding.Warn($"{offset} is not between -12:00 and +14:00; the device does not check that.");
        var shown = $"'{SubjectText.Shorten(offset)}'";
        return ConfigurationCheck.StartsWithOffset(offset)
            ? Finding.Fail($"Expected +hh:mm or -hh:mm, found {shown}. The device ignores what follows, but other readers may not.")
            : Finding.Fail($"Expected +hh:mm or -hh:mm, found {shown}.", DeviceStatus.UtcOffsetWrongFormat);
    }

    /// <summary>The signatures inside each stored chain, in order: the device verifies nothing else of it.</summary>
    public static Finding CheckLinks(VerificationCase c)
    {
        var chains = Configuration(c).CustomCertificates.Where(x => x.IsChain).Select(x => (x.Name, x.Certificates))
            .Prepend((DeviceItems.Certificate(c.Kind), c.Bundle)).ToList();
        foreach (var (name, chain) in chains)
        {
            for (var i = 0; i + 1 < chain.Count; i++)
            {
                if (IsLink(chain[i], chain[i + 1])) continue;
                var (below, above) = (SubjectText.Shorten(chain[i].Subject), SubjectText.Shorten(chain[i + 1].Subject));
                return Finding.Fail($"{name}: certificate {i + 1} of the chain, '{below}', is not signed by the next one, '{above}'.",
                    DeviceRules.StatusOfWrongSignature(chain[i]));
            }
        }

        var links = chains.Sum(x => x.Item2.Count - 1);
        return links == 0 ? c.Skip("There is no chain: the certificate goes "
            + "alone.") : c.Pass($"{SubjectText.Count(links, "signature")} verified.");
    }

    // The device treats every signature as one with SHA-256, whatever algorithm is named.
    static bool IsLink(DeviceCertificate below, DeviceCertificate above) =>
        below.IsSignedBy(above) || (above.Point is { } point && P256.Verify(point, below.Fields.Tbs, below.Fields.Signature));

    static Finding CheckServerUri(VerificationCase c)
    {
        if (Configuration(c).ServerUri is not { } uri) return Finding.Fail("It is missing.", DeviceStatus.ItemNotExist);
        if (uri.Length == 0) return Finding.Fail("It is empty.", DeviceStatus.EmptyItem);
        var shown = $"'{SubjectText.Shorten(uri)}'";
        if (!ServerUri.IsCoap(uri)) return Finding.Fail($"{shown} begins with neither coaps:// nor coap://.", DeviceStatus.UriWrongFormat);
        var account = ServerUri.FindAccountId(uri);
        if (!Configuration(c).FirstToClaim)
            return account is null ? Finding.Fail($"{shown} has no account ID.", DeviceStatus.UriWrongFormat) : c.Pass($"{shown}.");
        if (c.Kind == CredentialKind.Lwm2m) return Finding.Fail("First-to-claim is for devices that bootstrap.", DeviceStatus.FirstToClaim);
        return account is null ? c.Pass($"{shown}, first to claim.") : Finding.Fail($"{shown} names an account, and "
            + "first-to-claim allows none.", DeviceStatus.FirstToClaim);
    }

    static Finding CheckUpdateCertificate(VerificationCase c)
    {
        if (c.UpdateCertificates is not { Count: > 0 } certificates) return NotSet(DeviceItems.UpdateCertificate);
        if (certificates.Any(DeviceRules.IsTooEarly)) return Finding.Fail("It has a date before 1970.", DeviceStatus.InvalidCertAttribute);
        if (!c.HasClock) return Finding.DeviceWarns("The device has no clock.", DeviceReply.NotYetValid + DeviceItems.UpdateCertificate);
        if (certificates.FirstOrDefault(x => x.Fields.NotAfter < c.Now) is { } expired)
            return Finding.Fail($"It expired on {Lifetime.Text(expired.Fields.NotAfter)}; the time is {Lifetime.Text(c.Now)}.",
                DeviceStatus.Expired);
        if (certificates.FirstOrDefault(x => x.Fields.NotBefore - c.Now > Lifetime.ClockTolerance) is { } early)
            return Finding.DeviceWarns($"It is not valid before {Lifetime.Text(early.Fields.NotBefore)}.", DeviceReply.NotYetValid
                + DeviceItems.UpdateCertificate);
        return certificates.FirstOrDefault(x => x.Fields.NotAfter - c.Now < Lifetime.TenYearsOnDevice) is { } shortLived
            ? Finding.DeviceWarns($"It expires on {Lifetime.Text(shortLived.Fields.NotAfter)}.", DeviceReply.UnderTenYears
                + DeviceItems.UpdateCertificate)
            : c.Pass($"Valid until {Lifetime.Text(certificates[0].Fields.NotAfter)}.");
    }

    static Finding CheckReply(VerificationCase c)
    {
        if (Configuration(c).SkipVerify) return c.Pass("The device does not verify and has no warnings.");
        var warnings = DeviceReply.Warnings(c);
        var length = ReplyLength(c);
        return length <= DeviceReply.MaximumBytes ? c.Pass($"{length} bytes; warnings: {warnings.Count}.")
            : Finding.Fail($"With {warnings.Count} warnings the reply has {length} bytes.", DeviceStatus.BundleResponse);
    }

    /// <summary>The length of a device's reply of success.</summary>
    public static int ReplyLength(VerificationCase c, string? sessionId = null) =>
        DeviceReply.Length(Configuration(c).SkipVerify ? [] : DeviceReply.Warnings(c),
            sessionId ?? Configuration(c).SessionId ?? (c.Key is null ? c.EndpointName : null));
}
