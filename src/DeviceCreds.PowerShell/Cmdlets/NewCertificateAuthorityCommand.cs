using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a certificate authority: a self-signed root, or an intermediate CA below an issuer.</summary>
[Cmdlet(VerbsCommon.New, "CertificateAuthority")]
[OutputType(typeof(CertificateAuthority))]
public sealed class NewCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA's name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Name { get; set; } = "";

    /// <summary>The CA that signs it; without one it is a root.</summary>
    [Parameter]
    [IssuerTransformation]
    [ValidateNotNull]
    public CertificateAuthority? Issuer { get; set; }

    /// <summary>For how many calendar years it is valid.</summary>
    [Parameter]
    public int ValidYears { get; set; } = 35;

    /// <summary>The moment until which it is valid.</summary>
    [Parameter]
    public DateTime NotAfter { get; set; }

    /// <summary>Gives it no well-defined end: 99991231235959Z.</summary>
    [Parameter]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>How many CAs may stand below it.</summary>
    [Parameter]
    public int PathLength { get; set; }

    /// <summary>Its key; by default a new one.</summary>
    [Parameter]
    public DeviceKey? Key { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Try(Name, () =>
    {
        var bound = MyInvocation.BoundParameters;
        var validity = ValidityParameters.Resolve(bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration);
        var authority = CertificateAuthority.Create(Name, Issuer, validity, bound.ContainsKey(nameof(PathLength)) ? PathLength : null, Key);
        WriteVerbose(FormattableString.Invariant($"Made the CA '{authority.Name}', signed by {(Issuer is null ? "itself" : $"'{Issuer.Name}'")}, valid until {authority.NotAfter:yyyy-MM-dd}."));
        WriteObject(authority);
    });
}
