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
    /// The file whose reader gets the content at a path, when it is exposed: that file itself, or the archive that holds it.
    /// </summary>
    public static string? Find(string? path)
    {
        var file = path;
        while (file is { Length: > 0 } && !File.Exists(file)) file = Path.GetDirectoryName(file);
        return IsExposed(file) ? file : null;
    }

    /// <summary>
    /// Whether its group or everybody may (Unix), or everybody, every account or every user (Windows). Unknown counts
    /// as no.
    /// </summary>
    static bool IsExposed(string? path)
    {
        try
        {
            if (path is not { Length: > 0 }) return false;
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
