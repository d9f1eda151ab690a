using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>PEM or DER: what was asked for, or what the file's ending says.</summary>
static class FileForm
{
    public static FileEncoding Choose(PSCmdlet cmdlet, string parameter, FileEncoding given, string path) =>
        cmdlet.MyInvocation.BoundParameters.ContainsKey(parameter) ? given
            : string.Equals(Path.GetExtension(path), ".der", StringComparison.OrdinalIgnoreCase) ? FileEncoding.Der
            : FileEncoding.Pem;
}
