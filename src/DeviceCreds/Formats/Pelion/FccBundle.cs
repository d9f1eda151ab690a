using System.Formats.Cbor;

namespace DeviceCreds;

/// <summary>
/// What the factory configurator client accepts in one message: a CBOR map of groups. This is only the schema, both ways;
/// <see cref="FccBundleFormat"/> and <see cref="DeviceKeyRequest"/> say what it means. Source: the client's bundle handler.
/// </summary>
internal sealed record FccBundle
{
    /// <summary>Far larger than any bundle with five chains and all parameters.</summary>
    public const int MaximumBytes = 1024 * 1024;

    const int MaximumRequests = 5;
    const int MaximumItems = 1000;
    const string Der = "der";

    /// <summary>SID: the device echoes it.</summary>
    public string? SessionId { get; init; }

    /// <summary>KpAlvSess: whether more bundles follow.</summary>
    public bool IsSessionOpen { get; init; }

    public byte[]? Entropy { get; init; }

    /// <summary>ROT.</summary>
    public byte[]? RootOfTrust { get; init; }

    public IReadOnlyList<FccKey> Keys { get; init; } = [];

    /// <summary>Certificates, and after them CertificateChains.</summary>
    public IReadOnlyList<FccCertificate> Certificates { get; init; } = [];

    /// <summary>ConfigParams: 64-bit integers, texts or bytes.</summary>
    public IReadOnlyList<FccParameter> Parameters { get; init; } = [];

    /// <summary>CsrReqs.</summary>
    public IReadOnlyList<FccKeyRequest> Requests { get; init; } = [];

    /// <summary>Whether the device verifies the bundle and replies with the verdict.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Whether the device closes its factory flow permanently.</summary>
    public bool Disable { get; init; }

    /// <summary>Whether anybody who reads it could pretend to be the device.</summary>
    public bool IsSecret => Entropy is not null || RootOfTrust is not null || Keys.Any(k => k.IsPrivate);

    public byte[] Encode()
    {
        // Large enough not to grow: a buffer that is too short would stay in memory with the key.
        var writer = new CborWriter(initialCapacity: 16 * 1024);
        Map(writer,
            ("SchemeVersion", w => w.WriteTextString(FccLimits.Version)),
            ("SID", SessionId is null ? null : w => w.WriteTextString(SessionId)),
            ("KpAlvSess", IsSessionOpen ? w => w.WriteInt32(1) : null),
            ("Entropy", Entropy is null ? null : w => w.WriteByteString(Entropy)),
            ("ROT", RootOfTrust is null ? null : w => w.WriteByteString(RootOfTrust)),
            ("Keys", Group(Keys, (w, k) =>
                Map(w, Name(k.Name), ("Type", v => v.WriteTextString(k.IsPrivate ? "ECCPrivate" : "ECCPublic")), Format(),
                ("Data", v => v.WriteByteString(k.Data))))),
            ("Certificates", Group([.. Certificates.Where(c => !c.IsChain)],
                (w, c) => Map(w, Name(c.Name), Format(), ("Data", v => v.WriteByteString(c.Data[0])), KeyName(c.PrivateKeyName)))),
            ("CertificateChains", Group([.. Certificates.Where(c => c.IsChain)],
                (w, c) => Map(w, Name(c.Name), Format(), ("DataArray", Group(c.Data, (v, der) => v.WriteByteString(der))),
                KeyName(c.PrivateKeyName)))),
            ("ConfigParams", Group(Parameters, (w, p) => Map(w, Name(p.Name), ("Data", v => WriteValue(v, p.Value))))),
            ("CsrReqs", Group(Requests,
                (w, r) => Map(w, KeyName(r.PrivateKeyName), ("Subj", v => v.WriteTextString(r.Subject)), ("MD", v => v.WriteInt32(1)),
                ("Ext", Extensions(r))))),
            ("Verify", w => w.WriteInt32(Verify ? 1 : 0)),
            ("Disable", Disable ? w => w.WriteInt32(1) : null));
        var content = writer.Encode();
        // Overwrites what it held.
        writer.Reset();
        return content;
    }

