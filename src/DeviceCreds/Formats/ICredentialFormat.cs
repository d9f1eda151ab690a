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

/// <summary>How a format holds the private key.</summary>
internal enum PrivateKeyForm
{
    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>As it is: who takes the format has no password to open it with.</summary>
    Plain,

    /// <summary>As it is, or encrypted when a password is given.</summary>
    EncryptedOnRequest,

    /// <summary>Encrypted: the format needs a password.</summary>
    Encrypted,
}

/// <summary>A format with files of its own for each device.</summary>
internal interface IDeviceFormat : ICredentialFormat
{
    /// <summary>The files of one credential.</summary>
    /// <exception cref="DeviceCredsException">The credential or the configuration does not fit the format.</exception>
    IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options);
}

/// <summary>A format with one file for all devices of an export: an entry a device.</summary>
internal interface IFleetFormat : ICredentialFormat
{
    /// <summary>The file's name, without a folder.</summary>
    string FileName { get; }

    /// <summary>What stands before the first entry.</summary>
    string Begin { get; }

    /// <summary>What stands between two entries.</summary>
    string Between { get; }

    /// <summary>What stands after the last entry.</summary>
    string End { get; }

    /// <summary>One credential's entry.</summary>
    /// <exception cref="DeviceCredsException">The credential or the configuration does not fit the format.</exception>
    string Entry(DeviceCredential credential, ExportOptions options);
}

/// <summary>A format that is read back.</summary>
internal interface IReadableFormat : ICredentialFormat
{
    /// <summary>The endings, in lower case, of files that are looked into where a folder is read; by these it is not told apart.</summary>
    IReadOnlyList<string> Endings { get; }

    /// <summary>Whether the content, not the file's name, is of this format. Looks at little, and never throws.</summary>
    bool Recognises(InputFile file);

    /// <summary>Adds what the file holds to what is known of the device.</summary>
    /// <exception cref="InputException">The file is damaged, or the password is missing or wrong.</exception>
    void Read(InputFile file, char[]? password, CredentialParts parts);
}

/// <summary>A format whose files have no form of their own: it goes by their names, and is asked before all others.</summary>
internal interface INamedFormat : IReadableFormat;
