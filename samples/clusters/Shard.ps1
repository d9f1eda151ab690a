<#
.SYNOPSIS
    Issues one shard of a device list.
.DESCRIPTION
    Every job of a cluster runs this script with the same arguments. It writes to the folder shard-<i>-of-<n> below -Path: the devices'
    folders, the ledger (index.txt), and, when it is done, summary.json. Run it again after an interruption: it makes what is missing.

    Exit codes: 0, all done; 2, some rows failed and running again does not help; 1, anything else.
.PARAMETER DeviceList
    The list of all devices, the same for every shard.
.PARAMETER Path
    The folder for the results of all shards.
.PARAMETER CertificateAuthority
    The folder of the CA, as Export-CertificateAuthority wrote it. With -KeyVaultKeyId, a file with the CA's certificate and its chain.
.PARAMETER Pkcs11Library
    The PKCS#11 library of the token that holds the CA's key.
.PARAMETER TokenUri
    The CA's key on the token, such as pkcs11:token=Factory;object=ca.
.PARAMETER KeyVaultKeyId
    The CA's key in Azure Key Vault. The login comes from the job's identity.
.PARAMETER SecretFile
    A file with the password of the CA's key, or with the token's PIN, that only you can read (chmod 600). A file that users
    outside its group can read is refused; the group is not checked.
.PARAMETER Secret
    The same, for a caller that has it as a SecureString.
.PARAMETER Shard
    Which part of the list, such as 3/16. Auto, the default, takes it from the job engine.
.PARAMETER Kind
    Bootstrap or Lwm2m.
#>
[CmdletBinding(DefaultParameterSetName = 'File')]
param(
    [Parameter(Mandatory)] [string] $DeviceList,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory, ParameterSetName = 'File')] [Parameter(Mandatory, ParameterSetName = 'KeyVault')] [string] $CertificateAuthority,
    [Parameter(Mandatory, ParameterSetName = 'Token')] [string] $Pkcs11Library,
    [Parameter(Mandatory, ParameterSetName = 'Token')] [string] $TokenUri,
    [Parameter(Mandatory, ParameterSetName = 'KeyVault')] [uri] $KeyVaultKeyId,
    [string] $SecretFile,
    [securestring] $Secret,
    [string] $Shard = 'Auto',
    [ValidateSet('Bootstrap', 'Lwm2m')] [string] $Kind = 'Bootstrap'
)

# The secret goes from the file to protected memory, and is never a text: no log, no error and no dump can show it.
function Read-Secret {
    param([Parameter(Mandatory)] [string] $Path)

    $Path = (Resolve-Path -LiteralPath $Path).ProviderPath
    # Windows has access control lists instead of modes.
    if ([System.IO.Path]::DirectorySeparatorChar -eq '/' -and ([int] [System.IO.File]::GetUnixFileMode($Path) -band 7) -ne 0) {
        throw "Other users can read $Path. Run: chmod 600 $Path"
    }
    $secret = [System.Security.SecureString]::new()
    $reader = [System.IO.StreamReader]::new($Path)
    try {
        while (($character = $reader.Read()) -ge 0 -and $character -notin 10, 13) { $secret.AppendChar([char] $character) }
    }
    finally { $reader.Dispose() }
    $secret.MakeReadOnly()
    $secret
}

$ErrorActionPreference = 'Stop'
try {
    if (-not (Get-Module -Name DeviceCreds)) { Import-Module -Name DeviceCreds }
    if ($SecretFile) { $Secret = Read-Secret -Path $SecretFile }

    $issuer = switch ($PSCmdlet.ParameterSetName) {
        'File' { Import-CertificateAuthority -Path $CertificateAuthority -Password $Secret }
        'Token' { Get-CertificateAuthority -Pkcs11Library $Pkcs11Library -Uri $TokenUri -Pin $Secret }
        'KeyVault' { Get-CertificateAuthority -KeyVaultKeyId $KeyVaultKeyId -Certificate $CertificateAuthority }
    }

    $part = [DeviceCreds.Shard]::Parse($Shard)
    $folder = Join-Path -Path $Path -ChildPath "shard-$($part.Index)-of-$($part.Count)"
    $devices = Join-Path -Path $folder -ChildPath 'devices'
    $summaryPath = Join-Path -Path $folder -ChildPath 'summary.json'
    $null = New-Item -Path $devices -ItemType Directory -Force
    # Without this file the shard is not done.
    if (Test-Path -LiteralPath $summaryPath) { Remove-Item -LiteralPath $summaryPath }

    # One bad row does not stop the others.
    $ErrorActionPreference = 'Continue'
    $summary = Import-DeviceList -Path $DeviceList -Shard $part |
        & "New-${Kind}DeviceCredential" -Issuer $issuer -Ledger (Join-Path -Path $folder -ChildPath 'index.txt') -SkipExported $devices |
        Export-DeviceCredential -Path $devices -Summary |
        Where-Object { $null -ne $_.ExitCode }
    $ErrorActionPreference = 'Stop'

    "Shard ${part}: $($summary.Succeeded) issued, $($summary.Skipped) were there already, $($summary.Failed) failed."
    [pscustomobject]@{
        Shard = "$part"; Total = $summary.Total; Succeeded = $summary.Succeeded; Skipped = $summary.Skipped; Failed = $summary.Failed
        ExitCode = $summary.ExitCode
    } | ConvertTo-Json | Set-Content -LiteralPath $summaryPath -Encoding UTF8
}
catch {
    $ErrorActionPreference = 'Continue'
    Write-Error -ErrorRecord $_
    exit 1
}
exit $summary.ExitCode
