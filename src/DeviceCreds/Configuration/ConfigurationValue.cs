using System.Collections;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>Makes the value of one field from a file, a command line or a row.</summary>
/// <param name="field">The field.</param>
/// <param name="path">The file; null for a command line or a row.</param>
/// <param name="line">The line.</param>
/// <param name="isTyped">Whether the source distinguishes texts from numbers.</param>
internal sealed class ConfigurationValue(ConfigurationField field, string? path, int? line, bool isTyped)
{
    // In any other form, whether the day or the month comes first would be a guess.
    static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd"];

    /// <exception cref="InputException">The value is of the wrong type.</exception>
    public object Convert(object value) => field.Type switch
    {
        ConfigurationType.Text => AsText(value),
        ConfigurationType.Flag => AsFlag(value),
        ConfigurationType.Integer => AsInteger(value) ?? throw WrongType(value, "a whole number"),
        ConfigurationType.Time => AsTime(value),
        ConfigurationType.Bytes => AsBytes(value),
        ConfigurationType.Certificate => AsCertificate(value),
        ConfigurationType.Integers => AsIntegers(value),
        ConfigurationType.Certificates => AsCustomCertificates(value),
        ConfigurationType.Keys => AsCustomKeys(value),
        _ => AsParameters(value),
    };

    string AsText(object value) => value switch
    {
        string text => text,
        PlainScalar plain => plain.Text,
        Uri uri => uri.OriginalString,
        not null when !isTyped && RowValue.FindText(value) is { } text => text,
        _ => throw WrongType(value, isTyped && value is bool or long or double ? "a text in quotes" : "a text"),
    };

