using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>
/// What the X.509 parser of the Device Management client can read, as experiments with it have shown: the only place that
/// knows it. The client parses every certificate of a bundle before it stores it, whatever the certificate is for, and
/// refuses the bundle when it cannot. What it does not check (most of RFC 5280), the rule catalogue judges.
/// </summary>
internal sealed class DeviceParser
{
    const byte ContextInteger = 0x82, IssuerUniqueId = 0xA1, SubjectUniqueId = 0xA2, ExtensionsTag = 0xA3;

    static readonly string[] SignatureAlgorithms = ["1.2.840.10045.4.3.1", "1.2.840.10045.4.3.2"];
    static readonly string[] KeyAlgorithms = ["1.2.840.10045.2.1", "1.3.132.1.12"];
    const string P256Curve = "1.2.840.10045.3.1.7";

    static readonly Dictionary<byte, string> StringTypes = new()
    {
        [0x03] = "BIT STRING", [0x0C] = "UTF8String", [0x13] = "PrintableString", [0x14] = "TeletexString", [0x16] = "IA5String",
        [0x1C] = "UniversalString", [0x1E] = "BMPString",
    };

    static readonly Dictionary<byte, string> OtherStringTypes = new()
    {
        [0x12] = "NumericString", [0x15] = "VideotexString", [0x19] = "GraphicString", [0x1A] = "VisibleString", [0x1B] = "GeneralString",
    };

    readonly byte[]? _point;
    readonly HashSet<string> _seen = [];
    int _version = 1;

    DeviceParser(byte[]? point) => _point = point;

    /// <summary>Why the client cannot read a certificate, as a clause; null when it can.</summary>
    /// <param name="der">The certificate.</param>
    /// <param name="point">Its public point, when that is known to be on the curve.</param>
    public static string? FindProblem(byte[] der, byte[]? point = null)
    {
        try
        {
            // Bytes after the certificate are ignored.
            return new DeviceParser(point)
                .Certificate(new DerCursor(der, 0, der.Length, allowsLongLengths: true).Enter(DerCursor.Sequence));
        }
        catch (ArgumentException)
        {
            return "its encoding is damaged or is not DER";
        }
    }

    string? Certificate(DerCursor certificate)
    {
        var signed = certificate.Enter(DerCursor.Sequence);
        if (Version(ref signed) is { } version) return version;
        signed.Enter(signed.Is(ContextInteger) ? ContextInteger : DerCursor.Integer);
        var inner = Algorithm(ref signed);
        if (!SignatureAlgorithms.Contains(inner.Id) || inner.Parameters is not (null or (DerCursor.Null, 0)))
        {
            var found = Algorithms.Name(new DerObjectIdentifier(inner.Id)) + (inner.Parameters is null ? "" : " with parameters");
            return $"its signature algorithm is {found}, expected ecdsa-with-SHA256";
        }

        if (Name(signed.Enter(DerCursor.Sequence), "issuer") is { } issuer) return issuer;
        if (Validity(signed.Enter(DerCursor.Sequence)) is { } validity) return validity;
        var subject = signed.Enter(DerCursor.Sequence);
        if (!subject.IsAtEnd && Name(subject, "subject") is { } name) return name;
        if (Key(signed.Enter(DerCursor.Sequence)) is { } key) return key;
        if (_version > 1 && signed.Is(IssuerUniqueId)) signed.Enter(IssuerUniqueId);
        if (_version > 1 && signed.Is(SubjectUniqueId)) signed.Enter(SubjectUniqueId);
        if (_version < 3 && signed.Is(ExtensionsTag)) return $"it is version {_version} and has extensions, which only version 3 may have";
        if (!signed.IsAtEnd && AllExtensions(ref signed) is { } extension) return extension;
        if (!signed.IsAtEnd) return "an unexpected field follows its extensions";
        return Algorithm(ref certificate) != inner ? "its inner and outer signature algorithms differ" : Signature(ref certificate);
    }

    string? Version(ref DerCursor signed)
    {
        if (!signed.Is(DerCursor.Context0)) return null;
        var version = signed.Enter(DerCursor.Context0);
        if (SmallInteger(ref version) is not { } number || !version.IsAtEnd) return "its version is not a version number";
        _version = number + 1;
        return number > 2 ? $"it is version {number + 1L}, expected version 3" : null;
    }

    static string? Signature(ref DerCursor certificate)
    {
        var bits = certificate.Enter(DerCursor.BitString).Rest;
        return bits.Length == 0 || bits[0] != 0 || !certificate.IsAtEnd ? "its signature is damaged" : null;
    }

    // The type and length of parameters, and their bytes: both places must have the same.
    static SignatureAlgorithm Algorithm(ref DerCursor at)
    {
        var algorithm = at.Enter(DerCursor.Sequence);
        var id = Identifier(ref algorithm);
        if (algorithm.Tag is not { } tag) return new(id, null, "");
        var content = algorithm.Enter(tag).Rest;
        RequireEnd(algorithm);
        return new(id, (tag, content.Length), Hex.Encode(content.ToArray()));
    }

