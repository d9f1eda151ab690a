using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// The C file that a developer compiles into the client, as the portal gives it for download. It is for bootstrap only, and
/// no chain. Source: the client's developer flow (fcc_dev_flow.c).
/// </summary>
internal sealed class DeveloperSourceFormat : IDeviceFormat, IReadableFormat
{
    const string Advice = "Download the file again, or write it again with Export-DeviceCredential.";

    const string Prefix = "MBED_CLOUD_DEV_";
    const string EndpointName = Prefix + "BOOTSTRAP_ENDPOINT_NAME";
    const string ServerUriName = Prefix + "BOOTSTRAP_SERVER_URI";
    const string AccountId = Prefix + "ACCOUNT_ID";
    const string Certificate = Prefix + "BOOTSTRAP_DEVICE_CERTIFICATE";
    const string ServerCertificate = Prefix + "BOOTSTRAP_SERVER_ROOT_CA_CERTIFICATE";
    const string PrivateKey = Prefix + "BOOTSTRAP_DEVICE_PRIVATE_KEY";
    const string MemoryTotal = Prefix + "MEMORY_TOTAL_KB";
    const string Size = "_SIZE";

    static readonly string[] Arrays = [Certificate, ServerCertificate, PrivateKey];

    /// <summary>The texts that are fields of the configuration.</summary>
    static readonly IReadOnlyList<(string Constant, ConfigurationField Field)> Texts =
    [
        .. new[]
        {
            (ServerUriName, nameof(DeviceConfiguration.ServerUri)), (AccountId, nameof(DeviceConfiguration.AccountId)),
            (Prefix + "MANUFACTURER", nameof(DeviceConfiguration.Manufacturer)),
                (Prefix + "MODEL_NUMBER", nameof(DeviceConfiguration.ModelNumber)),
            (Prefix + "SERIAL_NUMBER", nameof(DeviceConfiguration.SerialNumber)),
                (Prefix + "DEVICE_TYPE", nameof(DeviceConfiguration.DeviceType)),
            (Prefix + "HARDWARE_VERSION", nameof(DeviceConfiguration.HardwareVersion)),
        }.Select(t => (t.Item1, ConfigurationField.Find(t.Item2)!)),
    ];

    // What a bundle can hold, and this file cannot.
    static readonly ConfigurationField[] NotHeld =
    [
        .. new[]
        {
            nameof(DeviceConfiguration.CurrentTime), nameof(DeviceConfiguration.Timezone), nameof(DeviceConfiguration.UtcOffset),
            nameof(DeviceConfiguration.ClassId), nameof(DeviceConfiguration.VendorId), nameof(DeviceConfiguration.UpdateCertificate),
            ConfigurationField.CustomParameter, ConfigurationField.CustomCertificate, ConfigurationField.CustomKey,
            nameof(DeviceConfiguration.Entropy), nameof(DeviceConfiguration.RootOfTrust), nameof(DeviceConfiguration.SkipVerify),
            nameof(DeviceConfiguration.Disable), nameof(DeviceConfiguration.SessionId), nameof(DeviceConfiguration.KeepSession),
        }.Select(name => ConfigurationField.Find(name)!),
    ];

    static readonly HashSet<string> Names = [EndpointName, MemoryTotal, .. Texts.Select(t => t.Constant), .. Arrays,
        .. Arrays.Select(a => a + Size)];

