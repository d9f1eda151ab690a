namespace DeviceCreds;

/// <summary>The file with the resources: every error names the file and the resource's path.</summary>
/// <param name="file">The file.</param>
/// <param name="holdsBothObjects">Whether the form can hold both objects in one file.</param>
/// <param name="find">The known resources; by default those of certificate mode.</param>
internal sealed class Lwm2mInput(InputFile file, bool holdsBothObjects, Func<int, int, Lwm2mResource?>? find = null)
{
    /// <summary>Far more than any account has.</summary>
    public const int MaximumValues = 256;

    const int MaximumId = 65534;

    readonly HashSet<string> _paths = [];
    readonly List<Lwm2mValue> _values = [];

    public string? Path => file.Path;

    public byte[] Bytes => file.Bytes;

    public bool HoldsBothObjects => holdsBothObjects;

    /// <summary>The values read so far.</summary>
    public IReadOnlyList<Lwm2mValue> Values => _values;

    /// <summary>The resource at a path; unknown ones are refused, as clients do.</summary>
    public Lwm2mResource Find(int objectId, int id, string path) => (find ?? Lwm2mResource.Find)(objectId, id)
        ?? throw Error("ObjectsUnknownField", path,
            "this resource does not exist in certificate mode. Clients refuse a file that has it.");

    public void Add(Lwm2mValue value)
    {
        if (_values.Count == MaximumValues) throw Error(
            "ObjectsLimitExceeded", null, $"expected at most {MaximumValues} resources, found more.");
        if (value.Instance > MaximumId || value.Element > MaximumId)
            throw Error("ObjectsValueInvalid", value.Path, $"the number of an instance must be at most {MaximumId}.");
        if (!_paths.Add(value.Path)) throw Error("ObjectsDuplicateField", value.Path, "the resource occurs more than once.");
        _values.Add(value);
    }

    /// <summary>An error at a resource, or in the file.</summary>
    public InputException Error(string id, string? path, string message, Exception? inner = null, int? line = null, int? column = null) =>
        file.Invalid(id, path is null ? message : $"{path}: {message}",
            "Write the file again with Export-DeviceCredential, or correct it at its source.", line, column, inner);

    public T Locate<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            throw e.Inside(path, file.Path);
        }
    }
}
