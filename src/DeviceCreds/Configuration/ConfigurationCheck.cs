using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// The one place that says which configurations are possible: <see cref="FindProblem(DeviceConfiguration)"/> for any use, and
/// <see cref="FindFactoryProblem"/> for what the factory configurator client also requires.
/// Source: the client's bundle handler, its verification, and its store.
/// </summary>
internal static class ConfigurationCheck
{
    /// <summary>2017-01-01T04:00:00Z: the device's clock accepts no earlier time.</summary>
    public static readonly DateTimeOffset EarliestTime = DateTimeOffset.FromUnixTimeSeconds(1483264800);

    /// <summary>The first value that is not possible, in the order of the fields; then the first contradiction.</summary>
    public static ConfigurationProblem? FindProblem(DeviceConfiguration configuration) =>
        FindProblem(configuration, ConfigurationField.All) ?? FindContradiction(configuration);

    /// <summary>The first of these fields whose value is not possible.</summary>
    public static ConfigurationProblem? FindProblem(DeviceConfiguration configuration, IEnumerable<ConfigurationField> fields) =>
        fields.Select(f => f.Get(configuration) is not { } value ? null : FindProblem(f, value) ?? FindBuiltInName(configuration, f, value))
            .FirstOrDefault(p => p is not null);

    // Only a bundle from another tool may use a name of the vendor's for which there is no field.
    static ConfigurationProblem? FindBuiltInName(DeviceConfiguration configuration, ConfigurationField field, object value) =>
        configuration.Delivered is not null ? null
        : (value switch
        {
            IReadOnlyDictionary<string, object> parameters => parameters.Keys,
            IReadOnlyList<CustomCertificate> certificates => certificates.Select(c => c.Name),
            IReadOnlyList<CustomKey> keys => keys.Select(k => k.Name),
            _ => [],
        }).Select(FindNameProblem).FirstOrDefault(p => p is not null) is { } problem ? Invalid(field, problem) : null;

    /// <summary>Why the factory configurator client refuses a possible configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="kind">The kind of credential that goes with it.</param>
    /// <param name="endpointName">The certificate's CN.</param>
    /// <param name="accountId">The certificate's OU; null when it has none.</param>
    public static ConfigurationProblem? FindFactoryProblem(
        DeviceConfiguration configuration, CredentialKind kind, string endpointName, string? accountId)
    {
        if (configuration.EndpointName is { } named && named != endpointName)
            return new(nameof(configuration.EndpointName), "ConfigurationForOtherDevice", ErrorKind.Conflict,
                $"the configuration is for '{SubjectText.Shorten(named)}', and the certificate for '{SubjectText.Shorten(endpointName)}': "
                + $"{TextDifference.Describe(named, endpointName)}.",
                "Give the configuration of this device.");
        // Without its verification the device only requires the server's CA: the rest may come in other bundles.
        var missing = ConfigurationField.All.Where(f => f.IsMandatory && f.Get(configuration) is null
            && (!configuration.SkipVerify || f.Type == ConfigurationType.Certificate)).Select(f => f.Name).ToList();
        if (missing.Count > 0)
            return new(missing[0], "ConfigurationIncomplete", ErrorKind.InvalidArgument,
                $"missing{(missing.Count > 1 ? $", and with it {string.Join(", ", missing.Skip(1))}" : "")}: device "
                + $"'{SubjectText.Shorten(endpointName)}' will not start without it.", "Give New-DeviceConfiguration what is missing.");
        if (configuration.FirstToClaim && kind == CredentialKind.Lwm2m)
            return new(nameof(configuration.FirstToClaim), "FirstToClaimNotAllowed", ErrorKind.Conflict,
                "first-to-claim needs the bootstrap service, and this credential is for LwM2M.",
                "Issue with New-BootstrapDeviceCredential, or leave out -FirstToClaim.");
        if (configuration is not { FirstToClaim: false, ServerUri: { } uri }) return null;
        if (ServerUri.FindAccountId(uri) is not { } account)
            return new(nameof(configuration.ServerUri), "ServerUriWithoutAccountId", ErrorKind.InvalidArgument,
                $"'{SubjectText.Shorten(uri)}' has no account ID.",
                "Put it at the end of the URI: ?aid=<account ID>; or use -FirstToClaim.");
        // Only LwM2M certificates carry the account, which the device compares.
        return kind == CredentialKind.Lwm2m && accountId is not null && accountId != account
            ? new(nameof(configuration.ServerUri), "AccountIdAmbiguous", ErrorKind.Conflict,
                $"the account of the URI is '{SubjectText.Shorten(account)}', and that of the certificate of "
                + $"'{SubjectText.Shorten(endpointName)}' is '{SubjectText.Shorten(accountId)}': "
                + $"{TextDifference.Describe(account, accountId)}.",
                "Give the configuration of this account, or issue the credential for the account of the URI.")
            : null;
    }

