namespace DeviceCreds;

/// <summary>A format for all devices whose reader limits the size of a file: the rest goes to further files, <c>name-2.csv</c>.</summary>
internal interface ISplitFormat : IFleetFormat
{
    /// <summary>The most bytes that a file may have.</summary>
    long MaximumBytes { get; }
}
