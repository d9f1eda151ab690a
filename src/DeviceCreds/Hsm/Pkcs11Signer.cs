using Net.Pkcs11Interop.Common;

namespace DeviceCreds;

/// <summary>
/// A CA key on a PKCS#11 token: an HSM, a smart card, SoftHSM. It signs in as many sessions as threads ask; when a session
/// or the token is lost, it logs in again, once. Every signature is verified with the CA's public key.
/// </summary>
internal sealed class Pkcs11Signer : ICertificateSigner
{
    readonly object _gate = new();
    readonly string _library;
    readonly Pkcs11Uri _uri;
    readonly byte[]? _pin;
    volatile Connected? _connected;
    DeviceCredsException? _refusal;

    Pkcs11Signer(string library, Pkcs11Uri uri, byte[]? pin, Connected connected, byte[] point)
    {
        _library = library;
        _uri = uri;
        _pin = (byte[]?)pin?.Clone();
        _connected = connected;
        PublicPoint = point;
        Location = Pkcs11Uri.Format(connected.Connection.Token.Label, connected.Key.Label, connected.Key.Id);
    }

    public string Location { get; }

    public byte[] PublicPoint { get; }

    /// <summary>Takes the key that the URI names, and finds its public key.</summary>
    /// <param name="connection">The token; the signer disposes of it, whatever happens.</param>
    /// <param name="library">The PKCS#11 library, to connect again.</param>
    /// <param name="uri">The key, to find it again.</param>
    /// <param name="pin">The PIN, to log in again; it is copied.</param>
    /// <param name="known">Public keys that may belong to it, in addition to those on the token.</param>
    /// <exception cref="InputException">There is no such key, or more than one; it cannot sign; or its public key is not found.</exception>
    public static Pkcs11Signer Open(Pkcs11Connection connection, string library, Pkcs11Uri uri, byte[]? pin, IEnumerable<byte[]> known)
    {
        try
        {
            var connected = Connected.To(connection, uri);
            var points = connection.Use(session => Pkcs11Objects.PublicPoints(session, connected.Key).ToList());
            // A signature shows which public key belongs to it, and that the key can sign.
            var probe = System.Text.Encoding.ASCII.GetBytes("DeviceCreds asks: whose key is this?");
            var signature = connected.Sign(probe, pin, default);
            var point = points.Concat(known).FirstOrDefault(p => P256.Verify(p, probe, signature))
                ?? throw Pkcs11Errors.Error("TokenPublicKeyNotFound", ErrorKind.NotFound,
                    $"{connection.Name} does not give the public key for its private key, and no given certificate contains it.",
                    "Give the CA's certificate: -Certificate <file>.");
            return new Pkcs11Signer(library, uri, pin, connected, point);
        }
        catch (Pkcs11Exception e)
        {
            connection.Dispose();
            throw Pkcs11Errors.Explain(e, connection.Name);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public byte[] Sign(byte[] data, CancellationToken cancel = default)
    {
        var connected = _connected ?? Connect(null);
        try
        {
            var signature = connected.Sign(data, _pin, cancel);
            if (IsOfThisKey(data, signature)) return signature;
        }
        catch (Pkcs11Exception e) when (Pkcs11Errors.IsLoss(e.RV))
        {
            // The next one says why, or signs.
        }
        catch (Pkcs11Exception e)
        {
            throw Pkcs11Errors.Explain(e, connected.Connection.Name);
        }

        return SignAgain(Connect(connected), data, cancel);
    }

    // Another token, or another key, may have the same labels: after a loss a handle may even lead to it without an error.
    bool IsOfThisKey(byte[] data, byte[] signature) => P256.Verify(PublicPoint, data, signature);

    byte[] SignAgain(Connected connected, byte[] data, CancellationToken cancel)
    {
        try
        {
            var signature = connected.Sign(data, _pin, cancel);
            return IsOfThisKey(data, signature) ? signature
                : throw Pkcs11Errors.Error("TokenKeyChanged", ErrorKind.Conflict,
                    $"{connected.Connection.Name} signed with another key than the CA's; the signature was not used.",
                    "Insert the token with the CA's key. If its key was replaced, get the CA again with the certificate of the new key: "
                        + "Get-CertificateAuthority.");
        }
        catch (Pkcs11Exception e)
        {
            throw Pkcs11Errors.Explain(e, connected.Connection.Name);
        }
    }

    // When several threads lose the token, the first logs in again for all of them.
    Connected Connect(Connected? lost)
    {
        lock (_gate)
        {
            if (_connected is { } current && !ReferenceEquals(current, lost)) return current;
            if (_refusal is not null) throw _refusal;
            _connected?.Connection.Dispose();
            _connected = null;
            try
            {
                return _connected = Connected.To(Pkcs11Connection.Open(_library, _uri, _pin, SessionType.ReadOnly), _uri);
            }
            catch (Pkcs11Exception e)
            {
                throw Pkcs11Errors.Explain(e, "the token");
            }
            catch (InputException e) when (Pkcs11Errors.IsPinRefused(e))
            {
                // If it were tried for each device, it would lock the token.
                _refusal = e;
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _refusal ??= Pkcs11Errors.Error("TokenClosed", ErrorKind.InvalidArgument, "the CA was disposed of.",
                "Get it again: Get-CertificateAuthority.");
            _connected?.Connection.Dispose();
            _connected = null;
            if (_pin is not null) Array.Clear(_pin, 0, _pin.Length);
        }
    }

    /// <summary>The key by its handle, which is valid for one connection.</summary>
    sealed record Connected(Pkcs11Connection Connection, Pkcs11Key Key, bool TokenHashes)
    {
        public static Connected To(Pkcs11Connection connection, Pkcs11Uri uri)
        {
            var mechanisms = connection.Mechanisms;
            var bare = mechanisms.Contains(CKM.CKM_ECDSA);
            if (!bare && !mechanisms.Contains(CKM.CKM_ECDSA_SHA256))
                throw Pkcs11Errors.Error("TokenMechanismMissing", ErrorKind.InvalidArgument,
                    $"{connection.Name} offers neither CKM_ECDSA nor CKM_ECDSA_SHA256.",
                    "Device certificates are signed with ecdsa-with-SHA256: use a token that supports ECDSA.");
            return new Connected(connection, connection.Use(session => Pkcs11Objects.FindKey(session, uri, connection.Name)),
                TokenHashes: !bare);
        }

        public byte[] Sign(byte[] data, byte[]? pin, CancellationToken cancel) => RawSignature.ToDer(Connection.Use(session =>
        {
            var mechanism = session.Factories.MechanismFactory.Create(TokenHashes ? CKM.CKM_ECDSA_SHA256 : CKM.CKM_ECDSA);
            var input = TokenHashes ? data : Digest.Sha256(data);
            return Key.AlwaysAuthenticate ? session.Sign(mechanism, Key.Handle, pin, input) : session.Sign(mechanism, Key.Handle, input);
        }, cancel));
    }
}
