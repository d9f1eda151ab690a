using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a certificate authority: a self-signed root, or an intermediate CA below an issuer.</summary>
[Cmdlet(VerbsCommon.New, "CertificateAuthority", DefaultParameterSetName = "Key", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateAuthority))]
public sealed class NewCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA's name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Key",
        HelpMessage = "The CA's name, 1 to 64 characters.")]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Pkcs11",
        HelpMessage = "The CA's name, 1 to 64 characters.")]
    [Parameter(Position = 0, ParameterSetName = "Request")]
    [AllowEmptyString]
    [TextTransformation("a CA's name")]
    public string Name { get; set; } = "";

    /// <summary>The CA that signs it; without one it is a root.</summary>
    [Parameter]
    [PemTransformation]
    [IssuerTransformation]
    [ValidateNotNull]
    [NoSecret]
    public CertificateAuthority? Issuer { get; set; }

    /// <summary>For how many calendar years it is valid.</summary>
    [Parameter]
    [NoSecret]
    public int ValidYears { get; set; } = 35;

    /// <summary>The moment until which it is valid.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NotAfter { get; set; }

    /// <summary>It never expires: 99991231235959Z.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>From when the CA is valid; by default a day before now.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NotBefore { get; set; }

    /// <summary>How many CAs may stand below it.</summary>
    [Parameter]
    [NoSecret]
    public int PathLength { get; set; }

    /// <summary>Its key; by default a new one.</summary>
    [Parameter(ParameterSetName = "Key")]
    [PemTransformation]
    [KeyTransformation]
    [NoSecret]
    public DeviceKey? Key { get; set; }

    /// <summary>The request of a CA whose key lives elsewhere.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Request",
        HelpMessage = "The request: Import-CertificateAuthorityRequest reads it from a file.")]
    [AllowNull]
    [ExpectedTransformation(typeof(CertificateAuthorityRequest), "a CA's certificate signing request")]
    public CertificateAuthorityRequest? Request { get; set; }

    /// <summary>The PKCS#11 library of the token that makes the key and keeps it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Pkcs11", HelpMessage = "The PKCS#11 library that came with the token.")]
    public string Pkcs11Library { get; set; } = "";

    /// <summary>The token, and the key's name on it (RFC 7512).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Pkcs11", HelpMessage = "The token and the key: pkcs11:token=...;object=...")]
    public string Uri { get; set; } = "";

    /// <summary>The token's PIN.</summary>
    [Parameter(ParameterSetName = "Pkcs11")]
    [PasswordTransformation]
    public SecureString? Pin { get; set; }

    /// <summary>The ledger that records the CA: OpenSSL's CA database (index.txt).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <summary>Makes a CA also of a name that has a valid certificate in the ledger.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter AllowDuplicate { get; set; }

    /// <summary>Where the CA's revocation list is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? CrlDistributionPoint { get; set; }

    /// <summary>Where the CA's OCSP responder answers; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? OcspUri { get; set; }

    /// <summary>Where the CA's certificate is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? CaIssuersUri { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Request" && Refuse(Request, "a CA's certificate signing request",
            "Import-CertificateAuthorityRequest reads one from a file.")) return;
        if (!LeaveOutPem(Name)) Try(Request?.Name ?? Name, Create);
    }

    void Create()
    {
        var order = Order();
        if (!MayMake(order.Name)) return;
        using var run = AuthorityRun.Open(Ledger is null ? null : ResolveNewFile(Ledger), AllowDuplicate, ForLedger(LedgerTimeout));
        var authority = run.Issue(order, Make);
        run.Complete();
        WriteVerbose(FormattableString.Invariant(
            $"Made the CA '{authority.Name}', signed by {Signing}, valid until {authority.NotAfter:yyyy-MM-dd}."));
        WriteObject(authority);
    }

    string Signing => Issuer is null ? "itself" : $"'{Issuer.Name}'";

    AuthorityOrder Order()
    {
        var bound = MyInvocation.BoundParameters;
        return new()
        {
            Name = Request is null ? Name : NameOf(Request),
            Issuer = Issuer,
            Validity = ValidityParameters.Resolve(bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null,
                bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration,
                bound.ContainsKey(nameof(NotBefore)) ? NotBefore : null),
            PathLength = bound.ContainsKey(nameof(PathLength)) ? PathLength : null,
            Uris = UriParameters.Resolve(AuthorityUris.None, CrlDistributionPoint, OcspUri, CaIssuersUri, WriteWarning),
        };
    }

    string NameOf(CertificateAuthorityRequest request) => MyInvocation.BoundParameters.ContainsKey(nameof(Name)) ? Name
        : request.Name ?? throw new InputException("RequestWithoutName", ErrorKind.InvalidArgument,
            "The request has no common name, and no -Name was given.", "Give -Name.");

    CertificateAuthority Sign(CertificateAuthorityRequest request, AuthorityOrder order)
    {
        var (authority, notGranted) = request.Certify(order, Stopped);
        if (notGranted.Count > 0)
            WriteWarning($"The request of '{order.Name}' asked for more than its certificate has: "
                + $"{string.Join(", ", notGranted.Take(10))}. Every CA gets the same attributes and extensions.");
        return authority;
    }

    // A key in memory changes nothing; a token keeps it, and a ledger the certificate.
    bool MayMake(string name) => (ParameterSetName, Ledger) switch
    {
        ("Pkcs11", null) => MayChange(name, "Make the CA's key on the token"),
        ("Pkcs11", _) => MayChange(name, $"Make the CA's key on the token, and record the CA in {Ledger}"),
        (_, null) => true,
        _ => MayChange(name, $"Make the CA, and record it in {Ledger}"),
    };

    CertificateAuthority Make(AuthorityOrder order)
    {
        if (Request is not null) return Sign(Request, order);
        if (ParameterSetName != "Pkcs11") return CertificateAuthority.Create(order, Key, Stopped);
        var stored = true;
        var authority = Secret.Use(
            Pin, pin => Pkcs11Authority.Create(ResolveLibrary(Pkcs11Library), Uri, pin, order, out stored, Stopped));
        if (!stored)
        {
            WriteWarning($"The token holds the key of '{Name}', but did not take its certificate. "
                + "Keep it in a file: Export-CertificateAuthority -NoPrivateKey.");
        }

        return authority;
    }
}
