namespace DeviceCreds;

/// <summary>The description of a format: completion, error messages and docs/about/formats.md are made from it.</summary>
internal sealed record FormatInfo
{
    /// <summary>The name that <c>-Format</c> takes.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>Who uses it.</summary>
    public required string Audience { get; init; }

    /// <summary>The files that it writes.</summary>
    public required string Files { get; init; }

    /// <summary>The pipeline that makes it, in one line of PowerShell.</summary>
    public required string Example { get; init; }

    /// <summary>Where it is specified.</summary>
    public required string Source { get; init; }

    /// <summary>How it holds the private key.</summary>
    public required PrivateKeyForm KeyForm { get; init; }

    /// <summary>Whether the service ignores case: two devices whose names differ only in case are one device there.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Which endpoint names it can hold; null when it can hold all.</summary>
    public NameRule? Names { get; init; }
}
