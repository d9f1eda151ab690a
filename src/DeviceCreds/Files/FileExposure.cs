using System.Runtime.InteropServices;
using System.Security.AccessControl;
using System.Security.Principal;
#if NET
using System.Runtime.Versioning;
#endif

namespace DeviceCreds;

/// <summary>Who else than its owner may read a file.</summary>
internal static class FileExposure
{
    /// <summary>
    /// Whether its group or everybody may (Unix), or everybody, every account or every user (Windows). Unknown counts
    /// as no.
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
            // .NET Framework has no file modes and does not run on Unix.
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
