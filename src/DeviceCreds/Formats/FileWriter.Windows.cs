using System.Security.AccessControl;
using System.Security.Principal;
#if NET
using System.Runtime.Versioning;
#endif

namespace DeviceCreds;

internal static partial class FileWriter
{
    /// <summary>A file whose ACL inherits nothing and lets in its owner alone.</summary>
#if NET
    [SupportedOSPlatform("windows")]
#endif
    static FileStream CreateForOwner(string path)
    {
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using var me = WindowsIdentity.GetCurrent();
        security.AddAccessRule(new FileSystemAccessRule(me.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.ReadAttributes, FileShare.None, 4096, FileOptions.None, security);
    }
}
