using System.Text;

namespace DeviceCreds;

/// <summary>
/// The table of file forms: how each is recognised, its name for people, and how it is converted into a form that
/// can be read.
/// </summary>
internal static class FileShapes
{
    // The bit for nested elements is ignored: BER may split an octet string into several.
    const byte Integer = 0x02, BitString = 0x03, OctetString = 0x04, Identifier = 0x06, Sequence = 0x30, Constructed = 0x20;

    /// <summary>In bytes: the private key of the shortest curve in use.</summary>
    const int ShortestScalar = 20;

    const string UseOpenSsl = "Decrypt it with the program that encrypted it, then read the result.";

    const string ReadStore = "Then read store.p12 with Import-DeviceCredential, or a CA's with Import-CertificateAuthority.";

    static readonly Dictionary<FileShape, (string Name, string? Conversion)> Table = new()
    {
        [FileShape.Sec1Key] = ("a private key", null),
        [FileShape.Pkcs8Key] = ("a private key", null),
        [FileShape.EncryptedKey] = ("an encrypted private key", null),
        [FileShape.OpenSshKey] = ("a private key in OpenSSH's own format",
            "If it has a passphrase, remove it from a copy: ssh-keygen -p -m PEM -f COPY"),
        [FileShape.JsonWebKey] = ("a JSON Web Key", null),
        [FileShape.SymmetricKey] = ("a symmetric key", null),
        [FileShape.RsaKey] = ("an RSA private key", null),
        [FileShape.DsaKey] = ("a DSA private key", null),
        [FileShape.TpmKey] = ("a TPM's key file (TSS2)", "This key cannot leave its TPM. Make a request with it: "
            + "openssl req -new -provider tpm2 -provider default -key FILE -subj /CN=ENDPOINT-NAME -out device.csr. "
                + "Then issue from the request: New-*DeviceCredential -Request."),
        [FileShape.PuttyKey] = ("a private key in PuTTY's format (PPK)", "Convert it: puttygen FILE -O private-openssh -o key.pem"),
        [FileShape.PrintedKey] = ("a private key, printed for people or as a dump of bytes", "Take the key's own file: PEM or DER."),
        [FileShape.PublicKey] = ("a public key", null),
        [FileShape.SshPublicKey] = ("a public key in SSH's format", null),
        [FileShape.CurveParameters] = ("the parameters of a curve", null),
        [FileShape.KeyParameters] = ("the parameters for making keys", null),
        [FileShape.Certificate] = ("a certificate", null),
        [FileShape.Request] = ("a certificate signing request", null),
        [FileShape.RevocationList] = ("a certificate revocation list", null),
        [FileShape.Pkcs7] = ("a PKCS#7 container", null),
        [FileShape.EncryptedMessage] = ("an encrypted message (CMS, PKCS#7)",
            "Decrypt it: openssl cms -decrypt -inform DER -in FILE -inkey KEY -out OPENED"),
        [FileShape.Pkcs12] = ("a PKCS#12 file (.pfx, .p12)",
            "Read it with Import-DeviceCredential, or a CA's with Import-CertificateAuthority."),
        [FileShape.JavaKeystore] = ("a Java keystore (JKS or JCEKS)",
            "Convert it: keytool -importkeystore -srckeystore FILE -destkeystore store.p12 "
            + "-deststoretype PKCS12. " + ReadStore),
        [FileShape.EncryptedFile] = ("an encrypted file", UseOpenSsl),
        [FileShape.Pgp] = ("a PGP message or key", UseOpenSsl),
        [FileShape.LfsPointer] = ("a Git LFS pointer, not the file itself", "Fetch the file: git lfs pull"),
        [FileShape.Zip] = ("a ZIP archive, or a file of Excel or Word", "Unpack it; save a spreadsheet as CSV."),
        [FileShape.Mail] = ("a mail message, perhaps of S/MIME",
            "Take its certificates out: openssl smime -pk7out -in FILE -out certificates.pem"),
        [FileShape.Bzip2] = ("a file compressed with bzip2", "Unpack it: bzip2 -d FILE"),
        [FileShape.Xz] = ("a file compressed with xz", "Unpack it: xz -d FILE"),
        [FileShape.Zstandard] = ("a file compressed with Zstandard", "Unpack it: zstd -d FILE"),
        [FileShape.Gzip] = ("a file compressed with gzip", "Unpack it: gzip -d FILE"),
        [FileShape.OfficeDocument] = ("an Office document", "Save a spreadsheet as CSV."),
        [FileShape.Pdf] = ("a PDF document", null),
        [FileShape.Html] = ("a web page, perhaps a sign-in page instead of the file", "Sign in and download the file again."),
        [FileShape.Database] = ("a database (SQLite), perhaps NSS's",
            "Export the key: pk12util -o store.p12 -n NAME -d FOLDER. " + ReadStore),
    };

