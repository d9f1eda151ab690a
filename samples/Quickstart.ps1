<#
.SYNOPSIS
    The main job from end to end: a CA hierarchy, credentials for the devices of a list, files on disk, each one tested.
.DESCRIPTION
    Runs in PowerShell, and on a machine that has only the .NET SDK in the project's shell:
    dotnet run --project src/DeviceCreds.Shell -- samples/Quickstart.ps1
.PARAMETER Path
    The folder for the credentials. The files of an earlier quick start are replaced.
.PARAMETER DeviceList
    A CSV file with the columns EndpointName and AccountId.
#>
param(
    [string] $Path = (Join-Path -Path $PSScriptRoot -ChildPath '../artifacts/quickstart'),
    [string] $DeviceList = (Join-Path -Path $PSScriptRoot -ChildPath 'devices.csv')
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -Name DeviceCreds)) {
    Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath '../artifacts/module/DeviceCreds')
}

'1. A certificate authority: a root, and below it the CA that issues.'
$chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
$chain | Out-Host

'2. The devices of the list, by production line.'
$devices = Import-Csv -Path $DeviceList
$devices | Group-Object -Property Line | Format-Table -Property Name, Count

'3. A bootstrap and an LwM2M credential for each device.'
$bootstrap = $devices | New-BootstrapDeviceCredential -Issuer $chain
$lwm2m = $devices | New-Lwm2mDeviceCredential -Issuer $chain
$bootstrap + $lwm2m | Out-Host

'4. On disk: one folder per device. Only their owner can read the keys.'
$null = $bootstrap | Export-DeviceCredential -Path "$Path/bootstrap" -Force
$null = $lwm2m | Export-DeviceCredential -Path "$Path/lwm2m" -Force
$null = $chain.Issuer | Export-CertificateAuthority -Path "$Path/ca" -NoPrivateKey -Force
Get-ChildItem -Path "$Path/bootstrap", "$Path/lwm2m" -File -Recurse | Group-Object -Property Name | Format-Table -Property Name, Count

'5. Every certificate tested against the issuer. One report in full:'
$certificates = Get-ChildItem -Path "$Path/bootstrap", "$Path/lwm2m" -Recurse -Filter *DeviceCert.*
$reports = @($certificates | Test-DeviceCertificate -Issuer $chain)
$reports += Import-DeviceCredential -Path "$Path/bootstrap", "$Path/lwm2m" |
    Test-DeviceCertificate -Issuer $chain -AccountId $devices[0].AccountId
$reports[-1] | Out-Host

$failed = @($reports | Where-Object { -not $_.Passed })
if ($failed) {
    $failed | Out-Host
    throw "$($failed.Count) of $($reports.Count) tests failed."
}
"All $($reports.Count) tests passed: $($devices.Count) devices are ready for bootstrap and for LwM2M."
