using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>A SenML pack while it is read, record by record and label by label, from JSON or CBOR.</summary>
internal sealed class SenmlPack(Lwm2mInput input)
{
    static readonly Regex Path = new(
        @"\A/(0|[1-9][0-9]{0,4})/(0|[1-9][0-9]{0,4})/(0|[1-9][0-9]{0,4})(?:/(0|[1-9][0-9]{0,4}))?\z", RegexOptions.CultureInvariant);

    // A longer text is a mistake and may be a key in the wrong place: it is not shown.
    const int LongestPath = 24;
    const int LongestLabel = 8;

    readonly Dictionary<SenmlLabel, object> _record = [];
    string _baseName = "";
    int _count;

    /// <summary>The labels in JSON.</summary>
    public static readonly IReadOnlyDictionary<SenmlLabel, string> JsonLabels = new Dictionary<SenmlLabel, string>
    {
        [SenmlLabel.BaseName] = "bn", [SenmlLabel.Name] = "n", [SenmlLabel.Number] = "v", [SenmlLabel.Text] = "vs",
            [SenmlLabel.Boolean] = "vb", [SenmlLabel.Data] = "vd",
    };

    /// <summary>Where the reader is, for messages: records are counted from 1.</summary>
    public string Place => $"record {_count}";

    /// <summary>The labels and values that one value is written with; a base name stands before the first of an instance.</summary>
    public static IReadOnlyList<(SenmlLabel Label, object Value)> Record(Lwm2mValue value, Lwm2mValue? before)
    {
        var labels = new List<(SenmlLabel, object)>();
        if (value.BaseName != before?.BaseName) labels.Add((SenmlLabel.BaseName, value.BaseName));
        labels.Add((SenmlLabel.Name, value.Name));
        labels.Add((LabelOf(value.Resource.Type), value.Value));
        return labels;
    }

    public void Begin()
    {
        _record.Clear();
        _count++;
        if (_count > Lwm2mInput.MaximumValues) throw input.Error(
            "ObjectsLimitExceeded", null, $"expected at most {Lwm2mInput.MaximumValues} records, found more.");
    }

    /// <summary>Whether the label has come in this record; the error names it as it is written.</summary>
    public void Expect(SenmlLabel label, string written)
    {
        if (_record.ContainsKey(label)) throw input.Error("ObjectsDuplicateField", Place, $"the label {written} occurs more than once.");
    }

    public void Set(SenmlLabel label, object value) => _record.Add(label, value);

    /// <exception cref="InputException">The label is not one that LwM2M objects need.</exception>
    public InputException Unknown(string written) =>
        input.Error("ObjectsUnknownField", Place,
        $"the label{(written.Length <= LongestLabel ? $" '{SubjectText.Shorten(written)}'" : "")} is not expected here.");

    public InputException WrongType(string written, string expected) =>
        input.Error("ObjectsWrongType", Place, $"the value of {written} must be {expected}.");

    /// <summary>The record is complete: it becomes a value of a resource.</summary>
    public void End()
    {
        if (_record.TryGetValue(SenmlLabel.BaseName, out var baseName)) _baseName = (string)baseName;
        var path = _baseName + (_record.TryGetValue(SenmlLabel.Name, out var name) ? (string)name : "");
        var match = Path.Match(path);
        if (!match.Success) throw input.Error("ObjectsValueInvalid", Place,
            $"the name{(path.Length <= LongestPath && path.All(c => c is '/' or (>= '0' and <= '9')) ? $" '{path}'" : "")} is not the path "
            + "of a resource, such as /0/0/1.");
        var (objectId, instance, id) = (Number(match, 1), Number(match, 2), Number(match, 3));
        var resource = input.Find(objectId, id, path);
        if (match.Groups[4].Success != resource.IsMultiple)
            throw input.Error("ObjectsWrongType", path, resource.IsMultiple
                ? "the resource has several instances: the path must name one."
                : "the resource has one value: the path must end with the resource.");
        var values = _record.Where(l => l.Key is not (SenmlLabel.BaseName or SenmlLabel.Name)).ToList();
        if (values.Count == 0) throw input.Error("ObjectsFieldMissing", path, "the value is missing.");
        if (values.Count > 1) throw input.Error("ObjectsDuplicateField", path, $"expected one value, found {values.Count}.");
        if (values[0].Key != LabelOf(resource.Type))
            throw input.Error("ObjectsWrongType", path, $"the value must be {resource.TypeName} ({resource.Name}).");
        input.Add(new Lwm2mValue(resource, instance, values[0].Value, match.Groups[4].Success ? Number(match, 4) : null));
    }

    static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    static SenmlLabel LabelOf(Lwm2mType type) => type switch
    {
        Lwm2mType.Text => SenmlLabel.Text,
        Lwm2mType.Boolean => SenmlLabel.Boolean,
        Lwm2mType.Bytes => SenmlLabel.Data,
        _ => SenmlLabel.Number,
    };
}