    public FormatInfo Info { get; } = new()
    {
        Name = "DeveloperSource",
        Description = "Developer credentials: a C file with key, certificates and configuration, for bootstrap",
        Audience = "Developers who compile the Device Management client in developer mode",
        Files = "`mbed_cloud_dev_credentials.c`",
        Example =
            "$credentials | Export-DeviceCredential -Path out -Format DeveloperSource "
                + "-Configuration (New-DeviceConfiguration -Path base.json)",
        Source = "Device Management client 4.13, developer flow; ISO/IEC 9899:1999",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var key = options.RequireKey(credential, Info.Name);
        var configuration = Check(credential, options);
        var text = new CText().Add("""
            /* Developer credentials, with a private key: for one device, and for nobody else's eyes. */
            #ifndef MBED_CLOUD_DEV_CREDENTIALS_C
            #define MBED_CLOUD_DEV_CREDENTIALS_C

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif


            """.Replace("\r\n", "\n"));
        Define("char", EndpointName, "[]", Quote(credential.EndpointName));
        foreach (var (constant, field) in Texts) Define("char", constant, "[]", Quote((string)field.Get(configuration)!));
        Define("uint32_t", MemoryTotal, "", configuration.MemoryTotalKB!.Value.ToString(CultureInfo.InvariantCulture) + "U");
        foreach (var (name, der) in new[] { (Certificate, credential.CertificateDer),
            (ServerCertificate, configuration.ServerCertificate!.CertificateDer), (PrivateKey, key.ToDer(options.KeyEncoding)) })
        {
            Declare("uint8_t", name, "[]").Add(der).Add(";\n\n");
            Define("uint32_t", name + Size, "", $"sizeof({name})");
            if (name == PrivateKey) Array.Clear(der, 0, der.Length);
        }

        text.Add("#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
        yield return new OutputFile("mbed_cloud_dev_credentials.c", text.Take(), IsSecret: true);

        void Define(string type, string name, string brackets, string value) => Declare(type, name, brackets).Add($"{value};\n\n");

        // Declared first, since in C++ a constant is otherwise visible in its own file only.
        CText Declare(string type, string name, string brackets) =>
            text.Add($"extern const {type} {name}{brackets};\nconst {type} {name}{brackets} = ");
    }

    DeviceConfiguration Check(DeviceCredential credential, ExportOptions options)
    {
        var device = SubjectText.Shorten(credential.EndpointName);
        if (credential.Kind != CredentialKind.Bootstrap)
            throw new InputException("KindNotPossible", ErrorKind.Conflict,
                $"The format {Info.Name} is for bootstrap only, and the credential of '{device}' is for LwM2M.",
                "Issue with New-BootstrapDeviceCredential.");
        if (credential.HasChain && options.ChainDepth != 1)
            throw new InputException("ChainNotPossible", ErrorKind.InvalidArgument,
                $"The format {Info.Name} cannot hold a chain, and '{device}' has one of {credential.Chain.Length}: "
                    + "the server would not know the issuer.",
                "Issue from a root, or export with -ChainDepth 1 when the server has the intermediate CA.");
        if (credential.CertificateDer.Length > FccLimits.CertificateBuffer)
            throw new InputException("CertificateTooLarge", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"The certificate of '{device}' has {credential.CertificateDer.Length:N0} bytes, ")
                + FormattableString.Invariant($"and the client accepts at most {FccLimits.CertificateBuffer:N0} at its second start."),
                "Shorten the names of the device and of its CA.");
        // Every constant must be defined, or the client does not link.
        var given = options.RequireConfiguration(credential, Info.Name);
        options.WarnOfLeftOut(given, NotHeld, Info.Name, "the client has no constants for them. Use FccBundle.");
        var configuration = given with { SkipVerify = false };
        if ((ConfigurationCheck.FindProblem(configuration)
            ?? ConfigurationCheck.FindFactoryProblem(configuration, credential.Kind,
            credential.EndpointName, credential.AccountId)) is { } problem) throw problem.ToException(null, null);
        if (configuration.FirstToClaim)
            throw new InputException("FirstToClaimNotAllowed", ErrorKind.Conflict,
                $"{nameof(configuration.FirstToClaim)}: a device with developer credentials belongs to the account that they name.",
                "Use FccBundle, or leave out -FirstToClaim.");
        var uri = configuration.ServerUri!;
        if (!ServerUri.IsSecure(uri)) options.Warn?.Invoke($"The server URI '{SubjectText.Shorten(uri)}' does not begin with coaps://: "
            + "the client would talk to the server without security.");
        return configuration with { AccountId = ServerUri.FindAccountId(uri) };
    }

    static string Quote(string text) => $"\"{CSource.Escape(text)}\"";

