namespace DeviceCreds;

/// <summary>A format that is read back.</summary>
internal interface IReadableFormat : ICredentialFormat
{
    /// <summary>How its files are recognised.</summary>
    FormatSign Sign { get; }

    /// <summary>Whether the file is of this format, as far as its sign says. Checks little, and never throws.</summary>
    bool Recognises(InputFile file);

    /// <summary>Adds what the file holds to what is known of the device.</summary>
    /// <exception cref="InputException">The file is damaged, or the password is missing or wrong.</exception>
    void Read(InputFile file, char[]? password, CredentialParts parts);
}