    bool AsFlag(object value) => value switch
    {
        bool flag => flag,
        PlainScalar { Text: "true" or "True" or "TRUE" } => true,
        PlainScalar { Text: "false" or "False" or "FALSE" } => false,
        string text when !isTyped && (text == "1" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase)) => true,
        string text when !isTyped && (text == "0" || string.Equals(text, "false", StringComparison.OrdinalIgnoreCase)) => false,
        _ => throw WrongType(value, "true or false"),
    };

    long? AsInteger(object value) => value switch
    {
        long or int or short or sbyte or byte or ushort or uint => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong and <= long.MaxValue => (long)(ulong)value,
        PlainScalar plain => Parse(plain.Text),
        string text when !isTyped => Parse(text),
        _ => null,
    };

    static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    int[] AsIntegers(object value)
    {
        var elements = value switch
        {
            // A CSV cell holds one text.
            string text when !isTyped => text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries),
            IEnumerable list and not (string or IDictionary or IReadOnlyList<ConfigurationEntry>) => list.Cast<object?>(),
            _ => [value],
        };
        return [.. elements.Select(e => e is not null && AsInteger(e) is >= int.MinValue and <= int.MaxValue and var number
            ? (int)number
            : throw WrongType(value, "a list of whole numbers"))];
    }

    object AsTime(object value)
    {
        DateTimeOffset? time = value switch
        {
            DateTimeOffset moment => moment,
            // A time of unspecified kind is local time, as everywhere in PowerShell.
            DateTime date => new DateTimeOffset(date),
            string or PlainScalar when DateTimeOffset.TryParseExact(AsText(value), TimeForms, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeLocal, out var parsed) => parsed,
            _ => AsInteger(value) is >= 0 and <= FccLimits.LastSecond and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
        return time is { } found
            ? DateTimeOffset.FromUnixTimeSeconds(found.ToUnixTimeSeconds())
            : throw WrongType(value, "a time such as 2030-01-31T12:00:00Z or 2030-01-31 12:00, a date such as 2030-01-31, or "
                + "seconds since 1970");
    }

    byte[] AsBytes(object value) => value switch
    {
        byte[] bytes => bytes,
        // The bytes in the order in which they are written: .NET's ToByteArray reverses some of them.
        Guid guid => Hex.TryDecode(guid.ToString("N"))!,
        string or PlainScalar when Hex.TryDecode(new string([.. AsText(value)
            .Where(c => c is not ('-' or '{' or '}' or ':' or ' '))])) is { Length: > 0 } bytes => bytes,
        IEnumerable list and not (string or IDictionary or IReadOnlyList<ConfigurationEntry>) when AsByteList(list) is { } bytes => bytes,
        _ => throw WrongType(null,
            field.Length switch { 0 => "bytes in hexadecimal", 16 => "16 bytes in hexadecimal, or a GUID",
            var length => $"{length} bytes in hexadecimal" }),
    };

    byte[]? AsByteList(IEnumerable list)
    {
        var bytes = new List<byte>();
        foreach (var element in list)
        {
            if (element is null || AsInteger(element) is not (>= 0 and <= 255 and var number)) return null;
            bytes.Add((byte)number);
        }

        return bytes.Count > 0 ? [.. bytes] : null;
    }

    DeviceCertificate AsCertificate(object value)
    {
        switch (value)
        {
            case DeviceCertificate certificate: return certificate;
            case X509Certificate2 certificate: return CertificateReader.From(certificate);
            case CertificateAuthority authority: return authority.Chain.Leaf;
            case string or PlainScalar: return ReadCertificate(AsText(value));
            default: throw WrongType(value, "a certificate, the path of one, or PEM");
        }
    }

    DeviceCertificate ReadCertificate(string text) =>
        Read(text, file => field.Name == nameof(DeviceConfiguration.UpdateCertificate) && UpdateResources.Recognises(file)
            ? UpdateResources.Read(file)
        : CertificateReader.Read(file) is [var only] ? only
        : throw file.Invalid("CertificateSeveral", "expected one certificate, found several.",
            "Give only the server's CA or the update certificate."));

    T Read<T>(string text, Func<InputFile, T> read)
    {
        try
        {
            using var file = Pem.IsPem(text) ? new InputFile(System.Text.Encoding.UTF8.GetBytes(text)) : InputFile.Read(Resolve(text));
            return read(file);
        }
        catch (InputException e)
        {
            throw new InputException(e.ErrorId, e.Kind,
                $"{field.Name}: {new string([.. e.Problem.Select(c => char.IsControl(c) ? '?' : c)])}", e.Advice, path, line, inner: e);
        }
    }

    string Resolve(string file)
    {
        if (file.Length is 0 or > 4096 || file.IndexOf('\0') >= 0) throw Error("ConfigurationWrongType", "this is not a path.");
        return path is not null && !Path.IsPathRooted(file) ? Path.Combine(FileWriter.FolderOf(Path.GetFullPath(path))!, file) : file;
    }

    Dictionary<string, object> AsParameters(object value) =>
        NamedEntries(value).ToDictionary(e => e.Name, AsParameter, StringComparer.Ordinal);

    IReadOnlyList<ConfigurationEntry> NamedEntries(object value)
    {
        var entries = value switch
        {
            IReadOnlyList<ConfigurationEntry> list => list,
            IDictionary dictionary => Entries(dictionary),
            _ => throw WrongType(field.Type == ConfigurationType.Keys ? null : value, "names with values"),
        };
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (ConfigurationCheck.FindNameProblem(entry.Name) is { } problem)
                throw Error("ConfigurationValueInvalid", problem, entry.Line);
            if (!names.Add(entry.Name)) throw Error("ConfigurationDuplicateField", $"{entry.Name} occurs more than once.", entry.Line);
            if (entry.Value is null)
                throw Error("ConfigurationWrongType", $"{entry.Name}: expected a value, found nothing.", entry.Line,
                    "Give the value, or leave out the name. Is it from a variable that is not set?");
        }

        return entries;
    }

    IReadOnlyList<CustomCertificate> AsCustomCertificates(object value) => value as IReadOnlyList<CustomCertificate>
        ?? [.. NamedEntries(value).Select(e => new CustomCertificate(e.Name, AsCertificates(e)))];

    IReadOnlyList<DeviceCertificate> AsCertificates(ConfigurationEntry entry)
    {
        List<DeviceCertificate> found = entry.Value switch
        {
            string or PlainScalar => [.. Read(AsText(entry.Value), file => CertificateReader.Read(file))],
            CertificateChain chain => [.. chain.Certificates],
            IEnumerable list and not (IDictionary or IReadOnlyList<ConfigurationEntry>) => [.. list.Cast<object>().Select(AsCertificate)],
            _ => [AsCertificate(entry.Value!)],
        };
        return found.Count is > 0 and <= FccLimits.ChainLength ? found
            : throw Error("ConfigurationValueInvalid",
                $"{entry.Name}: expected 1 to {FccLimits.ChainLength} certificates, found {found.Count}.", entry.Line);
    }

    IReadOnlyList<CustomKey> AsCustomKeys(object value) =>
        value as IReadOnlyList<CustomKey> ?? [.. NamedEntries(value).Select(e => new CustomKey(e.Name, AsKey(e)))];

    DeviceKey AsKey(ConfigurationEntry entry) => entry.Value switch
    {
        DeviceKey key => key,
        string or PlainScalar => Read(AsText(entry.Value), KeyReader.ReadPrivateOrPublicKey),
        _ => throw Error("ConfigurationWrongType",
            $"{entry.Name}: expected a key (New-DeviceKey, Import-DeviceKey), the path of one, or PEM.", entry.Line),
    };

    static List<ConfigurationEntry> Entries(IDictionary dictionary) =>
        [.. dictionary.Keys.Cast<object>().Select(k => new ConfigurationEntry(k as string ?? "", dictionary[k], null))];

    object AsParameter(ConfigurationEntry entry) => entry.Value switch
    {
        string text => text,
        byte[] bytes => bytes,
        PlainScalar { Text: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" } plain =>
            throw WrongParameter(entry, $"{plain.Text} without quotes, a truth value"),
        // A number that would not be written back as it was read is a text: 007, +1.
        PlainScalar plain => Parse(plain.Text) is { } number && number.ToString(CultureInfo.InvariantCulture) == plain.Text
            ? number
            : plain.Text,
        IReadOnlyList<ConfigurationEntry> or IDictionary => AsEncoded(entry),
        IEnumerable list when AsByteList(list) is { } bytes => bytes,
        { } other => AsInteger(other) ?? throw WrongParameter(entry, Describe(other)),
        null => throw WrongParameter(entry, "nothing"),
    };

    byte[] AsEncoded(ConfigurationEntry entry)
    {
        var inner = entry.Value as IReadOnlyList<ConfigurationEntry> ?? Entries((IDictionary)entry.Value!);
        var text = inner.Count == 1 && string.Equals(inner[0].Name, "Hex", StringComparison.OrdinalIgnoreCase)
            ? inner[0].Value is PlainScalar plain
            ? plain.Text
            : inner[0].Value as string
            : null;
        return text is not null && Hex.TryDecode(text) is { } bytes ? bytes : throw WrongParameter(entry, "names with values");
    }

    InputException WrongParameter(ConfigurationEntry entry, string what) =>
        Error("ConfigurationWrongType",
            $"{entry.Name}: expected a text, a 64-bit integer, or bytes (a list of numbers, or Hex = '00FF'), found {what}.",
            entry.Line);

    // Entropy and the root of trust are secrets: a value given for bytes is never shown.
    InputException WrongType(object? value, string expected) => Error("ConfigurationWrongType", Describe(value, expected));

    InputException Error(string id, string message, int? at = null, string? advice = null) =>
        new(id, path is null ? ErrorKind.InvalidArgument : ErrorKind.InvalidData, $"{field.Name}: {message}", advice, path, at ?? line);

    string Describe(object? value, string expected) => value is null ? $"expected {expected}."
        : $"expected {expected}, found {(isTyped ? Describe(value) : RowValue.Describe(value))}.";

    static string Describe(object value) => value switch
    {
        string text => $"the text '{SubjectText.Shorten(text)}'",
        PlainScalar plain => $"'{SubjectText.Shorten(plain.Text)}'",
        bool => "true or false",
        double or float or decimal => "a number with a fraction, or too large",
        long or int or short or byte or uint or ulong or sbyte or ushort => "a number",
        IReadOnlyList<ConfigurationEntry> or IDictionary => "names with values",
        IEnumerable => "a list",
        _ => $"an object ({value.GetType().Name})",
    };
}