    static (string, Action<CborWriter>?) Name(string name) => ("Name", w => w.WriteTextString(name));

    static (string, Action<CborWriter>?) KeyName(string? name) => ("PrKN", name is null ? null : w => w.WriteTextString(name));

    static (string, Action<CborWriter>?) Format() => ("Format", w => w.WriteTextString(Der));

    static Action<CborWriter>? Extensions(FccKeyRequest request) =>
        request is { KeyUsage: null, ExtendedKeyUsage: null } ? null : w => Map(w,
        ("KU", request.KeyUsage is { } usage ? v => v.WriteUInt32(usage) : null),
        ("EKU", request.ExtendedKeyUsage is { } extended ? v => v.WriteUInt32(extended) : null));

    static void Map(CborWriter writer, params (string Key, Action<CborWriter>? Write)[] entries)
    {
        var present = entries.Where(e => e.Write is not null).ToList();
        writer.WriteStartMap(present.Count);
        foreach (var (key, write) in present)
        {
            writer.WriteTextString(key);
            write!(writer);
        }

        writer.WriteEndMap();
    }

    static Action<CborWriter>? Group<T>(IReadOnlyList<T> items, Action<CborWriter, T> write) => items.Count == 0 ? null : writer =>
    {
        writer.WriteStartArray(items.Count);
        foreach (var item in items) write(writer, item);
        writer.WriteEndArray();
    };

    static void WriteValue(CborWriter writer, object value)
    {
        if (value is long number) writer.WriteInt64(number);
        else if (value is byte[] bytes) writer.WriteByteString(bytes);
        else writer.WriteTextString((string)value);
    }

    /// <summary>
    /// Whether the bytes begin as a CBOR map does, which neither text nor DER can, and its first key is a text: a COSE_Key's is a number.
    /// </summary>
    public static bool Recognises(InputFile file) => file.Bytes.Length > 0 && file.Bytes[0] is >= 0xA0 and <= 0xBF
        && (CborInput.FirstInside(file.Bytes) is null or (>= 0x60 and <= 0x7F) or (>= 0xA0 and <= 0xBF));

