using System.Runtime.InteropServices;
using System.Security;

namespace DeviceCreds.PowerShell;

/// <summary>Lends a password's characters to some work and wipes them afterwards.</summary>
static class Secret
{
    public static T Use<T>(SecureString? password, Func<char[]?, T> work)
    {
        if (password is null) return work(null);
        var characters = new char[password.Length];
        var memory = Marshal.SecureStringToGlobalAllocUnicode(password);
        try
        {
            Marshal.Copy(memory, characters, 0, characters.Length);
            return work(characters);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
            Array.Clear(characters, 0, characters.Length);
        }
    }
}