    static string? Name(DerCursor name, string which)
    {
        if (name.IsAtEnd) return $"its {which} is empty";
        while (!name.IsAtEnd)
        {
            var set = name.Enter(DerCursor.Set);
            do
            {
                var attribute = set.Enter(DerCursor.Sequence);
                var type = Identifier(ref attribute);
                var tag = attribute.Tag ?? throw new ArgumentException("An attribute has no value.");
                if (!StringTypes.ContainsKey(tag))
                {
                    var found = OtherStringTypes.TryGetValue(tag, out var known) ? known : $"a value of ASN.1 type {tag:X2}";
                    var label = DistinguishedName.Label(new DerObjectIdentifier(type));
                    return $"its {which} holds {found} ({label}), expected UTF8String or PrintableString";
                }

                attribute.Enter(tag);
                RequireEnd(attribute);
            }
            while (!set.IsAtEnd);
        }

        return null;
    }

    static string? Validity(DerCursor validity)
    {
        if (!IsTime(ref validity)) return "its notBefore is not a valid time with seconds";
        if (!IsTime(ref validity)) return "its notAfter is not a valid time with seconds";
        RequireEnd(validity);
        return null;
    }

    // The Z at the end may be missing.
    static bool IsTime(ref DerCursor at)
    {
        var isUtc = at.Is(DerCursor.UtcTime);
        var digits = at.Enter(isUtc ? DerCursor.UtcTime : DerCursor.GeneralizedTime).Rest;
        if (digits.Length > 0 && digits[digits.Length - 1] == 'Z') digits = digits.Slice(0, digits.Length - 1);
        if (digits.Length != (isUtc ? 12 : 14)) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
        }

