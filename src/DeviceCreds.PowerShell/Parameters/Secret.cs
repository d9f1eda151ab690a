using System.Runtime.InteropServices;
using System.Security;

namespace DeviceCreds.PowerShell;

/// <summary>Passes a password's characters to some work and wipes them afterwards.</summary>
static class Secret
{
    public static T Use<T>(SecureString? password, Func<char[]?, T> work)
    {
        var characters = Copy(password);
        try
        {
            return work(characters);
        }
        finally
        {
            Wipe(characters);
        }
    }

    /// <summary>The characters, which the caller wipes.</summary>
    public static char[]? Copy(SecureString? password)
    {
        if (password is null) return null;
        var characters = new char[password.Length];
        var memory = Marshal.SecureStringToGlobalAllocUnicode(password);
        try
        {
            Marshal.Copy(memory, characters, 0, characters.Length);
            return characters;
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }

    public static void Wipe(char[]? characters)
    {
        if (characters is not null) Array.Clear(characters, 0, characters.Length);
    }
}
