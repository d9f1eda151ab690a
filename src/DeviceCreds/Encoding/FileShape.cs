namespace DeviceCreds;

/// <summary>The outer form of a file, or of an object in it. <see cref="FileShapes"/> recognises, names and explains each.</summary>
internal enum FileShape
{
    /// <summary>An unknown form.</summary>
    Unknown,

    /// <summary>ECPrivateKey (SEC 1, RFC 5915).</summary>
    Sec1Key,

    /// <summary>PrivateKeyInfo (PKCS#8, RFC 5958).</summary>
    Pkcs8Key,

    /// <summary>EncryptedPrivateKeyInfo (PKCS#8), or a private key in PEM with OpenSSL's Proc-Type header.</summary>
    EncryptedKey,

    /// <summary>openssh-key-v1.</summary>
    OpenSshKey,

    /// <summary>A private key as JSON (RFC 7517).</summary>
    JsonWebKey,

    /// <summary>A symmetric key as JSON (RFC 7518, 6.4).</summary>
    SymmetricKey,

    /// <summary>RSAPrivateKey (PKCS#1).</summary>
    RsaKey,

    /// <summary>DSA's private key, as OpenSSL writes it.</summary>
    DsaKey,

    /// <summary>A TPM's key file (TSS2): the private half is encrypted by the TPM.</summary>
    TpmKey,

    /// <summary>PuTTY's own format.</summary>
    PuttyKey,

    /// <summary>A private key as text for people (openssl -text), or as a dump of its bytes.</summary>
    PrintedKey,

    /// <summary>SubjectPublicKeyInfo, or an RSA public key of PKCS#1.</summary>
    PublicKey,

    /// <summary>A public key in one of SSH's forms.</summary>
    SshPublicKey,

    /// <summary>The parameters of a curve (EC PARAMETERS).</summary>
    CurveParameters,

    /// <summary>The parameters from which keys are made (DH PARAMETERS, DSA PARAMETERS).</summary>
    KeyParameters,

    /// <summary>Certificate (RFC 5280).</summary>
    Certificate,

    /// <summary>CertificationRequest (PKCS#10).</summary>
    Request,

    /// <summary>CertificateList (RFC 5280).</summary>
    RevocationList,

    /// <summary>SignedData of PKCS#7 or CMS: certificates and revocation lists in one container.</summary>
    Pkcs7,

    /// <summary>EnvelopedData and similar types of PKCS#7 or CMS.</summary>
    EncryptedMessage,

    /// <summary>PFX (PKCS#12).</summary>
    Pkcs12,

    /// <summary>Java's own keystores, JKS and JCEKS.</summary>
    JavaKeystore,

    /// <summary>A file that a program other than OpenSSL's key tools encrypted completely.</summary>
    EncryptedFile,

    /// <summary>A message or a key of PGP.</summary>
    Pgp,

    /// <summary>The pointer that Git LFS leaves in place of a file.</summary>
    LfsPointer,

    /// <summary>A message of mail with its headers, perhaps signed or encrypted (S/MIME).</summary>
    Mail,

    /// <summary>A file compressed with bzip2.</summary>
    Bzip2,

    /// <summary>A file compressed with xz.</summary>
    Xz,

    /// <summary>A file compressed with Zstandard.</summary>
    Zstandard,

    /// <summary>A ZIP archive: also Excel's and Word's files.</summary>
    Zip,

    /// <summary>A file compressed with gzip.</summary>
    Gzip,

    /// <summary>An old Office document (.xls, .doc).</summary>
    OfficeDocument,

    /// <summary>A PDF document.</summary>
    Pdf,

    /// <summary>A page of HTML.</summary>
    Html,

    /// <summary>A database of SQLite, such as NSS's cert9.db and key4.db.</summary>
    Database,
}
