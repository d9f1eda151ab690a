using System.Text;

namespace DeviceCreds;

/// <summary>
/// The items of the key and configuration manager (KCM), each in a file of its item's name, as the store encodes them:
/// keys and certificates in DER, texts without NUL, integers little-endian. They are the FCC bundle's, unpacked.
/// Source: the factory configurator client's storage.
/// </summary>
internal sealed class KcmFormat : IDeviceFormat, IReadableFormat
{
    // The client reads these into 32 bits, all others into 64.
    static readonly string[] Short = [DeviceItems.UseBootstrap, "mbed.MemoryTotalKB", DeviceItems.FirstToClaim, DeviceItems.CurrentTime];

    // What a bundle tells the device beside its items.
    static readonly ConfigurationField[] NotStored =
    [
        .. new[]
        {
            nameof(DeviceConfiguration.Entropy), nameof(DeviceConfiguration.RootOfTrust), nameof(DeviceConfiguration.SkipVerify),
            nameof(DeviceConfiguration.Disable), nameof(DeviceConfiguration.SessionId), nameof(DeviceConfiguration.KeepSession),
        }.Select(name => ConfigurationField.Find(name)!),
    ];

    public FormatInfo Info { get; } = new()
    {
        Name = "Kcm",
        Description = "KCM items: key, certificates and each parameter in a file of its own, named by the item",
        Audience = "Pelion and Izuma devices whose storage is filled item by item, and people who inspect it",
        Files = "`mbed.BootstrapDevicePrivateKey`, `mbed.BootstrapDeviceCert` "
            + "(with a chain `mbed.BootstrapDeviceCert.1` and so on for those above it), "
            + "`mbed.BootstrapServerCACert`, `mbed.BootstrapServerURI`, or the same four with `mbed.LwM2M`; "
            + "`mbed.UseBootstrap`, `mbed.EndpointName` and the other parameters",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Kcm -Configuration (New-DeviceConfiguration -Path base.json)",
        Source = "Key and configuration manager of the Device Management client 4.13",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.FileName;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var configuration = options.RequireConfiguration(credential, Info.Name);
        var now = options.Time.GetUtcNow();
        var items = FccBundleFormat.Compose(credential, configuration, options, now);
        options.WarnOfLeftOut(configuration, NotStored, Info.Name, "the store has no items for them. Use FccBundle.");
        CheckNames(configuration);
        foreach (var parameter in items.Parameters) CheckValue(parameter);
        foreach (var key in items.Keys) yield return new OutputFile(key.Name, key.Data, IsSecret: key.IsPrivate);
        foreach (var certificate in items.Certificates)
        {
            for (var i = 0; i < certificate.Data.Count; i++)
                yield return new OutputFile(NameInChain(certificate.Name, i), certificate.Data[i], IsSecret: false);
        }

        foreach (var parameter in items.Parameters)
        {
            // The store may be filled long after the export: only a time that was given is an item.
            if (parameter.Name == DeviceItems.CurrentTime && !configuration.KeepsClock && configuration.ClockAt(now) is null) continue;
            if (parameter is { Name: DeviceItems.CurrentTime, Value: > (long)uint.MaxValue })
                options.Warn?.Invoke("CurrentTime does not fit the 32 bits into which the client reads it, and the format Kcm leaves it "
                    + "out.");
            else yield return new OutputFile(parameter.Name, Encode(parameter), IsSecret: false);
        }
    }

    // An empty file is a sign of an interrupted run, and is not read.
    static void CheckValue(FccParameter parameter)
    {
        if (Encode(parameter).Length == 0)
            throw new InputException("ItemValueEmpty", ErrorKind.InvalidArgument,
                $"The item '{SubjectText.Shorten(parameter.Name)}' is empty, and an empty file cannot be read back.",
                "Leave out the item, give it a value, or use FccBundle, which has no files for items.");
    }

    // A custom item's name becomes a file name: it must be valid on every system and recognisable when read back.
    static void CheckNames(DeviceConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        // The further certificates of a chain have these names.
        foreach (var certificate in configuration.CustomCertificates)
        {
            for (var i = 1; i < FccLimits.ChainLength; i++) names.Add(NameInChain(certificate.Name, i));
        }

        var keys = configuration.CustomKeys.Select(k => k.Name);
        foreach (var name in configuration.CustomParameters.Keys.Concat(configuration.CustomCertificates.Select(c => c.Name)).Concat(keys))
        {
            if ((FindNameProblem(name) ?? (names.Add(name) ? null : FindTwice(name))) is { } problem)
                throw new InputException("ItemNameNotPossible", ErrorKind.InvalidArgument,
                    $"The custom item '{SubjectText.Shorten(name)}' cannot be stored in a file of its name: {problem}.",
                    "Rename the item (example.devicekey instead of example.key), or use FccBundle, which has no files for items.");
        }

        string FindTwice(string name) => configuration.CustomCertificates.FirstOrDefault(c => IsInChain(name, c.Name)) is { } chain
            ? $"certificates in the chain of {SubjectText.Shorten(chain.Name)} have the names .1 to .{FccLimits.ChainLength - 1}"
            : "another item has this name, perhaps in other case";
    }

