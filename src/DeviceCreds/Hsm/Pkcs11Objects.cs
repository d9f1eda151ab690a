using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>A CA's objects on a token: its private and public key and its certificate, which share label and identifier.</summary>
internal static class Pkcs11Objects
{
    static readonly byte[] P256Parameters = X9ObjectIdentifiers.Prime256v1.GetDerEncoded();

    /// <summary>The one private EC key that the URI names.</summary>
    /// <exception cref="InputException">There is none, or more than one.</exception>
    public static Pkcs11Key FindKey(ISession session, Pkcs11Uri uri, string place)
    {
        var found = FindKeys(session, uri.Object, uri.Id);
        if (found.Count == 0 && uri.IdInHexadecimal is { } id) found = FindKeys(session, uri.Object, id);
        if (found.Count == 1) return Describe(session, found[0]);
        if (found.Count == 0)
            throw Pkcs11Errors.Error("TokenKeyNotFound", ErrorKind.NotFound,
                $"{place} holds no private EC key that the URI names.",
                "List what is there: pkcs11-tool --module <library> --login --list-objects.");
        var keys = found.Take(5).Select(k => Describe(session, k)).Select(k => $"'{SubjectText.Shorten(k.Label)}' (id {Hex.Encode(k.Id)})");
        throw Pkcs11Errors.Error("TokenKeySeveral", ErrorKind.Conflict,
            $"{place} holds {found.Count} private keys that the URI names: {string.Join(", ", keys)}.",
            "Name one by its label or identifier: 'pkcs11:token=...;object=...;id=%01'.");
    }

    static List<IObjectHandle> FindKeys(ISession session, string? label, byte[]? id) =>
        Find(session, [Is(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY), Is(CKA.CKA_KEY_TYPE, CKK.CKK_EC), .. Identity(label, id)]);

    /// <summary>Every X.509 certificate of the token that can be read, the newest first.</summary>
    public static IReadOnlyList<DeviceCertificate> Certificates(ISession session) =>
        [.. Find(session, [Is(CKA.CKA_CLASS, CKO.CKO_CERTIFICATE), Is(CKA.CKA_CERTIFICATE_TYPE, CKC.CKC_X_509)])
            .Select(handle => Read(session, handle, CKA.CKA_VALUE)).Where(der => der is { Length: > 0 })
            .Select(TryParse).OfType<DeviceCertificate>().OrderByDescending(c => c.Fields.NotBefore)];

    /// <summary>The points of the public keys with the identifier, or with the label where there is no identifier.</summary>
    public static IEnumerable<byte[]> PublicPoints(ISession session, Pkcs11Key key) =>
        Find(session, [Is(CKA.CKA_CLASS, CKO.CKO_PUBLIC_KEY), Is(CKA.CKA_KEY_TYPE, CKK.CKK_EC), key.Id.Length > 0
            ? Is(CKA.CKA_ID, key.Id) : Is(CKA.CKA_LABEL, key.Label)])
            .Append(key.Handle)
            .Select(handle => Point(Read(session, handle, CKA.CKA_EC_POINT))).OfType<byte[]>();

    /// <exception cref="InputException">An object on the token has the label or the identifier already.</exception>
    public static void EnsureFree(ISession session, string label, byte[] id, string place)
    {
        foreach (var (attribute, what) in new[] { (Is(CKA.CKA_LABEL, label), "label"), (Is(CKA.CKA_ID, id), "identifier") })
        {
            if (Find(session, [Is(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY), attribute]).Count > 0)
                throw Pkcs11Errors.Error("TokenKeyExists", ErrorKind.AlreadyExists,
                    $"{place} already holds a private key with this {what}; it was not replaced.",
                    "Choose another 'object=' in -Uri, or use the key: Get-CertificateAuthority.");
        }
    }

