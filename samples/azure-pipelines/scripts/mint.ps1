<#
.SYNOPSIS
    Issues a credential to each device of a list, or signs the requests of a folder, and writes them to disk.
.DESCRIPTION
    The passwords come from the environment: CA_PASSWORD is for the CA's key, KEY_PASSWORD is the one with which the devices'
    keys are written. A row that fails is an error of its own and an annotation of the build; the others are issued, and the step
    fails at the end: with exit code 2 when rows failed that would fail again, with 1 for anything else.
.PARAMETER DeviceList
    A CSV file with the column EndpointName, and AccountId for LwM2M. New keys are made; KEY_PASSWORD is needed.
.PARAMETER RequestPath
    Files with certificate signing requests: the devices keep their keys, and nothing secret is written.
.PARAMETER CertificateAuthority
    The CA's certificate, with its chain; a secure file or one of the repository.
.PARAMETER CertificateAuthorityKey
    The CA's private key: a secure file.
.PARAMETER Kind
    Bootstrap or Lwm2m.
.PARAMETER OutputPath
    The folder that gets one folder per device. Files that are there already are not replaced.
.PARAMETER Ledger
    The ledger that records every certificate.
.PARAMETER Shard
    Which part of the list this job issues, as i/n: System.JobPositionInPhase and System.TotalJobsInPhase.
#>
[CmdletBinding(DefaultParameterSetName = 'List')]
param(
    [Parameter(Mandatory, ParameterSetName = 'List')] [string] $DeviceList,
    [Parameter(Mandatory, ParameterSetName = 'Request')] [string[]] $RequestPath,
    [Parameter(Mandatory)] [string] $CertificateAuthority,
    [Parameter(Mandatory)] [string] $CertificateAuthorityKey,
    [ValidateSet('Bootstrap', 'Lwm2m')] [string] $Kind = 'Bootstrap',
    [Parameter(Mandatory)] [string] $OutputPath,
    [string] $Ledger,
    [Parameter(ParameterSetName = 'List')] [string] $Shard
)

. ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

$authority = @{ Path = $CertificateAuthority; KeyPath = $CertificateAuthorityKey }
$export = @{ Path = $OutputPath }
$password = Get-Secret -Name CA_PASSWORD
if ($password) { $authority.Password = $password }
$password = Get-Secret -Name KEY_PASSWORD
if ($password) { $export.Password = $password }
elseif ($DeviceList) {
    throw 'KEY_PASSWORD is not set. New keys are written to the agent''s disk, so only encrypted: set the secret variable keyPassword.'
}

$issue = @{ Issuer = Import-CertificateAuthority @authority }
if ($Ledger) {
    $issue.Ledger = [System.IO.Path]::GetFullPath($Ledger)
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($issue.Ledger))
}

$rows = @{ Path = if ($DeviceList) { $DeviceList } else { $RequestPath } }
if ($Shard) { $rows.Shard = $Shard }
$read = if ($DeviceList) { 'Import-DeviceList' } else { 'Import-DeviceCertificateRequest' }

# One bad row does not stop the others: -SetExitCode fails the step in the end.
$ErrorActionPreference = 'Continue'
& $read @rows |
    & "New-${Kind}DeviceCredential" @issue -Summary |
    Export-DeviceCredential @export -SetExitCode |
    Where-Object { $_.Total } |
    ForEach-Object { "$($_.Succeeded) of $($_.Total) devices have their files below $OutputPath." }
