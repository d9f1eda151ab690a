using System.Runtime.InteropServices;
using System.Security.AccessControl;
using System.Security.Principal;
#if NET
using System.Runtime.Versioning;
#endif

namespace DeviceCreds;

/// <summary>Who may read a file beside its owner.</summary>
internal static class FileExposure
{
    /// <summary>
    /// Whether its group or everybody may (Unix), or everybody, every account or every user (Windows). What cannot be found out
    /// is no.
    /// </summary>
    public static bool IsExposed(string? path)
    {
        try
        {
            if (path is null || !File.Exists(path)) return false;
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return IsExposedOnWindows(path);
#if NET
            return (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;
#else
            // .NET Framework knows no modes, and is not found on Unix.
            return false;
#endif
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }

#if NET
    [SupportedOSPlatform("windows")]
#endif
    static bool IsExposedOnWindows(string path) =>
        new FileInfo(path).GetAccessControl()
            .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()
            .Any(rule => rule.AccessControlType == AccessControlType.Allow && (rule.FileSystemRights & FileSystemRights.ReadData) != 0
                && ((SecurityIdentifier)rule.IdentityReference is var who
                    && (who.IsWellKnown(WellKnownSidType.WorldSid) || who.IsWellKnown(WellKnownSidType.AuthenticatedUserSid)
                        || who.IsWellKnown(WellKnownSidType.BuiltinUsersSid))));
}