    /// <summary>
    /// Makes a key pair on P-256 whose private half never leaves the token, and signs only: tokens allow more by default.
    /// </summary>
    public static (IObjectHandle Private, IObjectHandle Public) Generate(ISession session, string label, byte[] id)
    {
        List<IObjectAttribute> shared = [Is(CKA.CKA_TOKEN, true), Is(CKA.CKA_LABEL, label), Is(CKA.CKA_ID, id)];
        session.GenerateKeyPair(
            session.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN),
            [.. shared, Is(CKA.CKA_EC_PARAMS, P256Parameters), Is(CKA.CKA_VERIFY, true),
                Is(CKA.CKA_ENCRYPT, false), Is(CKA.CKA_WRAP, false)],
            [.. shared, Is(CKA.CKA_PRIVATE, true), Is(CKA.CKA_SENSITIVE, true), Is(CKA.CKA_EXTRACTABLE, false), Is(CKA.CKA_SIGN, true),
                Is(CKA.CKA_DECRYPT, false), Is(CKA.CKA_UNWRAP, false), Is(CKA.CKA_DERIVE, false)],
            out var publicKey, out var privateKey);
        return (privateKey, publicKey);
    }

    public static void Store(ISession session, DeviceCertificate certificate, Pkcs11Key key) => session.CreateObject(
    [
        Is(CKA.CKA_CLASS, CKO.CKO_CERTIFICATE), Is(CKA.CKA_CERTIFICATE_TYPE, CKC.CKC_X_509), Is(CKA.CKA_TOKEN, true),
            Is(CKA.CKA_PRIVATE, false),
        Is(CKA.CKA_LABEL, key.Label), Is(CKA.CKA_ID, key.Id),
        Is(CKA.CKA_SUBJECT, certificate.Fields.SubjectDer), Is(CKA.CKA_ISSUER, certificate.Fields.IssuerDer),
        Is(CKA.CKA_SERIAL_NUMBER, new DerInteger(certificate.Fields.Serial).GetDerEncoded()), Is(CKA.CKA_VALUE, certificate.CertificateDer),
    ]);

    public static Pkcs11Key Describe(ISession session, IObjectHandle handle) => new(
        handle,
        System.Text.Encoding.UTF8.GetString(Read(session, handle, CKA.CKA_LABEL) ?? []),
        Read(session, handle, CKA.CKA_ID) ?? [],
        Read(session, handle, CKA.CKA_ALWAYS_AUTHENTICATE) is [1]);

    static List<IObjectHandle> Find(ISession session, List<IObjectAttribute> attributes) => session.FindAllObjects(attributes);

    static IEnumerable<IObjectAttribute> Identity(string? label, byte[]? id)
    {
        if (label is not null) yield return Is(CKA.CKA_LABEL, label);
        if (id is not null) yield return Is(CKA.CKA_ID, id);
    }

    // An attribute that a token does not have or does not give counts as absent.
    static byte[]? Read(ISession session, IObjectHandle handle, CKA attribute)
    {
        try
        {
            return session.GetAttributeValue(handle, [attribute])[0] is { CannotBeRead: false } value ? value.GetValueAsByteArray() : null;
        }
        catch (Pkcs11Exception e) when (!Pkcs11Errors.IsLoss(e.RV))
        {
            return null;
        }
    }

    // PKCS#11 wraps the point in an OCTET STRING; some tokens do not.
    static byte[]? Point(byte[]? value)
    {
        if (value is [4, 65, ..] && value.Length == P256.PointSize + 2) value = value.AsSpan(2).ToArray();
        return value is not null && P256.IsPoint(value) ? value : null;
    }

    static DeviceCertificate? TryParse(byte[]? der)
    {
        try
        {
            return CertificateReader.ReadDer(new InputFile(der!))[0];
        }
        catch (InputException)
        {
            return null;
        }
    }

    static IObjectAttribute Is(CKA name, CKO value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);

    static IObjectAttribute Is(CKA name, CKK value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);

    static IObjectAttribute Is(CKA name, CKC value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);

    static IObjectAttribute Is(CKA name, bool value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);

    static IObjectAttribute Is(CKA name, string value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);

    static IObjectAttribute Is(CKA name, byte[] value) => Pkcs11Library.Factories.ObjectAttributeFactory.Create(name, value);
}
