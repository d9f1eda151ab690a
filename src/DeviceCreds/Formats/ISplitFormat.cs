namespace DeviceCreds;

/// <summary>A format for all devices whose reader takes files up to a size: the rest goes to further ones, <c>name-2.csv</c>.</summary>
internal interface ISplitFormat : IFleetFormat
{
    /// <summary>The most bytes that a file may have.</summary>
    long MaximumBytes { get; }
}
