namespace DeviceCreds;

/// <summary>A device's reply to a bundle: the factory configurator client's verdict, its warnings, and the requests for the keys
/// it made.</summary>
public sealed record DeviceResponse
{
    // A response has 2,560 bytes at most.
    const int MaximumBytes = 64 * 1024;
    const int MaximumRequests = 5;

    /// <summary>The status with which the device answered; 0 is success.</summary>
    public int ReturnStatus { get; private init; }

    /// <summary>The status's name, such as <c>EXPIRED_CERTIFICATE</c>.</summary>
    public string StatusName => DeviceStatus.Name(ReturnStatus);

    /// <summary>Whether the device accepted the bundle.</summary>
    public bool Succeeded => ReturnStatus == 0;

    /// <summary>The session that the bundle named; null when it named none.</summary>
    public string? SessionId { get; private init; }

    /// <summary>What the device says of its status; for an error, with the item that it is about.</summary>
    public string? InfoMessage { get; private init; }

    /// <summary>The device's warnings.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The certificate signing requests for the keys that the device made.</summary>
    public IReadOnlyList<DeviceCertificateRequest> Requests { get; private init; } = [];

    /// <summary>The file; null when it was not read from one.</summary>
    public string? Path { get; private init; }

    /// <summary>Reads a response.</summary>
    /// <exception cref="InputException">It is not a response of a device; the message names the field.</exception>
    public static DeviceResponse Read(InputFile file)
    {
        if (file.Bytes.Length > MaximumBytes)
            throw new InputException("ResponseLimitExceeded", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"the response has {file.Bytes.Length:N0} bytes; {MaximumBytes:N0} are allowed."),
                "Is this the right file?", file.Path);
        return CborInput.Read(file, "response", allowsIndefinite: true, input => Read(file, input));
    }

    static DeviceResponse Read(InputFile file, CborInput input)
    {
        var (response, hasVersion, status) = (new DeviceResponse { Path = file.Path }, false, (long?)null);
        input.Map(key =>
        {
            switch (key)
            {
                case "SchemeVersion":
                    hasVersion = input.Text() == FccLimits.Version
                        ? true
                        : throw input.Error("ValueInvalid", $"the version must be {FccLimits.Version}.", null);
                    break;
                case "SID":
                    response = response with { SessionId = input.Text() };
                    break;
                case "ReturnStatus":
                    status = input.Integer() is >= 0 and <= int.MaxValue and var number
                        ? number
                        : throw input.Error("ValueInvalid", "this is no status.", null);
                    break;
                case "InfoMessage":
                    response = response with { InfoMessage = input.Text().Trim() };
                    break;
                case "WarningInfo":
                    response = response with { Warnings = [.. input.Text().Split(['\n'], StringSplitOptions.RemoveEmptyEntries)] };
                    break;
                case "Csrs":
                    response = response with { Requests = input.Array(MaximumRequests, () => ReadRequest(file, input)) };
                    break;
                default:
                    throw input.Error("UnknownField", "a device's response has no such field.",
                        "Is this the device's response, and not the bundle that was sent?");
            }
        });
        if (!hasVersion) throw input.Error("FieldMissing", "the field SchemeVersion is missing.", null);
        return response with { ReturnStatus = (int)(status
            ?? throw input.Error("FieldMissing", "the field ReturnStatus is missing.", null)) };
    }

    static DeviceCertificateRequest ReadRequest(InputFile file, CborInput input)
    {
        var (name, request) = ((string?)null, (DeviceCertificateRequest?)null);
        input.Map(key =>
        {
            if (key == "PrKN") name = input.Text();
            else if (key == "Data") request = ReadRequest(file, input, input.Bytes());
            else throw input.Error("UnknownField", "a device's response has no such field.", null);
        });
        if (request is null) throw input.Error("FieldMissing", "the field Data is missing.", null);
        request.PrivateKeyName = name ?? throw input.Error("FieldMissing", "the field PrKN is missing.", null);
        return request;
    }

    static DeviceCertificateRequest ReadRequest(InputFile file, CborInput input, byte[] der)
    {
        try
        {
            return DeviceCertificateRequest.Read(new InputFile(der));
        }
        catch (InputException e)
        {
            throw new InputException(e.ErrorId, e.Kind, $"{input.Field}: {e.Problem}", e.Advice, file.Path, inner: e);
        }
    }

    /// <summary>Why there is nothing in it to sign; null when its requests can be signed.</summary>
    public IssuanceException? FindRefusal()
    {
        if (Requests.Count == 0)
            return new("ResponseWithoutRequest", ErrorKind.InvalidArgument, $"The device's response ({this}) holds no request.",
                "A device sends requests when it is asked for them: Export-DeviceKeyRequest.");
        return Succeeded ? null
            : new("ResponseFailed", ErrorKind.Conflict,
                $"The device's response ({this}) holds a request, but reports an error: the device may not have stored its key.",
                "Ask the device again: Export-DeviceKeyRequest.");
    }

    /// <summary>The status and its name.</summary>
    public override string ToString() => $"{ReturnStatus} {StatusName}";
}
