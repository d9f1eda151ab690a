<#
.SYNOPSIS
    A factory line without hardware: simulated devices at three stations get their credentials, and everything is recorded.
.DESCRIPTION
    Starts simulated devices (SimulatedDevice, beside this script), injects a credential into each device of stations.csv, lets a
    device make its own key, and shows what the journal says. Needs the .NET SDK and PowerShell 7:

        dotnet run --project src/DeviceCreds.Shell -- samples/line/Inject.ps1
.PARAMETER Path
    The folder that gets the journal, the report and the labels. An earlier run's are replaced.
.PARAMETER List
    A CSV file with the columns EndpointName, Address and Port.
#>
param(
    [string] $Path = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'line'),
    [string] $List = [System.IO.Path]::Combine($PSScriptRoot, 'stations.csv')
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -Name DeviceCreds)) {
    Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'module', 'DeviceCreds'))
}

$Path = [System.IO.Path]::GetFullPath($Path)
$null = New-Item -Path $Path -ItemType Directory -Force
Get-ChildItem -Path $Path -File | Remove-Item
$simulator = Join-Path -Path $Path -ChildPath 'SimulatedDevice'
$journal = Join-Path -Path $Path -ChildPath 'line.jsonl'
$devices = [System.Collections.Generic.List[object]]::new()

# Powers devices on; their console output goes to a file.
function Start-Device {
    param([string] $Name, [string[]] $Switch)

    $log = Join-Path -Path $Path -ChildPath "$Name.log"
    $program = Join-Path -Path $simulator -ChildPath 'SimulatedDevice.dll'
    $arguments = @("`"$program`"") + $Switch
    $devices.Add((Start-Process -FilePath 'dotnet' -ArgumentList $arguments -RedirectStandardOutput $log -PassThru -NoNewWindow))
    $log
}

try {
    '1. Devices at three stations: two where boards are swapped, and one whose certificate is refused.'
    $project = Join-Path -Path $PSScriptRoot -ChildPath 'SimulatedDevice'
    dotnet build $project --configuration Release --output $simulator --nologo --verbosity quiet
    if ($LASTEXITCODE -ne 0) { throw 'The simulated device cannot be built.' }
    $null = Start-Device -Name 'station-1' -Switch '--port', '17771', '--devices', '3', '--swap-delay', '500'
    $null = Start-Device -Name 'station-2' -Switch '--port', '17772', '--devices', '2', '--trace'
    $null = Start-Device -Name 'station-3' -Switch '--port', '17773', '--return', '14'

    '2. A factory CA, and what all devices are told.'
    $chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
    $server = New-CertificateAuthority -Name 'Example Server CA'
    $details = @{
        ServerUri = 'coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60'; ServerCertificate = $server.Certificate
        Manufacturer = 'Example Ltd'; ModelNumber = 'T-1000'; SerialNumber = 'SN-1'; DeviceType = 'thermostat'; HardwareVersion = '1.0'
        MemoryTotalKB = 512; Timezone = 'Europe/Helsinki'; UtcOffset = '+02:00'
    }
    $base = New-DeviceConfiguration @details
    ''

    '3. One pipeline from the list to the devices. The address of each is in its row; stations work in parallel.'
    Import-Csv -Path $List | New-BootstrapDeviceCredential -Issuer $chain |
        Send-DeviceCredential -Configuration $base -Journal $journal -ThrottleLimit 3 -WaitSec 20 -ErrorAction SilentlyContinue |
        Sort-Object -Property EndpointName -OutVariable sent | Out-Host

    '4. A device that makes its own key: only its request leaves it. Its address is read from its console.'
    $log = Start-Device -Name 'own-key'
    'thermostat-000007' |
        Send-DeviceCredential -KeyOnDevice -Issuer $chain -Configuration $base -ConsoleLog $log -WaitSec 20 -Journal $journal 6>$null |
        Out-Host

    '5. The journal remembers: a device that was injected is not injected a second time.'
    'thermostat-000001' | New-BootstrapDeviceCredential -Issuer $chain |
        Send-DeviceCredential -Configuration $base -Address 127.0.0.1 -Journal $journal -ErrorAction SilentlyContinue `
            -ErrorVariable refused |
        Out-Null
    "   $($refused[0])"
    ''

    '6. A report for the shift, and labels for the housings.'
    $page = Join-Path -Path $Path -ChildPath 'report.html'
    $report = Get-DeviceInjection -Journal $journal | Export-DeviceCertificateReport -Path $page -Title 'Example line' -Force
    $labels = 'thermostat-000008', 'thermostat-000009' | New-BootstrapDeviceCredential -Issuer $chain |
        Export-DeviceCredential -Path $Path -Format Labels, IzumaEnrollment -Configuration $base -Force |
        Where-Object { $_ -is [System.IO.FileInfo] }
    @($report) + @($labels) | ForEach-Object { "   $($_.FullName)" }
    ''

    $all = @(Get-DeviceInjection -Journal $journal)
    $passed = @($all | Where-Object -Property Succeeded)
    if ($all.Count -ne 7 -or $passed.Count -ne 6) { throw "$($passed.Count) of $($all.Count) devices passed; expected 6 of 7." }
    "$($passed.Count) of $($all.Count) devices are ready, and one was refused, as it should be. The journal is $journal."
}
finally {
    $devices | Where-Object { -not $_.HasExited } | Stop-Process
}