    /// <exception cref="InputException">It is not a bundle; the message names the field.</exception>
    public static FccBundle Read(InputFile file)
    {
        if (file.Bytes.Length > MaximumBytes)
            throw new InputException("BundleLimitExceeded", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"the bundle has {file.Bytes.Length:N0} bytes; {MaximumBytes:N0} are allowed."),
                "Is this the right file?", file.Path);
        return CborInput.Read(file, "bundle", allowsIndefinite: false, ReadGroups);
    }

    static FccBundle ReadGroups(CborInput input)
    {
        var bundle = new FccBundle();
        var (hasVersion, hasVerify) = (false, false);
        List<FccCertificate> certificates = [], chains = [];
        HashSet<string> privateKeys = [], publicKeys = [], certificateNames = [], parameters = [];
        input.Map(group =>
        {
            switch (group)
            {
                case "SchemeVersion": hasVersion = CheckVersion(input); break;
                case "SID": bundle = bundle with { SessionId = input.Text() }; break;
                case "KpAlvSess": bundle = bundle with { IsSessionOpen = input.Flag() }; break;
                case "Entropy": bundle = bundle with { Entropy = Sized(input, FccLimits.EntropyLength) }; break;
                case "ROT": bundle = bundle with { RootOfTrust = Sized(input, FccLimits.RootOfTrustLength) }; break;
                case "Keys":
                    bundle = bundle with { Keys = input.Array(MaximumItems, () => ReadKey(input, privateKeys, publicKeys)) };
                    CheckKeysFirst(input, certificates.Concat(chains), privateKeys);
                    break;
                case "Certificates":
                    certificates = input.Array(MaximumItems, () => ReadCertificate(input, isChain: false, certificateNames));
                    break;
                case "CertificateChains":
                    chains = input.Array(MaximumItems, () => ReadCertificate(input, isChain: true, certificateNames));
                    break;
                case "ConfigParams":
                    bundle = bundle with { Parameters = input.Array(MaximumItems, () => ReadParameter(input, parameters)) };
                    break;
                case "CsrReqs": bundle = bundle with { Requests = input.Array(MaximumRequests, () => ReadRequest(input)) }; break;
                case "Verify": (bundle, hasVerify) = (bundle with { Verify = input.Flag() }, true); break;
                case "Disable": bundle = bundle with { Disable = input.Flag() }; break;
                case "ReturnStatus" or "InfoMessage" or "WarningInfo" or "Csrs":
                    throw input.Error("UnknownField", "expected a bundle for a device, found a device's response.",
                        "Read it with Import-DeviceResponse.");
                default:
                    throw Unknown(input, "SchemeVersion, SID, KpAlvSess, Entropy, ROT, Keys, Certificates, CertificateChains, "
                        + "ConfigParams, CsrReqs, Verify and Disable");
            }
        });
        if (!hasVersion) throw Missing(input, "SchemeVersion");
        CheckSession(input, bundle, hasVerify);
        return bundle with { Certificates = [.. certificates, .. chains] };
    }

    static bool CheckVersion(CborInput input) => input.Text() is var version && version == FccLimits.Version ? true
        : throw input.Error("ValueInvalid", $"expected version {FccLimits.Version}, found '{SubjectText.Shorten(version)}'.", null);

    // The device looks for the key when it stores the certificate.
    static void CheckKeysFirst(CborInput input, IEnumerable<FccCertificate> certificates, HashSet<string> keys)
    {
        if (certificates.FirstOrDefault(c => c.PrivateKeyName is { } name && keys.Contains(name)) is { } early)
            throw input.At(early.Field, "ValueInvalid", $"PrKN names the key {early.PrivateKeyName}, which follows the certificate.",
                "Put Keys first.");
    }

    static void CheckSession(CborInput input, FccBundle bundle, bool hasVerify)
    {
        if (bundle.Requests.Count > 0 && bundle.SessionId is null)
            throw input.At("CsrReqs", "FieldMissing", "requests need a session, and SID is missing.", null);
        if (bundle.Requests.Count > 0 && (!hasVerify || bundle.Verify || bundle.Disable))
            throw input.At("CsrReqs", "ValueInvalid", "requests need Verify 0 and do not allow Disable.", null);
        if (bundle is { Disable: true, IsSessionOpen: true })
            throw input.At("Disable", "ValueInvalid", "a session that continues (KpAlvSess) cannot close the factory flow.", null);
    }

    static FccKey ReadKey(CborInput input, HashSet<string> privateKeys, HashSet<string> publicKeys)
    {
        var (field, name, type, format, data) = (input.Field, (string?)null, (string?)null, (string?)null, (byte[]?)null);
        input.Map(key =>
        {
            switch (key)
            {
                case "Name": name = ItemName(input); break;
                case "Type": type = input.Text() is var t and ("ECCPrivate" or "ECCPublic")
                    ? t
                    : throw input.Error("ValueInvalid", "expected ECCPrivate or ECCPublic.", null); break;
                case "Format": format = DerFormat(input); break;
                case "Data": data = NotEmpty(input); break;
                default: throw Unknown(input, "Name, Type, Format and Data");
            }
        });
        Require(input, ("Name", name), ("Type", type), ("Format", format), ("Data", data));
        Once(input, field, name!, type == "ECCPrivate" ? privateKeys : publicKeys);
        return new FccKey(name!, type == "ECCPrivate", data!) { Field = field + ".Data" };
    }

    static FccCertificate ReadCertificate(CborInput input, bool isChain, HashSet<string> names)
    {
        var (field, name, format, data, keyName) = (input.Field, (string?)null, (string?)null, (List<byte[]>?)null, (string?)null);
        var dataKey = isChain ? "DataArray" : "Data";
        input.Map(key =>
        {
            switch (key)
            {
                case "Name": name = ItemName(input); break;
                case "Format": format = DerFormat(input); break;
                case "PrKN": keyName = ItemName(input); break;
                case "Data" when !isChain: data = [NotEmpty(input)]; break;
                case "DataArray" when isChain:
                    data = input.Array(FccLimits.ChainLength, () => NotEmpty(input));
                    if (data.Count == 0) throw input.Error("ValueInvalid", "expected at least one certificate, found none.", null);
                    break;
                default: throw Unknown(input, $"Name, Format, {dataKey} and PrKN");
            }
        });
        Require(input, ("Name", name), ("Format", format), (dataKey, data));
        Once(input, field, name!, names);
        return new FccCertificate(name!, data!, isChain, keyName) { Field = $"{field}.{dataKey}" };
    }

    static FccParameter ReadParameter(CborInput input, HashSet<string> names)
    {
        var (field, name, value) = (input.Field, (string?)null, (object?)null);
        input.Map(key =>
        {
            switch (key)
            {
                case "Name": name = ItemName(input); break;
                case "Data":
                    value = input.Value();
                    if (value is string text && text.IndexOf('\0') >= 0)
                        throw input.Error("ValueInvalid", "the text contains a NUL character.", null);
                    break;
                default: throw Unknown(input, "Name and Data");
            }
        });
        Require(input, ("Name", name), ("Data", value));
        Once(input, field, name!, names);
        return new FccParameter(name!, value!) { Field = field + ".Data" };
    }

    static FccKeyRequest ReadRequest(CborInput input)
    {
        var (name, subject, digest, usage, extended) = ((string?)null, (string?)null, (long?)null, (uint?)null, (uint?)null);
        input.Map(key =>
        {
            switch (key)
            {
                case "PrKN": name = ItemName(input); break;
                case "Subj": subject = input.Text(); break;
                case "MD": digest = input.Integer() is 1 ? 1 : throw input.Error("ValueInvalid", "expected 1 (SHA-256).", null); break;
                case "Ext":
                    input.Map(extension =>
                    {
                        if (extension == "KU") usage = Bits(input);
                        else if (extension == "EKU") extended = Bits(input);
                        else throw Unknown(input, "KU and EKU");
                    });
                    break;
                default: throw Unknown(input, "PrKN, Subj, MD and Ext");
            }
        });
        Require(input, ("PrKN", name), ("Subj", subject), ("MD", digest));
        return new FccKeyRequest(name!, subject!, usage, extended);
    }

    static uint Bits(CborInput input) =>
        input.Integer() is >= 0 and <= uint.MaxValue and var bits
            ? (uint)bits
            : throw input.Error("ValueInvalid", "expected a number of 32 bits.", null);

    static string ItemName(CborInput input) => input.Text() is var name && DeviceItems.IsName(name) ? name
        : throw input.Error("ValueInvalid",
            $"'{SubjectText.Shorten(name)}' is not a valid item name: expected 1 to {DeviceItems.MaximumNameLength} of A-Z a-z 0-9 . - _",
            null);

    static string DerFormat(CborInput input) =>
        input.Text() == Der ? Der : throw input.Error("ValueInvalid", $"the format must be {Der}.", null);

    static byte[] NotEmpty(CborInput input) =>
        input.Bytes() is { Length: > 0 } bytes ? bytes : throw input.Error("ValueInvalid", "expected bytes, found none.", null);

    static byte[] Sized(CborInput input, int length) =>
        input.Bytes() is var bytes && bytes.Length == length
            ? bytes
            : throw input.Error("ValueInvalid", $"expected {length} bytes, found {bytes.Length:N0}.", null);

    static void Require(CborInput input, params (string Key, object? Value)[] fields)
    {
        foreach (var (key, value) in fields)
        {
            if (value is null) throw Missing(input, key);
        }
    }

    static void Once(CborInput input, string field, string name, HashSet<string> names)
    {
        if (!names.Add(name)) throw input.At(field + ".Name", "DuplicateField", $"an earlier item has the name {name}.",
            "Keep one of them.");
    }

    static InputException Missing(CborInput input, string key) => input.Error("FieldMissing", $"the field {key} is missing.", null);

    static InputException Unknown(CborInput input, string known) =>
        input.Error("UnknownField", "the device does not know this field and refuses it.", $"It knows {known}.");
}
