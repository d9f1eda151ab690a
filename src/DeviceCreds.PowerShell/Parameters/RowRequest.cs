namespace DeviceCreds.PowerShell;

/// <summary>The certificate request in a row: its device has a key, and must not get another one.</summary>
static class RowRequest
{
    const string NotRecognised = "RequestNotRecognised";

    /// <summary>The request in one of the columns for it; null for none.</summary>
    /// <exception cref="DeviceCredsException">A column's name says that it holds a request, and it cannot be read; or two columns hold
    /// different requests.</exception>
    public static DeviceCertificateRequest? Find(DeviceColumns columns)
    {
        DeviceCertificateRequest? found = null;
        foreach (var name in columns.GetRequestColumns())
        {
            if (columns.Find(name) is null or DBNull or "" || Read(name, columns.Find(name)!) is not { } request) continue;
            if (found is not null && !request.Der.AsSpan().SequenceEqual(found.Der))
                throw new IssuanceException("RequestDiffers", ErrorKind.InvalidArgument,
                    $"{name}: the row holds another certificate request than the column before.", "Leave out one of the columns.");
            found ??= request;
        }

        return found;
    }

    static DeviceCertificateRequest? Read(string name, object value)
    {
        try
        {
            return Remote.Restore(value) as DeviceCertificateRequest ?? DeviceCertificateRequest.Read(RowReader.Content(value));
        }
        catch (InputException e)
        {
            if (e.ErrorId == NotRecognised && !RowHeader.IsOfRequest(name)) return null;
            throw new InputException(e.ErrorId, e.Kind, $"{name}: {e.Problem}",
                e.ErrorId is NotRecognised or "RequestNotFound"
                    ? "Put the request itself into the column, in PEM or Base64; files are read by Import-DeviceCertificateRequest."
                    : e.Advice, inner: e);
        }
    }
}