    // The first bytes of files. Where one begins like another, the longer comes first.
    static readonly (byte[] Begin, FileShape Shape)[] Beginnings =
    [
        ([0xFE, 0xED, 0xFE, 0xED], FileShape.JavaKeystore), ([0xCE, 0xCE, 0xCE, 0xCE], FileShape.JavaKeystore),
        (Ascii("PuTTY-User-Key-File-"), FileShape.PuttyKey),
        (Ascii("Private-Key: ("), FileShape.PrintedKey), (Ascii("RSA Private-Key: ("), FileShape.PrintedKey),
            (Ascii("ED25519 Private-Key:"), FileShape.PrintedKey), (Ascii("X25519 Private-Key:"), FileShape.PrintedKey),
        (Ascii("openssh-key-v1\0"), FileShape.OpenSshKey),
        (Ascii("ssh-rsa "), FileShape.SshPublicKey), (Ascii("ssh-ed25519 "), FileShape.SshPublicKey),
        (Ascii("ecdsa-sha2-nistp"), FileShape.SshPublicKey), (Ascii("---- BEGIN SSH2 PUBLIC"), FileShape.SshPublicKey),
        (Ascii("Salted__"), FileShape.EncryptedFile), (Ascii("U2FsdGVkX1"), FileShape.EncryptedFile),
        (Ascii("age-encryption.org/"), FileShape.EncryptedFile), (Ascii("$ANSIBLE_VAULT;"), FileShape.EncryptedFile),
            (Ascii("\0GITCRYPT\0"), FileShape.EncryptedFile),
        (Ascii("version https://git-lfs"), FileShape.LfsPointer),
        ([0x50, 0x4B, 0x03, 0x04], FileShape.Zip), ([0x1F, 0x8B], FileShape.Gzip), ([0xD0, 0xCF, 0x11, 0xE0], FileShape.OfficeDocument),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], FileShape.Xz), ([0x28, 0xB5, 0x2F, 0xFD], FileShape.Zstandard),
        .. Enumerable.Range(1, 9).Select(level => (Ascii($"BZh{level}1AY&SY"), FileShape.Bzip2)),
        (Ascii("MIME-Version: "), FileShape.Mail), (Ascii("%PDF-"), FileShape.Pdf),
        .. new[] { "<!DOCTYPE html", "<!doctype html", "<!DOCTYPE HTML", "<html", "<HTML" }.Select(t => (Ascii(t), FileShape.Html)),
        (Ascii("SQLite format 3\0"), FileShape.Database),
    ];

    // Labels whose content is not DER, or says less than the label.
    static readonly Dictionary<string, FileShape> Labels = new()
    {
        ["OPENSSH PRIVATE KEY"] = FileShape.OpenSshKey, ["TSS2 PRIVATE KEY"] = FileShape.TpmKey,
            ["EC PARAMETERS"] = FileShape.CurveParameters,
        ["DH PARAMETERS"] = FileShape.KeyParameters, ["X9.42 DH PARAMETERS"] = FileShape.KeyParameters,
            ["DSA PARAMETERS"] = FileShape.KeyParameters,
        ["AGE ENCRYPTED FILE"] = FileShape.EncryptedFile, ["SSH2 PUBLIC KEY"] = FileShape.SshPublicKey,
    };

    // Labels (RFC 7468 and older ones) for unreadable content.
    static readonly Dictionary<string, FileShape> LabelsOfDer = new()
    {
        ["EC PRIVATE KEY"] = FileShape.Sec1Key, ["PRIVATE KEY"] = FileShape.Pkcs8Key,
        ["ENCRYPTED PRIVATE KEY"] = FileShape.EncryptedKey, ["RSA PRIVATE KEY"] = FileShape.RsaKey,
        ["DSA PRIVATE KEY"] = FileShape.DsaKey, ["PUBLIC KEY"] = FileShape.PublicKey,
        ["CERTIFICATE"] = FileShape.Certificate, ["X509 CERTIFICATE"] = FileShape.Certificate,
        ["TRUSTED CERTIFICATE"] = FileShape.Certificate, ["CERTIFICATE REQUEST"] = FileShape.Request,
        ["NEW CERTIFICATE REQUEST"] = FileShape.Request, ["X509 CRL"] = FileShape.RevocationList,
        ["PKCS7"] = FileShape.Pkcs7, ["CMS"] = FileShape.Pkcs7,
    };

    static readonly byte[] Pkcs = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01];
    static readonly byte[] Pkcs7 = [.. Pkcs, 0x07];
    static readonly byte[] AuthEnvelopedData = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17];
    static readonly byte[] TpmKeys = [0x67, 0x81, 0x05, 0x0A, 0x01];

    /// <summary>The shapes that must be converted before they can be read.</summary>
    public static IEnumerable<FileShape> Converted =>
        Table.Where(row => row.Value.Conversion is not null && row.Key != FileShape.Pkcs12).Select(row => row.Key);

    /// <summary>Its name for people.</summary>
    public static string Name(FileShape shape) => Table.TryGetValue(shape, out var row) ? row.Name : "something unknown";

    /// <summary>How to convert it; null where nothing is to be done, or there is no way.</summary>
    public static string? Conversion(FileShape shape) => Table.TryGetValue(shape, out var row) ? row.Conversion : null;

    /// <summary>Whether it is a private key in any form, readable or not.</summary>
    public static bool IsPrivateKey(FileShape shape) =>
        shape is FileShape.Sec1Key or FileShape.Pkcs8Key or FileShape.EncryptedKey or FileShape.OpenSshKey
        or FileShape.JsonWebKey or FileShape.SymmetricKey or FileShape.RsaKey or FileShape.DsaKey or FileShape.TpmKey or FileShape.PuttyKey
        or FileShape.PrintedKey;

    /// <summary>The form of a file that holds neither PEM nor DER, by its first bytes.</summary>
    public static FileShape OfBeginning(byte[] bytes)
    {
        var at = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        foreach (var (begin, shape) in Beginnings)
        {
            // No binary file begins with white space.
            if (bytes.AsSpan(at).StartsWith(begin) || bytes.AsSpan().StartsWith(begin)) return shape;
        }

        return FileShape.Unknown;
    }

    /// <summary>The form of a PEM block.</summary>
    public static FileShape OfBlock(PemBlock block)
    {
        if (block.IsEncrypted) return FileShape.EncryptedKey;
        if (block.Label.StartsWith("PGP ", StringComparison.Ordinal)) return FileShape.Pgp;
        // A label may be wrong.
        return Labels.TryGetValue(block.Label, out var shape) && !IsObject(block.Bytes) ? shape : Of(block.Bytes);
    }

    /// <summary>Whether DER that stands in text is an object: two numbers may be a key, and are mostly a signature.</summary>
    public static bool IsObject(byte[] der)
    {
        var elements = DerElement.At(der, 0, der.Length).Elements(der).Take(3).ToList();
        return Of(der) switch
        {
            FileShape.Unknown => false,
            FileShape.PublicKey => elements[0].Tag == Sequence,
            // An SNMP message begins as a key does, a digest's algorithm as that of an encryption, and other lists as a certificate.
            FileShape.Sec1Key => elements[0].Content(der) is [1] && elements[1].Length is null or >= ShortestScalar,
            FileShape.EncryptedKey => elements[0].Elements(der).FirstOrDefault().Content(der).StartsWith(Pkcs),
            FileShape.Certificate => IsSigned(elements) && HasFields(elements[0].Elements(der).Take(4).Select(e => e.Tag).ToList()),
            FileShape.Request or FileShape.RevocationList => IsSigned(elements),
            _ => true,
        };
    }

    static bool IsSigned(List<DerElement> elements) => (elements[2].Tag & ~Constructed) == BitString;

    static bool HasFields(List<byte> tags) => tags is [not DerCursor.Context0, ..] or [_, Integer, Sequence, Sequence];

    /// <summary>Whether bytes begin as a private key does: with its version, and an octet string or an algorithm.</summary>
    public static bool BeginsAsKey(byte[] head)
    {
        var elements = DerElement.At(head, 0, head.Length).Elements(head).Take(2).ToList();
        return elements.Count == 2 && elements[0].Tag == Integer && elements[0].Content(head) is [0 or 1]
            && (elements[1].Tag, elements[1].Length) is (Sequence, _) or (OctetString, >= ShortestScalar);
    }

    /// <summary>The form by a PEM block's label, when its content cannot be read.</summary>
    public static FileShape OfLabel(string label) =>
        Labels.TryGetValue(label, out var shape) || LabelsOfDer.TryGetValue(label, out shape) ? shape : FileShape.Unknown;

    /// <summary>The form of a DER (or BER) object, by the tags of its first elements: nothing is decoded.</summary>
    public static FileShape Of(byte[] der)
    {
        var whole = DerElement.At(der, 0, der.Length);
        if (whole.Tag != Sequence) return FileShape.Unknown;
        var elements = whole.Elements(der).Take(10).ToList();
        if (elements.Count == 0) return FileShape.Unknown;
        return elements[0].Tag switch
        {
            Integer => OfVersioned(der, elements),
            Identifier => OfContent(elements[0].Content(der)),
            Sequence => OfSigned(der, elements),
            _ => FileShape.Unknown,
        };
    }

    // Structures that begin with a number: keys, PKCS#12, and parameters.
    static FileShape OfVersioned(byte[] der, List<DerElement> elements) =>
        (TagAt(elements, 1) & ~Constructed, TagAt(elements, 2) & ~Constructed) switch
    {
        (OctetString, _) => FileShape.Sec1Key,
        (Sequence & ~Constructed, OctetString) => FileShape.Pkcs8Key,
        (Sequence & ~Constructed or 0, _) when elements[0].Content(der) is [3] => FileShape.Pkcs12,
        (Sequence & ~Constructed, Sequence & ~Constructed) => FileShape.CurveParameters,
        (Integer, Integer) when elements.Count >= 9 => FileShape.RsaKey,
        (Integer, Integer) when elements.Count == 6 => FileShape.DsaKey,
        (Integer, 0) => FileShape.PublicKey,
        _ => FileShape.Unknown,
    };

    static FileShape OfContent(ReadOnlySpan<byte> type)
    {
        if (type.StartsWith(TpmKeys)) return FileShape.TpmKey;
        if (type.SequenceEqual(AuthEnvelopedData)) return FileShape.EncryptedMessage;
        if (type.Length != Pkcs7.Length + 1 || !type.StartsWith(Pkcs7)) return FileShape.Unknown;
        // 1 is data and 2 signed data; the others are encrypted data or digests.
        return type[^1] is 1 or 2 ? FileShape.Pkcs7 : FileShape.EncryptedMessage;
    }

    // Structures that begin with a sequence: an algorithm, or a signed part.
    static FileShape OfSigned(byte[] der, List<DerElement> elements) => (TagAt(elements, 1) & ~Constructed) switch
    {
        OctetString => FileShape.EncryptedKey,
        BitString => FileShape.PublicKey,
        Sequence & ~Constructed when elements.Count == 3 => OfToBeSigned(elements[0].Elements(der).Take(4).Select(e => e.Tag).ToList()),
        _ => FileShape.Unknown,
    };

    // RFC 5280, 4.1 and 5.1; RFC 2986, 4.1.
    static FileShape OfToBeSigned(List<byte> tags) => tags switch
    {
        [0xA0, ..] => FileShape.Certificate,
        [Integer, Sequence, Sequence, DerCursor.UtcTime or DerCursor.GeneralizedTime] or [Sequence, Sequence,
            DerCursor.UtcTime or DerCursor.GeneralizedTime, ..] => FileShape.RevocationList,
        // A certificate of version 1 has the validity there, which is a sequence.
        [Integer, Sequence, Sequence, Sequence] => FileShape.Certificate,
        [Integer, Sequence, Sequence, ..] => FileShape.Request,
        _ => FileShape.Unknown,
    };

    static int TagAt(List<DerElement> elements, int index) => index < elements.Count ? elements[index].Tag : 0;

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
