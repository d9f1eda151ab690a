using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Org.BouncyCastle.Security;

namespace DeviceCreds;

/// <summary>Certificate authorities whose key lives on a PKCS#11 token: an HSM, a smart card, SoftHSM.</summary>
public static class Pkcs11Authority
{
    const int IdSize = 20;

    /// <summary>Takes a CA whose key is on a token.</summary>
    /// <param name="library">The path of the PKCS#11 library that came with the token.</param>
    /// <param name="uri">Token and key, by RFC 7512: <c>pkcs11:token=Factory;object=ca</c>.</param>
    /// <param name="pin">The user's PIN; null for a token with a PIN pad.</param>
    /// <param name="certificates">The CA's certificate and those above it: they win over those on the token.</param>
    /// <exception cref="InputException">The library, the token, the key or the certificate is not there, the PIN is wrong, or the given
    /// certificates are of another key.</exception>
    public static CertificateAuthority Open(string library, string uri, char[]? pin, IReadOnlyList<DeviceCertificate>? certificates = null)
    {
        var parsed = Pkcs11Uri.Parse(uri);
        return WithPin(pin, bytes =>
        {
            var connection = Pkcs11Connection.Open(library, parsed, bytes, SessionType.ReadOnly);
            var (given, held) = (certificates ?? [], Explained(connection, Pkcs11Objects.Certificates));
            var signer = Pkcs11Signer.Open(connection, library, parsed, bytes, given.Concat(held).Select(c => c.Point).OfType<byte[]>());
            try
            {
                return Open(signer, given, held, connection.Name);
            }
            catch
            {
                signer.Dispose();
                throw;
            }
        });
    }

    // A given certificate wins over one on the token of the same CA, even if that is valid longer.
    static CertificateAuthority Open(
        ICertificateSigner signer, IReadOnlyList<DeviceCertificate> given, IReadOnlyList<DeviceCertificate> held, string place)
    {
        bool IsOwn(DeviceCertificate certificate) => signer.PublicPoint.AsSpan().SequenceEqual(certificate.Point);
        if (!given.Concat(held).Any(IsOwn))
            throw Pkcs11Errors.Error("TokenCertificateNotFound", ErrorKind.NotFound,
                $"neither {place} nor -Certificate has a certificate for the key.", "Give the CA's certificate: -Certificate <file>.");
        var isNamed = given.Any(IsOwn);
        var authority = CertificateAuthority.Open(signer,
            [.. given, .. held.Where(h => IsOwn(h) ? !isNamed : !given.Any(g => KnownAuthority.AreOfOne(g, h)))]);
        return isNamed || FindStrange(authority, given) is not { } strange ? authority
            : throw new InputException("KeyMismatch", ErrorKind.Conflict,
                $"The key on {place} does not belong to the certificate of '{SubjectText.Shorten(strange.Subject)}'.",
                "Give the certificate of this key and those above it, or leave out -Certificate to use the one on the token.",
                strange.Path);
    }

    // One that has the CA's name, or any where nothing given is of the CAs above: a bundle may also hold others.
    static DeviceCertificate? FindStrange(CertificateAuthority authority, IReadOnlyList<DeviceCertificate> given) =>
        given.FirstOrDefault(g => g.SubjectKey == authority.Own.SubjectKey)
        ?? (given.Any(g => authority.Chain.Certificates.Any(c => KnownAuthority.AreOfOne(c, g))) ? null : given.FirstOrDefault());

    /// <summary>Makes a CA whose key is made on a token and cannot leave it.</summary>
    /// <param name="library">The path of the PKCS#11 library that came with the token.</param>
    /// <param name="uri">The token; <c>object</c> names the key (by default as the CA), <c>id</c> is its identifier (by default
    /// random).</param>
    /// <param name="pin">The user's PIN; null for a token with a PIN pad.</param>
    /// <param name="order">What the CA must be.</param>
    /// <param name="certificateStored">Whether the token took the certificate, too.</param>
    /// <param name="cancel">Ends the wait for the issuer's signature.</param>
    /// <exception cref="InputException">The token cannot be used, or holds a key of this name already.</exception>
    /// <exception cref="IssuanceException">The order is not possible, or the issuer may not issue CAs.</exception>
    public static CertificateAuthority Create(
        string library, string uri, char[]? pin, AuthorityOrder order, out bool certificateStored, CancellationToken cancel = default)
    {
        var parsed = Pkcs11Uri.Parse(uri);
        var stored = false;
        var authority = WithPin(pin, bytes =>
        {
            using var connection = Pkcs11Connection.Open(library, parsed, bytes, SessionType.ReadWrite);
            EnsureMakesKeys(connection);
            (IObjectHandle Private, IObjectHandle Public)? made = null;
            ICertificateSigner? signer = null;
            try
            {
                var label = parsed.Object ?? order.Name;
                var id = parsed.Id ?? SecureRandom.GetNextBytes(new SecureRandom(), IdSize);
                var own = parsed.For(label, id);
                var authority = CertificateAuthority.CreateWith(order, () =>
                {
                    made = Explained(connection, session =>
                    {
                        Pkcs11Objects.EnsureFree(session, label, id, connection.Name);
                        return Pkcs11Objects.Generate(session, label, id);
                    });
                    return signer = Pkcs11Signer.Open(
                        Pkcs11Connection.Open(library, own, bytes, SessionType.ReadOnly), library, own, bytes, []);
                }, cancel);
                stored = TryStore(connection, authority.Own, made!.Value.Private);
                return authority;
            }
            catch
            {
                // A key without its certificate is useless.
                if (made is { } pair) Remove(connection, pair.Private, pair.Public);
                signer?.Dispose();
                throw;
            }
        });
        certificateStored = stored;
        return authority;
    }

