namespace DeviceCreds;

/// <summary>
/// A form in which a device, a tool or a service takes credentials. Each is one file in this folder, which registers and
/// documents itself: completion, error messages and docs/about/formats.md are made from these properties.
/// </summary>
internal interface ICredentialFormat
{
    /// <summary>The name that <c>-Format</c> takes.</summary>
    string Name { get; }

    /// <summary>What it is, in one line.</summary>
    string Description { get; }

    /// <summary>Who takes it.</summary>
    string Audience { get; }

    /// <summary>The files that it writes.</summary>
    string Files { get; }

    /// <summary>The pipeline that makes it, in one line of PowerShell.</summary>
    string Example { get; }

    /// <summary>Where it is specified.</summary>
    string Source { get; }

    /// <summary>How it holds the private key.</summary>
    PrivateKeyForm KeyForm { get; }
}
