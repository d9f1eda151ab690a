using System.Formats.Cbor;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// LwM2M objects as SenML CBOR, <c>application/senml+cbor</c>: what Anjay's factory provisioning loads. Labels are numbers,
/// paths absolute, and nothing follows the array. Source: RFC 8428, 6; LwM2M 1.1 core, 7.4.5; content format 112.
/// </summary>
internal sealed class SenmlCborFormat : IDeviceFormat, IReadableFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "SenmlCbor",
        Description = "SenML CBOR: the LwM2M Security and Server objects in one binary file",
        Audience = "LwM2M 1.1 clients with factory provisioning, such as Anjay's, and LwM2M 1.1 servers",
        Files = "`BootstrapObjects.senml.cbor`, or `LwM2MObjects.senml.cbor`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format SenmlCbor -Configuration "
            + "(New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684' -ServerCertificate server.pem)",
        Source = "RFC 8428; LwM2M 1.1 core, 7.4.5 and appendix E",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var values = Lwm2mObjects.Describe(credential, options, Info.Name);
        var content = Encode(values);
        Lwm2mObjects.Wipe(values);
        return [new OutputFile(Lwm2mObjects.FileName(credential.Kind, "Objects.senml.cbor"), content, IsSecret: true)];
    }

    internal static byte[] Encode(IReadOnlyList<Lwm2mValue> values)
    {
        // Large enough not to grow: a buffer that is too short would stay in memory with the key.
        var writer = new CborWriter(initialCapacity: 16 * 1024);
        writer.WriteStartArray(values.Count);
        for (var i = 0; i < values.Count; i++) Write(writer, SenmlPack.Record(values[i], i == 0 ? null : values[i - 1]));
        writer.WriteEndArray();
        var content = writer.Encode();
        // Overwrites what it held.
        writer.Reset();
        return content;
    }

    static void Write(CborWriter writer, IReadOnlyList<(SenmlLabel Label, object Value)> record)
    {
        writer.WriteStartMap(record.Count);
        foreach (var (label, value) in record)
        {
            writer.WriteInt32((int)label);
            if (value is bool flag) writer.WriteBoolean(flag);
            else if (value is long number) writer.WriteInt64(number);
            else if (value is byte[] bytes) writer.WriteByteString(bytes);
            else writer.WriteTextString((string)value);
        }

        writer.WriteEndMap();
    }

    // A CBOR array of any length: neither text nor DER begins like this. Other binary files have no map or array at its beginning.
    public bool Recognises(InputFile file) => file.Bytes.Length > 1 && file.Bytes[0] is >= 0x80 and <= 0x9F
        && (CborInput.FirstInside(file.Bytes) is null or (>= 0x80 and <= 0xBF));

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var input = new Lwm2mInput(file, holdsBothObjects: true);
        Decode(input);
        Lwm2mObjects.Take(input.Values, input, parts);
    }

    internal static void Decode(Lwm2mInput input)
    {
        var pack = new SenmlPack(input);
        // The checks of conformance modes are made here, where the record is known.
        var reader = new CborReader(input.Bytes, CborConformanceMode.Lax);
        try
        {
            reader.ReadStartArray();
            while (reader.PeekState() != CborReaderState.EndArray) ReadRecord(reader, input, pack);
            reader.ReadEndArray();
            if (reader.BytesRemaining > 0) throw input.Error(
                "ObjectsTrailingData", null, $"{MessageText.BytesFollow(reader.BytesRemaining)} the array. Clients refuse such a file.");
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            throw input.Error("ObjectsMalformed", pack.Place,
                $"the CBOR is incomplete or damaged at byte {input.Bytes.Length - reader.BytesRemaining:N0}.", e);
        }
    }

    static void ReadRecord(CborReader reader, Lwm2mInput input, SenmlPack pack)
    {
        pack.Begin();
        if (reader.PeekState() != CborReaderState.StartMap) throw input.Error("ObjectsWrongType", pack.Place, "a record must be a map.");
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (!IsInteger(reader)) throw reader.PeekState() == CborReaderState.TextString
                ? pack.Unknown(Text(reader, input, pack)) : input.Error("ObjectsWrongType", pack.Place, "a label must be a number.");
            var number = Integer(reader) ?? throw input.Error(
                "ObjectsUnknownField", pack.Place, "a label must fit in 64 bits.");
            var written = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (number is < int.MinValue or > int.MaxValue || !Enum.IsDefined(typeof(SenmlLabel), (int)number)) throw pack.Unknown(written);
            var label = (SenmlLabel)(int)number;
            pack.Expect(label, written);
            pack.Set(label, ReadValue(reader, input, pack, label, written));
        }

        reader.ReadEndMap();
        pack.End();
    }

    static object ReadValue(CborReader reader, Lwm2mInput input, SenmlPack pack, SenmlLabel label, string written) =>
        (label, reader.PeekState()) switch
    {
        (SenmlLabel.Number, CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger) => Integer(reader) ??
            throw pack.WrongType(written, "a whole number of 64 bits"),
        (SenmlLabel.Number, _) => throw pack.WrongType(written, "a whole number"),
        (SenmlLabel.Boolean, CborReaderState.Boolean) => reader.ReadBoolean(),
        (SenmlLabel.Boolean, _) => throw pack.WrongType(written, "true or false"),
        (SenmlLabel.Data, CborReaderState.ByteString) => reader.ReadByteString(),
        (SenmlLabel.Data, _) => throw pack.WrongType(written, "a byte string of definite length"),
        (_, CborReaderState.TextString) => Text(reader, input, pack),
        _ => throw pack.WrongType(written, "a text of definite length"),
    };

    static bool IsInteger(CborReader reader) => reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger;

    static long? Integer(CborReader reader)
    {
        try
        {
            return reader.ReadInt64();
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    static string Text(CborReader reader, Lwm2mInput input, SenmlPack pack)
    {
        try
        {
            return Utf8.Strict.GetString(reader.ReadDefiniteLengthTextStringBytes().ToArray());
        }
        catch (DecoderFallbackException e)
        {
            throw input.Error("ObjectsValueInvalid", pack.Place, "a text is not UTF-8.", e);
        }
    }
}
