<#
.SYNOPSIS
    The main job from end to end: a CA hierarchy, credentials for the devices of a list, files on disk, each one tested.
.DESCRIPTION
    Runs in PowerShell and in the project's own shell (dotnet run --project src/DeviceCreds.Shell -- samples/Quickstart.ps1),
    so it uses this module and PowerShell's core alone. With PowerShell's Utility module at hand, Import-Csv reads the list.
.PARAMETER Path
    The folder that gets the credentials. Files of an earlier quick start are replaced.
.PARAMETER DeviceList
    A CSV file with the columns EndpointName and AccountId.
#>
param(
    [string] $Path = [System.IO.Path]::Combine($PSScriptRoot, '..', 'artifacts', 'quickstart'),
    [string] $DeviceList = [System.IO.Path]::Combine($PSScriptRoot, 'devices.csv')
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -Name DeviceCreds)) {
    Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, '..', 'artifacts', 'module', 'DeviceCreds'))
}

$Path = [System.IO.Path]::GetFullPath($Path)
$bootstrapFolder = [System.IO.Path]::Combine($Path, 'bootstrap')
$lwm2mFolder = [System.IO.Path]::Combine($Path, 'lwm2m')

'1. A certificate authority: a root, and below it the CA that issues.'
$chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
$chain | Out-Host

'2. The devices of the list.'
# Import-Csv does this in one word where PowerShell's Utility module is installed.
$lines = [System.IO.File]::ReadAllLines($DeviceList)
$columns = $lines[0].Split(',')
$devices = $lines | Where-Object { $_ -and $_ -ne $lines[0] } | ForEach-Object {
    $values = $_.Split(',')
    $row = [ordered]@{}
    for ($i = 0; $i -lt $columns.Count; $i++) { $row[$columns[$i]] = $values[$i] }
    [pscustomobject] $row
}
"   $(@($devices).Count) devices in $([System.IO.Path]::GetFileName($DeviceList))"
''

'3. A bootstrap and an LwM2M credential for each.'
$bootstrap = $devices | New-BootstrapDeviceCredential -Issuer $chain
$lwm2m = $devices | New-Lwm2mDeviceCredential -Issuer $chain
$bootstrap | Out-Host
$lwm2m | Out-Host

'4. On disk: a folder a device, keys readable by their owner alone.'
$files = @($bootstrap | Export-DeviceCredential -Path $bootstrapFolder -Force) + @($lwm2m | Export-DeviceCredential -Path $lwm2mFolder -Force)
$null = $chain.Issuer | Export-CertificateAuthority -Path ([System.IO.Path]::Combine($Path, 'ca')) -NoPrivateKey -Force
"   $($files.Count) files below $Path"
''

'5. Every file tested against the issuer. One report in full:'
$reports = @($files | Where-Object Name -Like '*DeviceCert.*' | Test-DeviceCertificate -Issuer $chain -AccountId $devices[0].AccountId)
$imported = @(Import-DeviceCredential -Path $bootstrapFolder) + @(Import-DeviceCredential -Path $lwm2mFolder)
$reports += @($imported | Test-DeviceCertificate -Issuer $chain -AccountId $devices[0].AccountId)
$reports[-1] | Out-Host

$failed = @($reports | Where-Object { -not $_.Passed })
if ($failed) { $failed | Out-Host; throw "$($failed.Count) of $($reports.Count) tests failed." }
"All $($reports.Count) tests passed: $(@($devices).Count) devices are ready for bootstrap and for LwM2M."
