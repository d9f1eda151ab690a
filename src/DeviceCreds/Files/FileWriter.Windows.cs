using System.Security.AccessControl;
using System.Security.Principal;
#if NET
using System.Runtime.Versioning;
#else
using System.ComponentModel;
using System.Runtime.InteropServices;
#endif

namespace DeviceCreds;

internal static partial class FileWriter
{
    /// <summary>How long to wait for a file that another program has open, in milliseconds.</summary>
    const int Patience = 1000;

    /// <summary>A file whose ACL inherits nothing and allows only its owner.</summary>
#if NET
    [SupportedOSPlatform("windows")]
#endif
    static FileStream CreateForOwner(string path)
    {
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using var me = WindowsIdentity.GetCurrent();
        security.AddAccessRule(new FileSystemAccessRule(me.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.ReadAttributes,
            FileShare.None, 1, FileOptions.None, security);
    }

    /// <summary>
    /// Moves something. Virus scanners and indexers open a new file, and Windows neither moves nor replaces a file that is open.
    /// </summary>
    static void Patiently(Action move)
    {
        for (var wait = 10; ; wait *= 2)
        {
            try
            {
                move();
                return;
            }
            catch (Exception e) when (wait < Patience && (e is UnauthorizedAccessException || (e.HResult & 0xFFFF) is 32 or 33))
            {
                // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
                Thread.Sleep(wait);
            }
        }
    }

#if NET
    static void MoveNow(string from, string to, bool replace) => File.Move(from, to, replace);
#else
    // File.Replace would give the new file the old one's ACL, and a key to everybody who could read what was there before.
    static void MoveNow(string from, string to, bool replace)
    {
        if (MoveFileEx(from, to, replace ? 1 : 0)) return;
        const int accessDenied = 5, win32 = unchecked((int)0x80070000);
        var error = Marshal.GetLastWin32Error();
        var text = $"{new Win32Exception(error).Message}: '{to}'";
        throw error == accessDenied ? new UnauthorizedAccessException(text) : new IOException(text, win32 | error);
    }

    [DllImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, CharSet = CharSet.Unicode)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool MoveFileEx(string from, string to, int flags);
#endif
}
