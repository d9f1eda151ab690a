namespace DeviceCreds;

/// <summary>The sorts of news of an injection.</summary>
public enum LineNewsKind
{
    /// <summary>A detail, for the verbose stream.</summary>
    Detail,

    /// <summary>A warning.</summary>
    Warning,

    /// <summary>The device is not there yet; the run waits for it.</summary>
    Waiting,

    /// <summary>The device is finished, with success or not.</summary>
    Finished,
}
