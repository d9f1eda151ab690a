namespace DeviceCreds;

/// <summary>
/// The first bundle of a session in which the device makes its own key: it asks for the key and for a certificate signing
/// request. The device's reply is a <see cref="DeviceResponse"/>; the second bundle holds the certificate without a key.
/// Source: the factory configurator client's bundle handler, CsrReqs.
/// </summary>
public sealed record DeviceKeyRequest
{
    /// <param name="endpointName">The device's endpoint name: the request's CN, and the session's name unless another is given.</param>
    /// <param name="kind">Which service the credential is for.</param>
    public DeviceKeyRequest(string endpointName, CredentialKind kind)
    {
        EndpointName = endpointName;
        Kind = kind;
    }

    /// <summary>The device's endpoint name.</summary>
    public string EndpointName { get; }

    /// <summary>Which service the credential is for.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The account ID: the request's OU; needed for LwM2M.</summary>
    public string? AccountId { get; init; }

    /// <summary>The session, which the device echoes; null for the endpoint name.</summary>
    public string? SessionId { get; init; }

    /// <summary>48 bytes of entropy for a device without a source of its own: it makes its key from them.</summary>
    public byte[]? Entropy { get; init; }

    /// <summary>The root of trust: 16 bytes.</summary>
    public byte[]? RootOfTrust { get; init; }

    /// <summary>The folder that the request goes to.</summary>
    /// <param name="folder">The folder that holds one folder per device.</param>
    public string FolderIn(string folder) => Path.Combine(folder, FileNames.FolderFor(EndpointName));

    /// <summary>Writes the bundle.</summary>
    /// <param name="folder">The folder in which a folder for the device is created.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="DeviceCredsException">A name is not possible, the file exists, or the system refuses.</exception>
    public string Write(string folder, bool replace)
    {
        var bundle = Compose();
        return FileWriter.WriteAll(FolderIn(folder), [new OutputFile(FccBundleFormat.FileName, bundle.Encode(), bundle.IsSecret)],
            replace)[0];
    }

    /// <summary>Checks the names and the other values.</summary>
    /// <exception cref="DeviceCredsException">One is not possible.</exception>
    public void Check()
    {
        new DeviceIdentity(EndpointName, AccountId).Check(CertificateProfile.For(Kind));
        _ = ToConfiguration().Validated();
    }

    /// <summary>What the device is told with the request.</summary>
    public DeviceConfiguration ToConfiguration() => new()
    {
        EndpointName = EndpointName, SessionId = SessionId, Entropy = Entropy, RootOfTrust = RootOfTrust,
    };

    internal FccBundle Compose()
    {
        Check();
        var subject = $"CN={Escape(EndpointName)}{(AccountId is null ? "" : $",OU={Escape(AccountId)}")}";
        return new FccBundle
        {
            SessionId = SessionId ?? EndpointName,
            IsSessionOpen = true,
            Entropy = Entropy,
            RootOfTrust = RootOfTrust,
            // digitalSignature and clientAuth, as the certificate will say.
            Requests = [new FccKeyRequest(DeviceItems.PrivateKey(Kind), subject, KeyUsage: 1, ExtendedKeyUsage: 4)],
            Verify = false,
        };
    }

    // Mbed TLS reads the text: a comma ends an attribute unless a backslash is before it, and nothing else can be escaped.
    static string Escape(string value) => value.IndexOf('\\') < 0 ? value.Replace(",", "\\,")
        : throw new InputException("SubjectNotPossible", ErrorKind.InvalidArgument,
            $"'{SubjectText.Shorten(value)}' holds a backslash, which the device cannot read in the subject of a request.",
            "Use another name.");
}
