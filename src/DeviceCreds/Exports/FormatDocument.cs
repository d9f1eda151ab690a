using System.Text;

namespace DeviceCreds;

/// <summary>The formats as a page of Markdown, which is also the help topic about_DeviceCreds_Formats: docs/about/formats.md.</summary>
internal static class FormatDocument
{
    const string Introduction =
        """
        # about_DeviceCreds_Formats

        ## SHORT DESCRIPTION

        The forms in which devices, tools and services take credentials: `Export-DeviceCredential -Format`.

        ## LONG DESCRIPTION

        `-Format` takes one name or several. Each device has a folder with its files; a file for all devices stands beside these
        folders. `Import-DeviceCredential` tells formats apart by content, not by file name, and gives equal credentials back:
        without the key where the format has none, and with the device's certificate alone where it has no chain.

        A password (`-Password`) makes each private key cost a noticeable part of a second, since it is to be hard to guess. A
        format that would ignore the password refuses it, before anything is written.

        `$credentials` stands for what `New-BootstrapDeviceCredential` or `New-Lwm2mDeviceCredential` gave.

        This page is made from the formats' source: change it there, and make it again with `./build.ps1 -Task Docs`.
        """;

    /// <summary>The whole page, ending with a newline.</summary>
    public static string Create()
    {
        var text = new StringBuilder(Introduction.Replace("\r\n", "\n")).Append('\n');
        foreach (var format in CredentialFormats.All)
        {
            text.Append("\n### ").Append(format.Info.Name).Append("\n\n").Append(format.Info.Description).Append(".\n\n");
            Item("For", format.Info.Audience);
            Item("Files", format.Info.Files);
            Item("Private key", KeyForm(format.Info.KeyForm));
            Item("Read back", format is IReadableFormat ? "yes" : "no: it does not hold the certificate");
            Item("Source", format.Info.Source);
            text.Append("\n```powershell\n").Append(format.Info.Example).Append("\n```\n");
        }

        return text.ToString();

        void Item(string name, string value) => text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
    }

    static string KeyForm(PrivateKeyForm form) => form switch
    {
        PrivateKeyForm.Absent => "none in it",
        PrivateKeyForm.Plain => "unencrypted; refuses `-Password`",
        PrivateKeyForm.EncryptedOnRequest => "unencrypted, or encrypted with `-Password` (PKCS#8)",
        _ => "encrypted; needs `-Password`",
    };
}
