namespace DeviceCreds;

/// <summary>One value of a resource of one object instance.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Instance">The object instance.</param>
/// <param name="Value">A text, a Boolean, a 64-bit integer or bytes, as the resource's type says.</param>
/// <param name="Element">The resource instance, where there can be several.</param>
internal sealed record Lwm2mValue(Lwm2mResource Resource, int Instance, object Value, int? Element = null)
{
    /// <summary>The object instance, as messages and SenML name it.</summary>
    public string BaseName => $"/{Resource.ObjectId}/{Instance}/";

    /// <summary>The rest of the path: the resource, and the resource instance where there can be several.</summary>
    public string Name => Element is null ? $"{Resource.Id}" : $"{Resource.Id}/{Element}";

    public string Path => BaseName + Name;
}