        var year = isUtc ? Number(digits, 12) + (Number(digits, 12) < 50 ? 2000 : 1900) : 100 * Number(digits, 14) + Number(digits, 12);
        var (month, day) = (Number(digits, 10), Number(digits, 8));
        // .NET has no year 0; it is a leap year, as 2000 is.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 2000 : year, month)
            && Number(digits, 6) <= 23 && Number(digits, 4) <= 59 && Number(digits, 2) <= 59;
    }

    static int Number(ReadOnlySpan<byte> digits, int fromEnd) =>
        (digits[digits.Length - fromEnd] - '0') * 10 + digits[digits.Length - fromEnd + 1] - '0';

    string? Key(DerCursor info)
    {
        var algorithm = info.Enter(DerCursor.Sequence);
        var id = Identifier(ref algorithm);
        if (!KeyAlgorithms.Contains(id)) return "its key is not an EC key on P-256";
        if (!algorithm.Is(DerCursor.ObjectIdentifier)) return "its key does not name its curve";
        if (Identifier(ref algorithm) != P256Curve) return "its key is on another curve than P-256";
        RequireEnd(algorithm);
        var bits = info.Enter(DerCursor.BitString).Rest;
        RequireEnd(info);
        if (bits.Length == 0 || bits[0] != 0) throw new ArgumentException("A key has bits left over.");
        return (_point is not null && bits.Slice(1).SequenceEqual(_point)) || P256.IsPoint(bits.Slice(1).ToArray())
            ? null
            : "its key is not an uncompressed point of P-256";
    }

    string? AllExtensions(ref DerCursor signed)
    {
        var field = signed.Enter(ExtensionsTag);
        var all = field.Enter(DerCursor.Sequence);
        RequireEnd(field);
        while (!all.IsAtEnd)
        {
            var extension = all.Enter(DerCursor.Sequence);
            var id = Identifier(ref extension);
            var critical = extension.Is(DerCursor.Boolean) && IsTrue(ref extension);
            var value = extension.Enter(DerCursor.OctetString);
            RequireEnd(extension);
            if (Extension(id, critical, value) is { } problem) return problem;
        }

        return null;
    }

    string? Extension(string id, bool critical, DerCursor value)
    {
        if (!Readers.TryGetValue(id, out var read)) return critical ? Problem(id, "is critical and is not supported") : null;
        if (!_seen.Add(id)) return Problem(id, "occurs more than once");
        try
        {
            return read(value, critical) is { } problem ? Problem(id, problem) : null;
        }
        catch (ArgumentException)
        {
            return Problem(id, "is damaged");
        }
    }

    // Names are made for problems only: honest certificates have none.
    static string Problem(string id, string problem) => $"the extension {Extensions.Name(new DerObjectIdentifier(id))} {problem}";

    static readonly Dictionary<string, Func<DerCursor, bool, string?>> Readers = new()
    {
        ["2.5.29.19"] = (v, _) => BasicConstraints(v),
        ["2.5.29.15"] = (v, _) => Bits(v).Length == 0 ? "is empty" : null,
        ["2.5.29.37"] = (v, _) => Purposes(v),
        ["2.5.29.17"] = (v, _) => AlternativeNames(v),
        ["2.5.29.32"] = Policies,
        ["2.16.840.1.113730.1.1"] = (v, _) => Bits(v).Length != 1 ? "has another length than one byte" : null,
    };

    static string? BasicConstraints(DerCursor value)
    {
        var constraints = value.Enter(DerCursor.Sequence);
        RequireEnd(value);
        if (constraints.Is(DerCursor.Boolean)) IsTrue(ref constraints);
        // A number in its place is also accepted.
        else if (!constraints.IsAtEnd && SmallInteger(ref constraints) is null) return "has a CA flag that is neither TRUE nor FALSE";
        if (constraints.IsAtEnd) return null;
        return SmallInteger(ref constraints) is null or int.MaxValue || !constraints.IsAtEnd
            ? "has a path length that is not supported"
            : null;
    }

    static ReadOnlySpan<byte> Bits(DerCursor value)
    {
        var bits = value.Enter(DerCursor.BitString).Rest;
        RequireEnd(value);
        return bits.Length > 0 && bits[0] <= 7
            ? bits.Slice(1)
            : throw new ArgumentException("A BIT STRING says how many bits are left over.");
    }

    static string? Purposes(DerCursor value)
    {
        var purposes = value.Enter(DerCursor.Sequence);
        RequireEnd(value);
        if (purposes.IsAtEnd) return "is empty";
        while (!purposes.IsAtEnd) purposes.Enter(DerCursor.ObjectIdentifier);
        return null;
    }

    // Only the kind of each name is checked, and the type of an otherName.
    static string? AlternativeNames(DerCursor value)
    {
        const string hardwareModuleName = "1.3.6.1.5.5.7.8.4";
        var names = value.Enter(DerCursor.Sequence);
        RequireEnd(value);
        while (names.Tag is { } tag)
        {
            var name = names.Enter(tag);
            if ((tag & 0xC0) != 0x80) return "holds a name of an unknown kind";
            if ((tag & 0x1F) == 0 && Identifier(ref name) == hardwareModuleName) HardwareModule(name);
        }

        return null;
    }

    static void HardwareModule(DerCursor name)
    {
        var context = name.Enter(DerCursor.Context0);
        RequireEnd(name);
        var module = context.Enter(DerCursor.Sequence);
        RequireEnd(context);
        Identifier(ref module);
        module.Enter(DerCursor.OctetString);
        RequireEnd(module);
    }

    static string? Policies(DerCursor value, bool critical)
    {
        const string anyPolicy = "2.5.29.32.0";
        var policies = value.Enter(DerCursor.Sequence);
        RequireEnd(value);
        if (policies.IsAtEnd) return "is empty";
        var onlyAny = true;
        while (!policies.IsAtEnd)
        {
            var policy = policies.Enter(DerCursor.Sequence);
            onlyAny &= Identifier(ref policy) == anyPolicy;
            if (!policy.IsAtEnd) policy.Enter(DerCursor.Sequence);
            RequireEnd(policy);
        }

        return critical && !onlyAny ? "is critical and holds a policy other than anyPolicy" : null;
    }

    // The attributes of honest certificates: they are only compared, so nothing is allocated.
    static readonly (byte[] Content, string Id)[] KnownIdentifiers =
    [
        .. new[] { "2.5.4.3", "2.5.4.11", "2.5.4.10", "2.5.29.14", "2.5.29.35", P256Curve }
            .Concat(KeyAlgorithms).Concat(SignatureAlgorithms).Concat(Readers.Keys)
            .Select(id => (new DerObjectIdentifier(id).GetEncoded().AsSpan(2).ToArray(), id)),
    ];

    static string Identifier(ref DerCursor at)
    {
        var content = at.Enter(DerCursor.ObjectIdentifier).Rest;
        foreach (var (known, id) in KnownIdentifiers)
        {
            if (content.SequenceEqual(known)) return id;
        }

        return DerObjectIdentifier.FromContents(content.ToArray()).Id;
    }

    // Any byte but zero is TRUE.
    static bool IsTrue(ref DerCursor at)
    {
        var value = at.Enter(DerCursor.Boolean).Rest;
        return value.Length == 1 ? value[0] != 0 : throw new ArgumentException("A BOOLEAN has one byte.");
    }

    // Leading zeros do not count; null when it is negative or does not fit 31 bits.
    static int? SmallInteger(ref DerCursor at)
    {
        var value = at.Enter(DerCursor.Integer).Rest;
        if (value.Length == 0 || value[0] >= 0x80) return null;
        var number = 0L;
        foreach (var octet in value)
        {
            number = number << 8 | octet;
            if (number > int.MaxValue) return null;
        }

        return (int)number;
    }

    static void RequireEnd(DerCursor at)
    {
        if (!at.IsAtEnd) throw new ArgumentException("Something follows.");
    }

    readonly record struct SignatureAlgorithm(string Id, (byte Tag, int Length)? Parameters, string Content);
}