    // The bytes are searched, since any file passes here; only UTF-16 must become text before. Text in a binary file is not meant, nor is
    // a name in JSON or PEM: sources of C begin with neither.
    public bool Recognises(InputFile file) => file.Bytes switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => file.Text.Contains(Prefix),
        [(byte)'{' or (byte)'[' or (byte)'-', ..] => false,
        _ when file.LooksLikeDer => false,
        [(>= 0x20 and < 0x80) or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF, ..] =>
            file.Bytes.AsSpan().IndexOf("MBED_CLOUD_DEV_"u8) >= 0,
        _ => false,
    };

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var constants = CSource.Read(file, Names, Advice);
        foreach (var name in Arrays) CheckSize(file, constants, name);
        var certificate = ReadCertificate(file, Required(file, constants, Certificate));
        parts.Certificates.Add(certificate);
        parts.Kinds[certificate] = CredentialKind.Bootstrap;
        if (certificate.IsSelfIssued) parts.ForDevelopment.Add(certificate);
        using var keyFile = new InputFile(Content(file, Required(file, constants, PrivateKey), CValueKind.Array));
        if (!keyFile.LooksLikeDer) throw Invalid(file, constants[PrivateKey], "SourceValueInvalid", "expected a private key in DER.");
        var key = Locate(file, constants[PrivateKey], () => DeviceKey.Read(keyFile));
        if (!key.Matches(certificate.Point))
            throw Invalid(file, constants[PrivateKey], "SourceValueInvalid",
                "the private key does not belong to the device's certificate.");
        parts.Keys.Add((key, file.Path));
        var configuration = new DeviceConfiguration
        {
            EndpointName = Text(file, constants, EndpointName),
            ServerCertificate = constants.TryGetValue(ServerCertificate, out var server) ? ReadCertificate(file, server) : null,
            MemoryTotalKB = Memory(file, constants),
        };
        foreach (var (constant, field) in Texts) configuration = field.Set(configuration, Text(file, constants, constant));
        parts.Configure(CredentialKind.Bootstrap, c => ConfigurationField.Overlay(c, configuration));
    }

    static CConstant Required(InputFile file, IReadOnlyDictionary<string, CConstant> constants, string name) =>
        constants.TryGetValue(name, out var constant) ? constant
        : throw file.Invalid("SourceFieldMissing", $"{name}: the constant is missing.", "Download the file again.");

    static void CheckSize(InputFile file, IReadOnlyDictionary<string, CConstant> constants, string name)
    {
        if (!constants.TryGetValue(name + Size, out var size) || !constants.TryGetValue(name, out var array)) return;
        var fits = size.Kind switch { CValueKind.SizeOf => size.Of == name, CValueKind.Number => size.Number == (ulong)array.Bytes.Length,
            _ => false };
        if (!fits) throw Invalid(file, size, "SourceValueInvalid", $"this is not the size of {name}, which is {array.Bytes.Length:N0}.");
    }

    static DeviceCertificate ReadCertificate(InputFile file, CConstant constant)
    {
        var content = new InputFile(Content(file, constant, CValueKind.Array));
        if (!content.LooksLikeDer) throw Invalid(file, constant, "SourceValueInvalid", "expected a certificate in DER.");
        var found = Locate(file, constant, () => CertificateReader.ReadDer(content));
        return found.Count == 1 ? found[0] : throw Invalid(file, constant, "SourceValueInvalid",
            $"expected one certificate, found {found.Count}.");
    }

    static string? Text(InputFile file, IReadOnlyDictionary<string, CConstant> constants, string name)
    {
        if (!constants.TryGetValue(name, out var constant)) return null;
        try
        {
            var text = Utf8.Strict
                .GetString(Content(file, constant, CValueKind.Text));
            // The portal leaves unknown values empty.
            return text.Length == 0 ? null : ConfigurationCheck.FindTextProblem(text) is { } problem ? throw Invalid(file, constant,
                "SourceValueInvalid", problem) : text;
        }
        catch (DecoderFallbackException)
        {
            throw Invalid(file, constant, "SourceValueInvalid", "the text is not UTF-8.");
        }
    }

    static long? Memory(InputFile file, IReadOnlyDictionary<string, CConstant> constants)
    {
        if (!constants.TryGetValue(MemoryTotal, out var constant)) return null;
        Content(file, constant, CValueKind.Number);
        return constant.Number <= uint.MaxValue
            ? (long)constant.Number
            : throw Invalid(file, constant, "SourceValueInvalid", "the number does not fit 32 bits.");
    }

    static byte[] Content(InputFile file, CConstant constant, CValueKind kind) => constant.Kind == kind ? constant.Bytes
        : throw Invalid(file, constant, "SourceWrongType",
            $"expected {kind switch { CValueKind.Text => "a text", CValueKind.Array => "an array of bytes", _ => "a number" }}.");

    static T Locate<T>(InputFile file, CConstant constant, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            throw e.Inside(constant.Name, file.Path, constant.Line);
        }
    }

    static InputException Invalid(InputFile file, CConstant constant, string id, string message) =>
        file.Invalid(id, $"{constant.Name}: {message}", Advice, constant.Line);
}
