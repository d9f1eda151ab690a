using System.Text;

namespace DeviceCreds.Docs.Tests;

/// <summary>The formats as a page of Markdown, which is also the help topic about_DeviceCreds_Formats: docs/about/formats.md.</summary>
internal static class FormatDocument
{
    const string Introduction =
        """
        # about_DeviceCreds_Formats

        ## SHORT DESCRIPTION

        The formats in which devices, tools and services accept credentials: `Export-DeviceCredential -Format`.

        ## LONG DESCRIPTION

        `-Format` takes one name or several. Each device has a folder with its files; a file for all devices is beside these
        folders. `Import-DeviceCredential` reads equal credentials from them: without the key where the format has none, and with only the
        device's certificate where it has no chain.

        Formats are recognised by content, not by file name, and by the strongest sign first: a structure that no other format has,
        then certificates and keys, then numbers that only fit together. Only KCM items are recognised by their names.

        A password (`-Password`) makes each private key cost a noticeable part of a second, so that guessing is slow. A
        format that cannot use the password refuses it before anything is written.

        docs/about/services.md shows, for each service, every command from the CA to the first connected device.

        `$credentials` is the output of `New-BootstrapDeviceCredential` or `New-Lwm2mDeviceCredential`.

        This page is made from the formats' source: change it there, and make it again with `./build.ps1 -Task Docs`.

        ## FORMS THAT ARE READ

        Certificates, keys and requests are read from files in any of these forms:

        - PEM, with any label and any text around it. Line breaks may be missing, or be spaces or `\n`, as in environment variables
          and JSON, also between two blocks.
        - DER, one object or several, one after the other.
        - Base64 (also for URLs, without padding) and hexadecimal, in one line or several, alone or between other text.
        - JSON, in which each text is looked at on its own, also PEM in Base64: the responses of HashiCorp Vault, step-ca, cfssl, ACME
          clients and Kubernetes. One file may mix the forms.
        - PEM as a quoted mail, a comment, a patch, joined texts of source code, a web form, a web page or XML has it (`<br>`, `&#13;`,
          `&#x2F;`), and as quoted-printable.
        - UTF-8, UTF-16 or UTF-32, also without a byte-order mark; LF, CRLF or CR.

        Certificates are also read from PKCS#7 and CMS containers (`.p7b`, `.p7c`), PKCS#12 files, and `x5c` of JSON Web Keys;
        revocation lists from PKCS#7 containers. Private keys are read as SEC 1, PKCS#8, encrypted PKCS#8, OpenSSL's older encrypted
        PEM, OpenSSH's own format without a passphrase, and JSON Web Keys; a PKCS#12 file may also be in PEM or Base64. The same key twice
        is one key. Of a PKCS#12 file, keys of other kinds than P-256 and their certificates are left out when it also has a P-256 key.

        ## FORMATS
        """;

    /// <summary>The complete page, ending with a newline.</summary>
    public static string Create()
    {
        var text = new StringBuilder(Introduction.Replace("\r\n", "\n")).Append('\n');
        foreach (var format in CredentialFormats.All)
        {
            text.Append("\n### ").Append(format.Info.Name).Append("\n\n").Append(format.Info.Description).Append(".\n\n");
            Item("For", format.Info.Audience);
            Item("Files", format.Info.Files);
            Item("Private key", KeyForm(format.Info.KeyForm));
            Item("Read back", ReadBack.Of(format));
            if (format.Info.IgnoresCase) Item("Names", "the service ignores case: of two that differ only in case, the second is an error");
            Item("Source", format.Info.Source);
            text.Append("\n```powershell\n").Append(format.Info.Example).Append("\n```\n");
        }

        text.Append("\n## FILES THAT ARE CONVERTED FIRST\n\n");
        foreach (var shape in FileShapes.Converted) text.Append("- ").Append(Sentence(FileShapes.Name(shape))).Append(
            ": ").Append(FileShapes.Conversion(shape)).Append('\n');
        return text.ToString();

        void Item(string name, string value) => text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
    }

    static string Sentence(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    static string KeyForm(PrivateKeyForm form) => form switch
    {
        PrivateKeyForm.Absent => "none in it",
        PrivateKeyForm.Plain => "unencrypted; refuses `-Password`",
        PrivateKeyForm.EncryptedOnRequest => "unencrypted, or encrypted with `-Password` (PKCS#8)",
        _ => "encrypted; needs `-Password`",
    };
}
