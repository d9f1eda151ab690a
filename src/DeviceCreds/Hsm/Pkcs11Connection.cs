using System.Collections.Concurrent;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace DeviceCreds;

/// <summary>
/// A token that is logged into, and its sessions: one for each thread that works at the same time, kept for the next use. It cannot
/// be repaired: after a lost session, open a new connection.
/// </summary>
internal sealed class Pkcs11Connection : IDisposable
{
    // CK_EFFECTIVELY_INFINITE is 0; CK_UNAVAILABLE_INFORMATION is the largest number that a long holds.
    const ulong NoLimit = int.MaxValue;

    readonly ISlot _slot;
    readonly SessionType _access;
    readonly ConcurrentBag<ISession> _idle = [];
    readonly SemaphoreSlim _room;
    volatile bool _closed;

    Pkcs11Connection(IPkcs11Library library, ISlot slot, ITokenInfo token, SessionType access)
    {
        Library = library;
        Token = token;
        _slot = slot;
        _access = access;
        var most = access == SessionType.ReadWrite ? token.MaxRwSessionCount : token.MaxSessionCount;
        _room = new SemaphoreSlim(
            most is 0 or > NoLimit ? Environment.ProcessorCount : (int)Math.Min(most, (ulong)Environment.ProcessorCount));
        Mechanisms = slot.GetMechanismList();
    }

    public IPkcs11Library Library { get; }

    public ITokenInfo Token { get; }

    public IReadOnlyList<CKM> Mechanisms { get; }

    /// <summary>How messages name the token.</summary>
    public string Name => Pkcs11Errors.Name(Token);

    /// <summary>Finds the token that the URI names, and logs in.</summary>
    /// <param name="path">The PKCS#11 library.</param>
    /// <param name="uri">Which token.</param>
    /// <param name="pin">The user's PIN in UTF-8; null for a token with a PIN pad, or without a login.</param>
    /// <param name="access">Whether objects are going to be written.</param>
    /// <exception cref="InputException">There is no such token or more than one, or it refuses the PIN.</exception>
    public static Pkcs11Connection Open(string path, Pkcs11Uri uri, byte[]? pin, SessionType access)
    {
        var library = Pkcs11Library.Load(path);
        try
        {
            return Open(library, uri, pin, access);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_CRYPTOKI_NOT_INITIALIZED)
        {
            Pkcs11Library.Forget(library);
            return Open(Pkcs11Library.Load(path), uri, pin, access);
        }
    }

    static Pkcs11Connection Open(IPkcs11Library library, Pkcs11Uri uri, byte[]? pin, SessionType access)
    {
        var slot = FindSlot(library, uri);
        var token = slot.GetTokenInfo();
        var connection = new Pkcs11Connection(library, slot, token, access);
        try
        {
            connection.Login(pin);
            return connection;
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

    /// <summary>Works in a session that no other thread has.</summary>
    /// <exception cref="Pkcs11Exception">The token's error; the session is closed then.</exception>
    public T Use<T>(Func<ISession, T> work, CancellationToken cancel = default)
    {
        _room.Wait(cancel);
        try
        {
            if (!_idle.TryTake(out var session)) session = _slot.OpenSession(_access);
            try
            {
                var result = work(session);
                if (_closed) Close(session);
                else _idle.Add(session);
                return result;
            }
            catch
            {
                Close(session);
                throw;
            }
        }
        finally
        {
            _room.Release();
        }
    }

    // The login ends with the last session, so the session that logged in stays open.
    void Login(byte[]? pin) => Use<object?>(session =>
    {
        var flags = Token.TokenFlags;
        if (!flags.LoginRequired) return null;
        if (flags.UserPinLocked)
            throw Pkcs11Errors.Error("PinLocked", ErrorKind.Authentication, $"{Name} is locked: too many wrong PINs were tried.",
                "Its security officer can set a new PIN.");
        if (pin is null && !flags.ProtectedAuthenticationPath)
            throw Pkcs11Errors.Error("PinMissing", ErrorKind.Authentication, $"{Name} asks for a PIN.",
                "Give -Pin (Read-Host -AsSecureString).");
        try
        {
            session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another connection of this process did.
        }

        return null;
    });

    static ISlot FindSlot(IPkcs11Library library, Pkcs11Uri uri)
    {
        var present = library.GetSlotList(SlotsType.WithTokenPresent).Select(slot => (Slot: slot, Token: slot.GetTokenInfo()))
            .Where(s => s.Token.TokenFlags.TokenInitialized).ToList();
        var found = present.Where(s => Matches(library, s.Slot, s.Token, uri)).ToList();
        if (found.Count == 1) return found[0].Slot;
        if (found.Count == 0)
        {
            var there = present.Count == 0 ? "there is none" : "there are: " + List(present.Select(p => p.Token));
            throw Pkcs11Errors.Error("TokenNotFound", ErrorKind.NotFound,
                $"the URI matches no token ({there}).",
                "Is the token plugged in, and is its name spelled correctly?");
        }

        throw Pkcs11Errors.Error("TokenSeveral", ErrorKind.Conflict,
            $"the URI names {found.Count} tokens: {List(found.Select(f => f.Token))}.",
            "Name one by its serial number: 'pkcs11:token=...;serial=...'.");
    }

    static bool Matches(IPkcs11Library library, ISlot slot, ITokenInfo token, Pkcs11Uri uri) =>
        (uri.SlotId is null || uri.SlotId == slot.SlotId) && uri.Place.All(wanted => wanted.Value == wanted.Key switch
        {
            "token" => token.Label,
            "manufacturer" => token.ManufacturerId,
            "serial" => token.SerialNumber,
            "model" => token.Model,
            "slot-description" => slot.GetSlotInfo().SlotDescription,
            "slot-manufacturer" => slot.GetSlotInfo().ManufacturerId,
            "library-description" => library.GetInfo().LibraryDescription,
            "library-manufacturer" => library.GetInfo().ManufacturerId,
            _ => library.GetInfo().LibraryVersion,
        });

    static string List(IEnumerable<ITokenInfo> tokens) =>
        string.Join(", ", tokens.Take(5).Select(t => $"'{SubjectText.Shorten(t.Label)}' (serial {SubjectText.Shorten(t.SerialNumber)})"));

    static void Close(ISession session)
    {
        try
        {
            session.CloseSession();
        }
        catch (Pkcs11Exception)
        {
            // It is gone already.
        }
    }

    /// <summary>Closes the unused sessions; the others close when they are returned.</summary>
    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var session)) Close(session);
    }
}
