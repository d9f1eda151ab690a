namespace DeviceCreds;

/// <summary>A format whose text may stand inside files of another format, as PEM's does: it is recognised last.</summary>
internal interface IEmbeddedFormat : IReadableFormat;