    /// <summary>Why the Device Management client still refuses a possible configuration.</summary>
    public static IEnumerable<string> FindWarnings(DeviceConfiguration configuration) =>
        from item in Certificates(configuration)
        let problem = item.Certificate.Facts.ParserProblem
        where problem is not null
        select $"{item.Name}: the Device Management client cannot read this certificate: {problem}. It answers {DeviceStatus.KcmCrypto}.";

    /// <summary>The certificates other than the device's own, with their fields or names.</summary>
    public static IEnumerable<(string Name, DeviceCertificate Certificate)> Certificates(DeviceConfiguration configuration)
    {
        if (configuration.ServerCertificate is { } server) yield return (nameof(configuration.ServerCertificate), server);
        if (configuration.UpdateCertificate is { } update) yield return (nameof(configuration.UpdateCertificate), update);
        foreach (var custom in configuration.CustomCertificates)
        {
            foreach (var certificate in custom.Certificates) yield return (custom.Name, certificate);
        }
    }

    /// <summary>Why a name cannot be given to a custom item; null when it can.</summary>
    public static string? FindNameProblem(string name) => FindStoredNameProblem(name)
        ?? (name.StartsWith(DeviceItems.Prefix, StringComparison.Ordinal)
            ? $"'{SubjectText.Shorten(name)}' begins with {DeviceItems.Prefix}, the prefix of the built-in items."
            : null);

    // Bundles from other tools may have names that this module does not give.
    static string? FindStoredNameProblem(string name)
    {
        if (!DeviceItems.IsName(name))
            return $"'{SubjectText.Shorten(name)}' is not a valid item name: expected 1 to {DeviceItems.MaximumNameLength} of A-Z a-z "
                + "0-9 . - _";
        // The device compares only as many characters as the name has: a prefix of mbed.CurrentTime would set its clock.
        if (DeviceItems.CurrentTime.StartsWith(name, StringComparison.Ordinal))
            return $"'{name}' is a prefix of {DeviceItems.CurrentTime}: the device would mistake it for that name.";
        return null;
    }

    /// <summary><c>+hh:mm</c> or <c>-hh:mm</c>, from -12:00 to +14:00.</summary>
    public static bool IsUtcOffset(string text) => HasOffsetForm(text)
        && int.Parse(text.Substring(1, 2), CultureInfo.InvariantCulture) * 60
            + int.Parse(text.Substring(4, 2), CultureInfo.InvariantCulture) <= (text[0] == '+' ? 14 : 12) * 60
        && text[4] < '6';

    /// <summary>Sign, two digits, colon, two digits: all that the device checks.</summary>
    public static bool HasOffsetForm(string text) => Regex.IsMatch(text, @"\A[+-][0-9]{2}:[0-9]{2}\z");

    /// <summary>Whether it begins with this form, which is all that the device checks.</summary>
    public static bool StartsWithOffset(string text) => text.Length >= 6 && HasOffsetForm(text.Substring(0, 6));

    static ConfigurationProblem? FindProblem(ConfigurationField field, object value) => field.Type switch
    {
        ConfigurationType.Text => FindTextProblem(field, (string)value) is { } problem ? Invalid(field, problem) : null,
        ConfigurationType.Integer when (long)value < field.Minimum || (long)value > field.Maximum =>
            Invalid(field, FormattableString.Invariant($"expected {field.Minimum:N0} to {field.Maximum:N0}, found {value}.")),
        ConfigurationType.Integers when ((IReadOnlyList<int>)value).Any(v => v < field.Minimum || v > field.Maximum) =>
            Invalid(field, FormattableString.Invariant($"expected numbers from {field.Minimum:N0} to {field.Maximum:N0}.")),
        ConfigurationType.Time when (DateTimeOffset)value < EarliestTime =>
            Invalid(field, $"{Lifetime.Text(((DateTimeOffset)value).UtcDateTime)} is before {Lifetime.Text(EarliestTime.UtcDateTime)}, "
                + "the earliest time that the device's clock accepts."),
        ConfigurationType.Bytes when field.Length > 0 && ((byte[])value).Length != field.Length =>
            Invalid(field, $"expected {field.Length} bytes, found {((byte[])value).Length:N0}."),
        ConfigurationType.Certificates =>
            FindItemProblem(((IReadOnlyList<CustomCertificate>)value).Select(c => (c.Name, true))) is { } problem
                ? Invalid(field, problem)
                : null,
        ConfigurationType.Keys =>
            FindItemProblem(((IReadOnlyList<CustomKey>)value).Select(k => (k.Name, k.IsPrivate))) is { } problem
                ? Invalid(field, problem)
                : null,
        ConfigurationType.Parameters =>
            ((IReadOnlyDictionary<string, object>)value).Select(p => FindParameterProblem(p.Key, p.Value))
                .FirstOrDefault(p => p is not null) is { } problem ? Invalid(field, problem) : null,
        _ => null,
    };