    // Why a file of this name would not be read as an item.
    static string? FindNameProblem(string name) =>
        name[0] == '.' ? "it begins with a dot"
        : name[name.Length - 1] == '.' ? "it ends with a dot"
        : FileNames.FolderFor(name) != name ? "Windows keeps this name for a device"
        : FileNames.EndingOf(name) is { } ending ? $"files of credentials have the ending {ending}"
        : KindRule.OfFile(name) is { } kind ? $"files of credentials begin with {FileNames.Device(kind)}"
        : CredentialFormats.FleetFiles.Contains(name) ? "a file for all devices has this name"
        : null;

    static bool IsInChain(string name, string chain) => Enumerable.Range(1, FccLimits.ChainLength - 1)
        .Any(i => string.Equals(name, NameInChain(chain, i), StringComparison.OrdinalIgnoreCase));

    /// <summary>The item's name of a certificate in a chain: name, name.1, name.2.</summary>
    static string NameInChain(string name, int position) =>
        position == 0 ? name : FormattableString.Invariant($"{name}.{position}");

    static byte[] Encode(FccParameter parameter) => parameter.Value switch
    {
        long number => LittleEndian(number, Short.Contains(parameter.Name) ? 4 : 8),
        string text => Utf8.Strict.GetBytes(text),
        // The configuration keeps its own copy.
        var bytes => [.. (byte[])bytes],
    };

