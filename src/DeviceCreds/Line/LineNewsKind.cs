namespace DeviceCreds;

/// <summary>The sorts of news of an injection.</summary>
public enum LineNewsKind
{
    /// <summary>A detail, for those who want to see them.</summary>
    Detail,

    /// <summary>Something that is not wrong and may surprise.</summary>
    Warning,

    /// <summary>The device is not there yet, and is waited for.</summary>
    Waiting,

    /// <summary>The device is finished, well or badly.</summary>
    Finished,
}
