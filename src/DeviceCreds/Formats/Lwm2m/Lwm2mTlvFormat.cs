using System.Text;

namespace DeviceCreds;

/// <summary>
/// LwM2M's own binary form, <c>application/vnd.oma.lwm2m+tlv</c>: what a bootstrap server writes to /0 and /1. Its object
/// instances do not say of which object they are, so each object is a file. Source: LwM2M 1.0, 6.4.3; content format 11542.
/// </summary>
internal sealed class Lwm2mTlvFormat : IDeviceFormat, IReadableFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "Lwm2mTlv",
        Description = "LwM2M TLV: the Security object, and for LwM2M the Server object, each as its instances",
        Audience = "LwM2M bootstrap servers, and LwM2M 1.0 clients that load objects from files",
        Files = "`BootstrapSecurity.tlv`, or `LwM2MSecurity.tlv` (/0) and `LwM2MServer.tlv` (/1)",
        Example = "$credentials | Export-DeviceCredential -Path out -Format Lwm2mTlv -Configuration "
            + "(New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684' -ServerCertificate server.pem)",
        Source = "LwM2M 1.0, 6.4.3; LwM2M 1.1 core, 7.4.3 and appendix E",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.Numbers;

    enum Kind
    {
        ObjectInstance,
        ResourceInstance,
        MultipleResource,
        Resource,
    }

    /// <summary>The objects Security and Server have no resource with a higher number (LwM2M 1.2, E.1 and E.2).</summary>
    const int HighestResource = 29;

    readonly record struct Entry(Kind Kind, int Id, byte[] Content);

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var values = Lwm2mObjects.Describe(credential, options, Info.Name);
        var objects = Encode(values);
        Lwm2mObjects.Wipe(values);
        return objects.Select(o => new OutputFile(Lwm2mObjects.FileName(
            credential.Kind, o.Key == 0 ? "Security.tlv" : "Server.tlv"), o.Value, IsSecret: o.Key == 0));
    }

    /// <summary>The instances of each object, by the object's number.</summary>
    internal static IReadOnlyDictionary<int, byte[]> Encode(IReadOnlyList<Lwm2mValue> values) =>
        values.GroupBy(v => v.Resource.ObjectId).ToDictionary(o => o.Key, EncodeInstances);

    static byte[] EncodeInstances(IEnumerable<Lwm2mValue> values) => Join(values.GroupBy(v => v.Instance).Select(instance =>
        Encode(Kind.ObjectInstance, instance.Key, Join(instance.GroupBy(v => v.Resource).Select(resource => resource.Key.IsMultiple
            ? Encode(Kind.MultipleResource, resource.Key.Id,
                Join(resource.Select(v => Encode(Kind.ResourceInstance, v.Element ?? 0, Encode(v)))))
            : Encode(Kind.Resource, resource.Key.Id, Encode(resource.Single())))))));

    // A part may hold a key.
    static byte[] Join(IEnumerable<byte[]> parts)
    {
        byte[][] all = [.. parts];
        var whole = KeyCodec.Join(all);
        foreach (var part in all) Array.Clear(part, 0, part.Length);
        return whole;
    }

    static byte[] Encode(Kind kind, int id, byte[] content)
    {
        var type = (int)kind << 6;
        var header = new List<byte> { 0 };
        if (id > byte.MaxValue)
        {
            type |= 0x20;
            header.Add((byte)(id >> 8));
        }

        header.Add((byte)id);
        if (content.Length < 8)
        {
            type |= content.Length;
        }
        else
        {
            var size = content.Length switch { <= 0xFF => 1, <= 0xFFFF => 2, _ => 3 };
            type |= size << 3;
            for (var shift = (size - 1) * 8; shift >= 0; shift -= 8) header.Add((byte)(content.Length >> shift));
        }

        header[0] = (byte)type;
        byte[] whole = [.. header, .. content];
        // The owner of a resource's value clears it.
        if (kind is Kind.ObjectInstance or Kind.MultipleResource) Array.Clear(content, 0, content.Length);
        return whole;
    }

    static byte[] Encode(Lwm2mValue value) => value.Value switch
    {
        bool flag => [flag ? (byte)1 : (byte)0],
        long number => Encode(number, value.Resource.Type == Lwm2mType.Integer),
        string text => Utf8.Strict.GetBytes(text),
        _ => (byte[])value.Value,
    };

    // The shortest of 1, 2, 4 and 8 bytes that holds it; only an Integer has a bit for the sign.
    static byte[] Encode(long number, bool isSigned)
    {
        var size = new[] { 1, 2, 4 }.FirstOrDefault(s => isSigned ? number >> (s * 8 - 1) is 0 or -1 : number >> (s * 8) == 0);
        var bytes = new byte[size == 0 ? 8 : size];
        for (var i = bytes.Length; i-- > 0; number >>= 8) bytes[i] = (byte)number;
        return bytes;
    }

    // Many binary files begin like an instance. One of ours, even if damaged, has a resource at its beginning; or all is complete TLV.
    public bool Recognises(InputFile file) => file.Bytes.Length > 1
        && ((file.Bytes[0] is <= 8 or 0x10 or 0x18 && BeginsWithResource(file.Bytes))
            || ((Kind)(file.Bytes[0] >> 6) is Kind.ObjectInstance or Kind.Resource && IsWhole(file.Bytes)));

    // The lengths may be wrong in a damaged file, and are not looked at. The instance's header may be all that is left.
    static bool BeginsWithResource(byte[] bytes)
    {
        var at = 2 + (bytes[0] >> 3 & 3);
        return at >= bytes.Length || ((Kind)(bytes[at] >> 6) is Kind.Resource or Kind.MultipleResource && (bytes[at] & 0x20) == 0
            && (at + 1 == bytes.Length || bytes[at + 1] <= HighestResource));
    }

    static bool IsWhole(byte[] bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (!TryReadHeader(bytes, ref at, out var kind, out _, out var length) || kind != (Kind)(bytes[0] >> 6)) return false;
            at += length;
        }

        return true;
    }

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var input = new Lwm2mInput(file, holdsBothObjects: false);
        Decode(input);
        Lwm2mObjects.Take(input.Values, input, parts);
    }

    internal static void Decode(Lwm2mInput input)
    {
        var entries = ReadAll(input, input.Bytes, null);
        // A write to one instance has no frame around it.
        if (entries.All(e => e.Kind is Kind.Resource or Kind.MultipleResource)) entries = [new Entry(Kind.ObjectInstance, 0, input.Bytes)];
        foreach (var entry in entries)
        {
            if (entry.Kind != Kind.ObjectInstance) throw input.Error(
                "ObjectsWrongType", null, "expected object instances only, found also resources outside of them.");
            ReadInstance(input, entry);
            // The values have copies of the bytes, and so does the caller.
            if (entry.Content != input.Bytes) Array.Clear(entry.Content, 0, entry.Content.Length);
        }
    }

    static void ReadInstance(Lwm2mInput input, Entry instance)
    {
        var resources = ReadAll(input, instance.Content, $"instance {instance.Id}");
        var objectId = IsSecurity(resources) ? 0 : 1;
        foreach (var entry in resources)
        {
            var path = $"/{objectId}/{instance.Id}/{entry.Id}";
            var resource = input.Find(objectId, entry.Id, path);
            if (entry.Kind != (resource.IsMultiple ? Kind.MultipleResource : Kind.Resource))
                throw input.Error("ObjectsWrongType", path, resource.IsMultiple
                    ? "this must be a resource with several instances." : "this must be a resource with one value.");
            if (!resource.IsMultiple)
            {
                input.Add(new Lwm2mValue(resource, instance.Id, Decode(input, resource, path, entry.Content)));
                continue;
            }

            foreach (var element in ReadAll(input, entry.Content, path))
            {
                if (element.Kind != Kind.ResourceInstance)
                    throw input.Error("ObjectsWrongType", path, "expected resource instances only.");
                input.Add(new Lwm2mValue(resource, instance.Id,
                    Decode(input, resource, $"{path}/{element.Id}", element.Content), element.Id));
            }
        }
    }

    // Resource 0 is a URI or a number; without it, only a Server object stores notifications or has a binding.
    static bool IsSecurity(List<Entry> resources) =>
        resources.FindIndex(e => e.Id == 0) is >= 0 and var first ? resources[first].Content.Length > 8
        : !resources.Exists(e => e.Id is 6 or 7);

    static object Decode(Lwm2mInput input, Lwm2mResource resource, string path, byte[] content)
    {
        switch (resource.Type)
        {
            case Lwm2mType.Bytes:
                return content;
            case Lwm2mType.Boolean:
                return content is [0 or 1] ? content[0] == 1 : throw WrongType("one byte, 0 or 1");
            case Lwm2mType.Text:
                try
                {
                    return Utf8.Strict.GetString(content);
                }
                catch (DecoderFallbackException e)
                {
                    throw input.Error("ObjectsValueInvalid", path, "the text is not UTF-8.", e);
                }

            default:
                if (content.Length is not (1 or 2 or 4 or 8)) throw WrongType("a number of 1, 2, 4 or 8 bytes");
                var number = resource.Type == Lwm2mType.Integer && content[0] >= 0x80 ? -1L : 0;
                foreach (var b in content) number = number << 8 | b;
                return number;
        }

        InputException WrongType(string expected) =>
            input.Error("ObjectsWrongType", path, $"expected {expected}, found {content.Length:N0} bytes ({resource.Name}).");
    }

    static List<Entry> ReadAll(Lwm2mInput input, byte[] bytes, string? path)
    {
        var entries = new List<Entry>();
        for (var at = 0; at < bytes.Length;)
        {
            var start = at;
            if (!TryReadHeader(bytes, ref at, out var kind, out var id, out var length))
                throw input.Error("ObjectsTruncated", path,
                $"the TLV is incomplete or damaged: the entry at byte {start:N0} ends after the last of {bytes.Length:N0} bytes.");
            if (entries.Count == Lwm2mInput.MaximumValues)
                throw input.Error("ObjectsLimitExceeded", path, $"expected at most {Lwm2mInput.MaximumValues} entries, found more.");
            entries.Add(new Entry(kind, id, bytes.AsSpan(at, length).ToArray()));
            at += length;
        }

        return entries.Count > 0 ? entries : throw input.Error("ObjectsFieldMissing", path, "expected an entry, found nothing.");
    }

    /// <summary>Reads the header before the content; false when the header or the content goes beyond the bytes.</summary>
    static bool TryReadHeader(byte[] bytes, ref int at, out Kind kind, out int id, out int length)
    {
        int type = bytes[at++];
        kind = (Kind)(type >> 6);
        (id, length) = (0, type & 7);
        var (idSize, lengthSize) = ((type & 0x20) == 0 ? 1 : 2, type >> 3 & 3);
        if (bytes.Length - at < idSize + lengthSize) return false;
        id = ReadNumber(bytes, ref at, idSize);
        if (lengthSize > 0) length = ReadNumber(bytes, ref at, lengthSize);
        return length <= bytes.Length - at;
    }

    static int ReadNumber(byte[] bytes, ref int at, int size)
    {
        var number = 0;
        while (size-- > 0) number = number << 8 | bytes[at++];
        return number;
    }
}