    static ConfigurationProblem Invalid(ConfigurationField field, string message) =>
        new(field.Name, "ConfigurationValueInvalid", ErrorKind.InvalidArgument, message, null);

    static string? FindTextProblem(ConfigurationField field, string text)
    {
        if (FindTextProblem(text) is { } problem) return problem;
        if (UnexpandedVariable.FindInName(text) is { } variable)
            return $"the text holds '{SubjectText.Shorten(variable)}', a variable that was not replaced by its value.";
        if (SecretText.IsIn(text)) return "this looks like a key or a password and is not shown.";
        return field.Name switch
        {
            nameof(DeviceConfiguration.EndpointName) => SubjectText.Find(text, "endpoint name", "a common name")?.Problem,
            nameof(DeviceConfiguration.UtcOffset) when !IsUtcOffset(text) =>
                $"'{SubjectText.Shorten(text)}' is not an offset between -12:00 and +14:00 in the form +hh:mm or -hh:mm.",
            nameof(DeviceConfiguration.ServerUri) when text.Length > ServerUri.MaximumLength =>
                FormattableString.Invariant($"expected at most {ServerUri.MaximumLength:N0} characters, found {text.Length:N0}."),
            nameof(DeviceConfiguration.ServerUri) when !ServerUri.IsCoap(text) || !ServerUri.NamesHost(text) =>
                $"'{SubjectText.Shorten(text)}' is not a URI with a host that starts with coaps:// (or coap://).",
            _ => null,
        };
    }

    /// <summary>Why a device refuses a text; null when it accepts it.</summary>
    public static string? FindTextProblem(string text)
    {
        if (text.Length == 0) return "the text is empty.";
        if (text.IndexOf('\0') >= 0) return "the text contains a NUL character; the device would cut the text there.";
        try
        {
            Utf8.Strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return "the text contains an unpaired surrogate (half of a character).";
        }
    }

    // A private and a public key may have one name.
    static string? FindItemProblem(IEnumerable<(string Name, bool IsPrivate)> items)
    {
        var seen = new HashSet<(string, bool)>();
        return items.Select(i => !DeviceItems.IsName(i.Name)
            ? FindStoredNameProblem(i.Name)
            : seen.Add(i)
            ? null
            : $"{i.Name} occurs more than once.")
            .FirstOrDefault(p => p is not null);
    }

    static string? FindParameterProblem(string name, object? value) => FindStoredNameProblem(name) ?? value switch
    {
        long or byte[] => null,
        string { Length: > 0 } text when FindTextProblem(text) is { } problem => $"{name}: {problem}",
        string => null,
        _ => $"{name}: expected a text, a 64-bit integer or bytes.",
    };

    static ConfigurationProblem? FindContradiction(DeviceConfiguration configuration)
    {
        if (configuration is { Disable: true, KeepSession: true })
            return new(nameof(configuration.Disable), "DisableNotAllowed", ErrorKind.Conflict,
                "a session that continues cannot close the factory flow; the device refuses such a bundle.",
                "Leave out -KeepSession or -Disable.");
        if (configuration.ServerUri is not { } uri) return null;
        var account = ServerUri.FindAccountId(uri);
        if (configuration.FirstToClaim)
        {
            return account is null ? null
                : new(nameof(configuration.ServerUri), "ServerUriAccountIdNotAllowed", ErrorKind.Conflict,
                    $"'{SubjectText.Shorten(uri)}' names an account, but a device with first-to-claim belongs to no account yet.",
                    "Leave out ?aid= or -FirstToClaim.");
        }

        if (account is { Length: 0 })
            return new(nameof(configuration.ServerUri), "ServerUriWithoutAccountId", ErrorKind.InvalidArgument,
                $"'{SubjectText.Shorten(uri)}' has no account ID after aid=.", "Put it at the end of the URI: ?aid=<account ID>.");
        if (account?.IndexOf('&') >= 0)
            return new(nameof(configuration.ServerUri), "ServerUriAccountIdNotLast", ErrorKind.InvalidArgument,
                $"in '{SubjectText.Shorten(uri)}' text follows the account ID; the device would read it as part of the ID.",
                "Put aid= last.");
        return account is not null && configuration.AccountId is { } given && given != account
            ? new(nameof(configuration.AccountId), "AccountIdAmbiguous", ErrorKind.Conflict,
                $"'{SubjectText.Shorten(given)}' is not the account of the server's URI, '{SubjectText.Shorten(account)}': "
                + $"{TextDifference.Describe(given, account)}.",
                "Give one of them.")
            : null;
    }
}