    /// <summary>
    /// Takes a key on a token that has no certificate so far; where there is none of this name, it is made and cannot leave.
    /// </summary>
    /// <param name="library">The path of the PKCS#11 library that came with the token.</param>
    /// <param name="uri">The token; <c>object</c> names the key (by default as the CA).</param>
    /// <param name="pin">The user's PIN; null for a token with a PIN pad.</param>
    /// <param name="name">The CA's name.</param>
    /// <param name="mayMake">Whether a key may be made.</param>
    /// <returns>The key; null when there is none, and none may be made.</returns>
    /// <exception cref="InputException">The token cannot be used.</exception>
    public static ICertificateSigner? OpenOrMakeKey(string library, string uri, char[]? pin, string name, Func<bool> mayMake)
    {
        var parsed = Pkcs11Uri.Parse(uri);
        var label = parsed.Object ?? name;
        return WithPin(pin, bytes =>
        {
            ICertificateSigner Open(Pkcs11Uri own) =>
                Pkcs11Signer.Open(Pkcs11Connection.Open(library, own, bytes, SessionType.ReadOnly), library, own, bytes, []);
            try
            {
                return Open(parsed.Object is null && parsed.Id is null ? parsed.For(label, null) : parsed);
            }
            catch (InputException e) when (e.ErrorId == "TokenKeyNotFound")
            {
                if (!mayMake()) return null;
            }

            var id = parsed.Id ?? SecureRandom.GetNextBytes(new SecureRandom(), IdSize);
            using (var connection = Pkcs11Connection.Open(library, parsed, bytes, SessionType.ReadWrite))
            {
                EnsureMakesKeys(connection);
                Explained(connection, session => Pkcs11Objects.Generate(session, label, id));
            }

            return Open(parsed.For(label, id));
        });
    }

    static void EnsureMakesKeys(Pkcs11Connection connection)
    {
        if (!connection.Mechanisms.Contains(CKM.CKM_EC_KEY_PAIR_GEN))
            throw Pkcs11Errors.Error("TokenMechanismMissing", ErrorKind.InvalidArgument,
                $"{connection.Name} makes no EC keys (CKM_EC_KEY_PAIR_GEN).",
                "Bring the key onto it with its own tool, and use Get-CertificateAuthority.");
    }

    static bool TryStore(Pkcs11Connection connection, DeviceCertificate certificate, IObjectHandle key)
    {
        try
        {
            connection.Use<object?>(session =>
            {
                Pkcs11Objects.Store(session, certificate, Pkcs11Objects.Describe(session, key));
                return null;
            });
            return true;
        }
        catch (Pkcs11Exception)
        {
            return false;
        }
    }

    static void Remove(Pkcs11Connection connection, params IObjectHandle[] objects)
    {
        foreach (var handle in objects)
        {
            try
            {
                connection.Use<object?>(session =>
                {
                    session.DestroyObject(handle);
                    return null;
                });
            }
            catch (Pkcs11Exception)
            {
                // The first error is the useful one.
            }
        }
    }

    static T Explained<T>(Pkcs11Connection connection, Func<ISession, T> work)
    {
        try
        {
            return connection.Use(work);
        }
        catch (Pkcs11Exception e)
        {
            throw Pkcs11Errors.Explain(e, connection.Name);
        }
    }

    static T WithPin<T>(char[]? pin, Func<byte[]?, T> work)
    {
        // Wrong PINs are counted, and too many lock the token.
        PasswordText.RequireExpanded(pin);
        var bytes = pin is null ? null : Encoding.UTF8.GetBytes(pin);
        try
        {
            return work(bytes);
        }
        catch (Pkcs11Exception e)
        {
            throw Pkcs11Errors.Explain(e, "the token");
        }
        finally
        {
            if (bytes is not null) Array.Clear(bytes, 0, bytes.Length);
        }
    }
}
