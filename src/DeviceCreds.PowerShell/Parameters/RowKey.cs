namespace DeviceCreds.PowerShell;

/// <summary>The private key in a row: its device has a key, and must not get another one without a word.</summary>
static class RowKey
{
    const string EndOfKey = "PRIVATE KEY-----", EndOfRequest = "CERTIFICATE REQUEST-----";

    /// <summary>The key on the command line, or in one of the row's columns for it; null for none.</summary>
    /// <exception cref="DeviceCredsException">A column holds a key that cannot be read, or another one than the command line or the
    /// column before.</exception>
    public static DeviceKey? Choose(DeviceKey? given, DeviceColumns columns)
    {
        var (chosen, source) = (given, "-Key");
        foreach (var name in columns.GetKeyColumns())
        {
            if (columns.Find(name) is null or DBNull or "" || Read(name, columns.Find(name)!) is not { } own) continue;
            if (chosen is not null && own.Fingerprint != chosen.Fingerprint)
                throw new IssuanceException("KeyDiffers", ErrorKind.InvalidArgument, $"{name}: the row holds another key than {source}.",
                    $"Leave out {source}, or the column {name}.");
            // The column's own, which may be a pair where -Key is a public half.
            (chosen, source) = (own, $"the column {name}");
        }

        return chosen;
    }

    /// <summary>A column that holds a private key or a certificate request, and by its name is not for one; null when no column does.
    /// </summary>
    public static (string Name, string Holds)? FindUnused(DeviceColumns columns)
    {
        if (columns == DeviceColumns.None) return null;
        foreach (var (name, value) in columns.GetAll().Select(c => (c.Key, c.Value)))
        {
            var text = value as string;
            if ((value is DeviceKey || text?.Contains(EndOfKey) == true) && !columns.GetKeyColumns().Contains(name))
                return (name, "a private key");
            if ((value is DeviceCertificateRequest || text?.Contains(EndOfRequest) == true) && !columns.GetRequestColumns().Contains(name))
                return (name, "a certificate request");
        }

        return null;
    }

    static DeviceKey? Read(string name, object value)
    {
        if (value is DeviceKey key) return key;
        // A column Key may also hold the number of a lock.
        if (name.IndexOf("private", StringComparison.OrdinalIgnoreCase) < 0 && !Remote.IsOurs(value)
            && !RowSecret.IsIn(value, Members.Open)) return null;
        try
        {
            return DeviceKey.Read(RowReader.Content(value));
        }
        catch (InputException e)
        {
            throw new InputException(e.ErrorId, e.Kind, $"{name}: {e.Problem}", e.ErrorId switch
            {
                "KeyNotRecognised" or "KeyNotFound" or "KeyIsPublic" or "KeyIsCertificate" =>
                    "Put the key itself into the column, in PEM or Base64, or the object that Import-DeviceKey reads.",
                "PasswordMissing" => "Read the key with Import-DeviceKey -Password, and put the result into the column.",
                _ => e.Advice,
            }, inner: e);
        }
    }
}
