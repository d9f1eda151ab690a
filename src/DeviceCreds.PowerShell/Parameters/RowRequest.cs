namespace DeviceCreds.PowerShell;

/// <summary>The certificate request in a row: its device has a key, and must not get another one.</summary>
static class RowRequest
{
    const string NotRecognised = "RequestNotRecognised";

    /// <summary>The request in one of the columns for it; null for none.</summary>
    /// <exception cref="DeviceCredsException">A column's name says that it holds a request, and it cannot be read.</exception>
    public static DeviceCertificateRequest? Find(DeviceColumns columns)
    {
        foreach (var name in columns.GetRequestColumns())
        {
            if (columns.Find(name) is not (null or DBNull or "") and var value && Read(name, value) is { } request) return request;
        }

        return null;
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