    static byte[] LittleEndian(long number, int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(number >> (i * 8)))];

    public bool Recognises(InputFile file) => file.Path is { } path && IsItem(path);

    /// <summary>Whether a file's name is an item's: a built-in one's, or a custom one's beside the built-in ones.</summary>
    public static bool IsItem(string path)
    {
        var name = Path.GetFileName(path);
        return DeviceItems.IsName(name) && FindNameProblem(name) is null && (name.StartsWith(DeviceItems.Prefix, StringComparison.Ordinal)
            || File.Exists(Path.Combine(FileWriter.FolderOf(path), DeviceItems.UseBootstrap)));
    }

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var name = Path.GetFileName(file.Path!);
        foreach (var kind in KindRule.All)
        {
            if (ReadOf(kind, name, file, parts)) return;
        }

        var field = ConfigurationField.All.FirstOrDefault(f => f.Item == name);
        if (name == DeviceItems.UseBootstrap) Flag(file, name);
        else if (name == DeviceItems.EndpointName) ConfigureAll(c => c with { EndpointName = Text(file, name) });
        else if (name == DeviceItems.FirstToClaim) parts.Configure(CredentialKind.Bootstrap,
            c => c with { FirstToClaim = Flag(file, name) });
        else if (name == DeviceItems.CurrentTime) ConfigureAll(c => SetClock(c, Time(file, name)));
        else if (name == DeviceItems.UpdateCertificate) ConfigureAll(c => c with { UpdateCertificate = Certificate(file, name) });
        else if (field is not null) ConfigureAll(c =>
            field.Set(c, field.Type switch { ConfigurationType.Text => Text(file, name), ConfigurationType.Integer => Integer(file, name),
            _ => (byte[])file.Bytes.Clone() }));
        else if (name.StartsWith(DeviceItems.Prefix, StringComparison.Ordinal))
            throw Invalid(file, name, "ItemUnknown", "devices get no item with this name.",
                "Leave out this file: items that a device made itself are not read.");
        else ConfigureAll(c => WithCustom(c, file, name));

        void ConfigureAll(Func<DeviceConfiguration, DeviceConfiguration> add)
        {
            foreach (var kind in KindRule.All) parts.Configure(kind, add);
        }
    }

    static DeviceConfiguration SetClock(DeviceConfiguration configuration, DateTimeOffset time) =>
        time.ToUnixTimeSeconds() == 0 ? configuration with { KeepsClock = true } : configuration with { CurrentTime = time };

    // The store has no types: keys and certificates are read as such, and everything else is bytes.
    static DeviceConfiguration WithCustom(DeviceConfiguration configuration, InputFile file, string name)
    {
        if (TryRead(file, KeyReader.ReadPrivateOrPublicKey) is { } key)
            return configuration with { CustomKeys = [.. configuration.CustomKeys, new CustomKey(name, key)] };
        if (FileShapes.IsPrivateKey(FileShapes.Of(file.Bytes)))
            throw Invalid(file, name, "ItemMalformed", "expected a private key on P-256 without encryption, found another one.",
                "The store holds only keys on P-256.");
        if (HoldsPrivateKey(file))
            throw Invalid(file, name, "ItemMalformed", "this is a private key as text. The store holds keys only in DER.",
                "It is no item: move the file to another folder.");
        if (TryRead(file, CertificateReader.ReadDer) is [var certificate]) return WithCertificate(configuration, certificate, name);
        var parameters = configuration.CustomParameters.Concat([new(name, (byte[])file.Bytes.Clone())])
            .ToDictionary(p => p.Key, p => p.Value);
        return configuration with { CustomParameters = parameters };
    }

    // Somebody's copy of a key must not become a parameter, which is written to every device.
    static bool HoldsPrivateKey(InputFile file)
    {
        IReadOnlyList<FileObject> objects = [];
        try
        {
            objects = FileObjects.Find(file);
        }
        catch (InputException)
        {
            // A parameter may look like the beginning of anything.
        }

        FileObjects.Wipe(file, objects);
        return objects.Any(o => FileShapes.IsPrivateKey(o.Shape));
    }

    // A certificate of a chain is found by its name, in whatever order the files come.
    static DeviceConfiguration WithCertificate(DeviceConfiguration configuration, DeviceCertificate certificate, string name)
    {
        List<CustomCertificate> found = [.. configuration.CustomCertificates, new(name, [certificate])];
        var last = found.Count - 1;
        // It continues a chain, or a certificate that came before continues it.
        var at = found.FindIndex(c => NameInChain(c.Name, c.Certificates.Count) == name);
        if (at >= 0) Join(at, last);
        else at = last;
        while (found.FindIndex(c => c.Name == NameInChain(found[at].Name, found[at].Certificates.Count)) is >= 0 and var next)
        {
            Join(at, next);
            if (next < at) at--;
        }

        return configuration with { CustomCertificates = found };

        void Join(int chain, int next)
        {
            found[chain] = new(found[chain].Name, [.. found[chain].Certificates, .. found[next].Certificates]);
            found.RemoveAt(next);
        }
    }

    static T? TryRead<T>(InputFile file, Func<InputFile, T> read)
        where T : class
    {
        try
        {
            return file.LooksLikeDer ? read(file) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    static bool ReadOf(CredentialKind kind, string name, InputFile file, CredentialParts parts)
    {
        if (name == DeviceItems.PrivateKey(kind))
        {
            if (!file.LooksLikeDer) throw Invalid(file, name, "ItemMalformed", "expected a private key in DER.",
                "The store holds keys only in DER.");
            parts.Keys.Add((DeviceKey.Read(file), file.Path));
        }
        else if (name == DeviceItems.Certificate(kind))
        {
            var certificate = Certificate(file, name);
            parts.Certificates.Add(certificate);
            parts.Kinds[certificate] = kind;
        }
        else if (Enumerable.Range(1, FccLimits.ChainLength - 1).Any(i => name == NameInChain(DeviceItems.Certificate(kind), i)))
        {
            parts.Certificates.Add(Certificate(file, name));
        }
        else if (name == DeviceItems.ServerCertificate(kind))
        {
            parts.Configure(kind, c => c with { ServerCertificate = Certificate(file, name) });
        }
        else if (name == DeviceItems.ServerUri(kind))
        {
            parts.Configure(kind, c => c with { ServerUri = Text(file, name) });
        }
        else
        {
            return false;
        }

        return true;
    }

    static DeviceCertificate Certificate(InputFile file, string name)
    {
        if (!file.LooksLikeDer) throw Invalid(file, name, "ItemMalformed", "expected a certificate in DER.",
            "The store holds certificates only in DER.");
        var found = CertificateReader.ReadDer(file);
        return found.Count == 1 ? found[0] : throw Invalid(file, name, "ItemMalformed", $"expected one certificate, found {found.Count}.",
            "Each certificate of a chain is an item of its own.");
    }

    static string Text(InputFile file, string name)
    {
        try
        {
            var text = Utf8.Strict.GetString(file.Bytes);
            return ConfigurationCheck.FindTextProblem(text) is { } problem
                ? throw Invalid(file, name, "ItemValueInvalid", problem, null)
                : text;
        }
        catch (DecoderFallbackException)
        {
            throw Invalid(file, name, "ItemValueInvalid", "the text is not UTF-8.", null);
        }
    }

    static long Integer(InputFile file, string name)
    {
        var size = Short.Contains(name) ? 4 : 8;
        if (file.Bytes.Length != size)
            throw Invalid(file, name, "ItemValueInvalid",
                $"expected {size} bytes, found {file.Bytes.Length:N0}: an integer, the lowest byte first.",
            name == DeviceItems.CurrentTime
                ? "The client reads 4 bytes and fails on 8: leave this item out, or write the items again with Export-DeviceCredential."
                : null);
        var number = 0L;
        for (var i = size; i-- > 0;) number = number << 8 | file.Bytes[i];
        return number;
    }

    static bool Flag(InputFile file, string name) =>
        Integer(file, name) is (0 or 1) and var number
            ? number == 1
            : throw Invalid(file, name, "ItemValueInvalid", "expected 0 or 1.", null);

    static DateTimeOffset Time(InputFile file, string name) =>
        Integer(file, name) is >= 0 and <= FccLimits.LastSecond and var seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw Invalid(file, name, "ItemValueInvalid", "expected a number of seconds since 1970.", null);

    static InputException Invalid(InputFile file, string name, string id, string message, string? advice) =>
        file.Invalid(id, $"{SubjectText.Shorten(name)}: {message}", advice);
}
