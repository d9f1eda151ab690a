using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// What the specifications themselves print: LwM2M 1.0, 6.4.3, and 1.1, 7.4.3 to 7.4.5 (the objects 2, 3, 65 and 66, which no
/// file of ours holds, so that their resources are given to the readers here), and RFC 8428, 5.1.2 and 6.
/// </summary>
public class SpecificationExampleTests
{
    const string DeviceResources =
        "C800144F70656E204D6F62696C6520416C6C69616E6365C801164C69676874776569676874204D324D20436C69656E74"
            + "C80209333435303030313233C303312E30860641000141010588070842000ED842011388870841007D42010384"
            + "C10964C10A0F830B410000C40D5182428FC60E2B30323A3030C11055";
    const string DeviceCbor =
        "90A321652F332F302F00613003744F70656E204D6F62696C6520416C6C69616E6365"
            + "A200613103764C69676874776569676874204D324D20436C69656E74A20061320369333435303030313233A20061330363312E30"
            + "A20063362F300201A20063362F310205A20063372F3002190ED8A20063372F3102191388A20063382F3002187DA20063382F3102190384"
            + "A2006139021864A200623130020FA2006431312F300200A200623133021A5182428FA20062313403662B30323A3030A200623136036155";
    const string DeviceJson =
        """[{"bn":"/3/0/","n":"0","vs":"Open Mobile Alliance"},{"n":"1","vs":"Lightweight M2M Client"},"""
            + """{"n":"2","vs":"345000123"},{"n":"3","vs":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},"""
            + """{"n":"7/1","v":5000},{"n":"8/0","v":125},{"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},"""
            + """{"n":"11/0","v":0},{"n":"13","v":1367491215},{"n":"14","vs":"+02:00"},{"n":"16","vs":"U"}]""";

    /// <summary>An object: its number, and of each value the instance, the resource, the resource instance and the value.</summary>
    static Lwm2mValue[] Values(int objectId, params (int Instance, int Id, int? Element, object Value)[] values) =>
        [.. values.Select(
            v => new Lwm2mValue(new Lwm2mResource(objectId, v.Id, "example", TypeOf(v.Value), IsMultiple: v.Element is not null),
                v.Instance, v.Value, v.Element))];

    static Lwm2mType TypeOf(object value) => value switch { string => Lwm2mType.Text, long => Lwm2mType.Integer, _ => Lwm2mType.Bytes };

    static readonly Lwm2mValue[] Device = Values(3,
        (0, 0, null, "Open Mobile Alliance"), (0, 1, null, "Lightweight M2M Client"), (0, 2, null, "345000123"),
        (0, 3, null, "1.0"), (0, 6, 0, 1L), (0, 6, 1, 5L), (0, 7, 0, 3800L), (0, 7, 1, 5000L),
        (0, 8, 0, 125L), (0, 8, 1, 900L), (0, 9, null, 100L), (0, 10, null, 15L), (0, 11, 0, 0L), (0, 13, null, 1367491215L),
        (0, 14, null, "+02:00"), (0, 16, null, "U"));

    static readonly Lwm2mValue[] AccessControl = Values(2,
        (0, 0, null, 1L), (0, 1, null, 0L), (0, 2, 127, 7L), (0, 3, null, 127L), (2, 0, null, 3L), (2, 1, null, 0L),
        (2, 2, 127, 7L), (2, 2, 310, 1L), (2, 3, null, 127L));

    // An object link is two numbers of 16 bits.
    static readonly Lwm2mValue[] Links = Values(66,
        (0, 0, null, "myService 1"), (0, 1, null, "Internet.15.234"), (0, 2, null, Convert.FromHexString("00430000")),
        (1, 0, null, "myService 2"), (1, 1, null, "Internet.15.235"), (1, 2, null, Convert.FromHexString("FFFFFFFF")));

    static readonly Lwm2mValue[] ManyLinks = Values(65, (0, 0, 0, Convert.FromHexString("00420000")),
        (0, 0, 1, Convert.FromHexString("00420001")), (0, 1, null, "8613800755500"), (0, 2, null, 0x12345678L));

    /// <summary>The values, and the object as the specification prints it in TLV; 65 it prints without the frame of its instance.</summary>
    public static TheoryData<string, string> Tlv => new()
    {
        { nameof(Device), "080079" + DeviceResources },
        { nameof(AccessControl), "08000EC10001C101008302417F07C1037F080212C10003C101008702417F0761013601C1037F" },
        { nameof(ManyLinks), "08002588000C440000420000440100420001C8010D38363133383030373535353030C40212345678" },
        { nameof(Links),
            "080026C8000B6D79536572766963652031C8010F496E7465726E65742E31352E323334C40200430000"
            + "080126C8000B6D79536572766963652032C8010F496E7465726E65742E31352E323335C402FFFFFFFF" },
    };

    static Lwm2mValue[] Example(string name) =>
        name switch { nameof(Device) => Device, nameof(AccessControl) => AccessControl, nameof(Links) => Links, _ => ManyLinks };

    static IEnumerable<string> Decode(byte[] content, Lwm2mValue[] example, Action<Lwm2mInput> decode)
    {
        var input = new Lwm2mInput(new InputFile(content), holdsBothObjects: true,
            (_, id) => example.FirstOrDefault(v => v.Resource.Id == id)?.Resource);
        decode(input);
        return input.Values.Select(Text);
    }

    static string Text(Lwm2mValue value) =>
        $"{value.Path} {(value.Value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value.Value.GetType().Name} {value.Value}")}";

    [Theory]
    [MemberData(nameof(Tlv))]
    public void The_TLV_of_an_object_is_written_and_read_byte_for_byte(string name, string hex)
    {
        var example = Example(name);
        Assert.Equal(hex, Convert.ToHexString(Lwm2mTlvFormat.Encode(example).Single().Value));
        Assert.Equal(example.Select(Text), Decode(Convert.FromHexString(hex), example, Lwm2mTlvFormat.Decode));
    }

    [Fact]
    public void The_TLV_of_one_instance_is_read_without_its_frame() =>
    Assert.Equal(Device.Select(Text), Decode(Convert.FromHexString(DeviceResources), Device, Lwm2mTlvFormat.Decode));

    [Fact]
    public void The_device_object_is_written_and_read_in_both_forms_of_SenML()
    {
        Assert.Equal(DeviceCbor, Convert.ToHexString(SenmlCborFormat.Encode(Device)));
        Assert.Equal(DeviceJson, Encoding.UTF8.GetString(SenmlJsonFormat.Encode(Device)));
        Assert.Equal(Device.Select(Text), Decode(Convert.FromHexString(DeviceCbor), Device, SenmlCborFormat.Decode));
        Assert.Equal(Device.Select(Text), Decode(Encoding.UTF8.GetBytes(DeviceJson), Device, SenmlJsonFormat.Decode));
    }

    // Times and units have no place in LwM2M objects, and clients refuse a file that has them: the first is named, in the words
    // of each form.
    [Theory]
    [InlineData("x.cbor", "'-3'",
        "87A721781B75726E3A6465763A6F773A3130653230373361303130383030363A22FB41D303A15B001062"
            + "23614120050067766F6C7461676501615602FB405E066666666666"
            + "A3006763757272656E74062402FB3FF3333333333333A3006763757272656E74062302FB3FF4CCCCCCCCCCCD"
            + "A3006763757272656E74062202FB3FF6666666666666A3006763757272656E74062102F93E00"
            + "A3006763757272656E74062002FB3FF999999999999AA3006763757272656E74060002FB3FFB333333333333")]
    [InlineData("x.json", "'bt'",
        """[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},"""
            + """{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},"""
            + """{"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]""")]
    public void The_measurements_of_RFC_8428_are_refused_by_their_first_label_that_has_no_place(string name, string label, string content)
    {
        var error = Delivery.Refusal(name, name == "x.cbor" ? Convert.FromHexString(content) : Encoding.UTF8.GetBytes(content));
        Assert.Equal("ObjectsUnknownField", error.ErrorId);
        Assert.Contains("record 1", error.Message);
        Assert.Contains(label, error.Message);
    }
}
