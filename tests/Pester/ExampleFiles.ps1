<#
.SYNOPSIS
    Makes, in the current folder, the files that the examples of docs/cmdlets speak of.
.DESCRIPTION
    devices.csv             a list of three devices
    issued.csv              the first two of them
    stolen.csv              one of these
    ca                      the factory's CA, its key under the password
    ca.pfx                  the same CA in a PKCS#12 file under the password
    openssl                 a CA as other tools leave it: ca.crt, ca.key
    credentials             what was issued to the first two devices of the list
    keys                    private keys: one plain, one under the password, one cut short
    requests                requests of three other devices, two in PEM (.csr), one in DER
    delivered               a device's certificate and those of its CAs, as a supplier sends them
    configuration           base.json: what all devices are told; server-ca.pem, which it names
    bundle                  an FCC bundle of the first device
    ledger, agents          index.txt: the ledger of the credentials, the second device's for bootstrap revoked; two agents' ledgers
    answers                 what a device answered that made its own key
    line                    stations.csv: devices with the address and port of their stations, and station-7.csv of one station;
                            console.log: what a device printed; line7.jsonl: the journal of a shift
.PARAMETER Password
    The password of the CA's key and of the encrypted device key.
.PARAMETER Port
    The ports of 127.0.0.1 at which devices are waiting for their credentials.
#>
param([securestring] $Password, [int[]] $Port = (7777, 7778, 7779))

$ErrorActionPreference = 'Stop'
$account = '0166d2a1c9f84b7f8c3a5de2471b9c60'
$devices = 1..3 | ForEach-Object { [pscustomobject] @{ EndpointName = "thermostat-00000$_"; AccountId = $account } }
$devices | Export-Csv -Path 'devices.csv' -NoTypeInformation
$issued = $devices | Select-Object -First 2
$issued | Export-Csv -Path 'issued.csv' -NoTypeInformation
$issued | Select-Object -First 1 | Export-Csv -Path 'stolen.csv' -NoTypeInformation

$chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
$null = $chain.Issuer | Export-CertificateAuthority -Path 'ca' -Password $Password
$null = $chain.Issuer | Export-CertificateAuthority -Path 'plain' -NoPassword
$certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$pwd/plain/CA_cert.pem",
    "$pwd/plain/CA_private.pem")
[System.IO.File]::WriteAllBytes("$pwd/ca.pfx", $certificate.Export('Pfx', $Password))
Remove-Item -Path 'plain' -Recurse
$null = $issued | New-BootstrapDeviceCredential -Issuer $chain -Ledger 'ledger/index.txt' | Export-DeviceCredential -Path 'credentials'
$null = $issued | New-Lwm2mDeviceCredential -Issuer $chain -Ledger 'ledger/index.txt' | Export-DeviceCredential -Path 'credentials'
$null = Revoke-DeviceCertificate -Certificate 'credentials/thermostat-000002/BootstrapDeviceCert.der' -Ledger 'ledger/index.txt' `
    -Reason KeyCompromise -Confirm:$false
foreach ($i in 1, 2) { $null = New-BootstrapDeviceCredential -EndpointName "meter-00000$i" -Issuer $chain -Ledger "agents/$i/index.txt" }

$null = New-CertificateAuthority -Name 'Other CA' | Export-CertificateAuthority -Path 'openssl' -NoPassword
Rename-Item -Path 'openssl/CA_cert.pem' -NewName 'ca.crt'
Rename-Item -Path 'openssl/CA_private.pem' -NewName 'ca.key'

$null = New-DeviceKey | Export-DeviceKey -Path 'keys/device.pem'
$null = New-DeviceKey | Export-DeviceKey -Path 'keys/encrypted.pem' -Password $Password
Get-Content -Path 'keys/device.pem' -TotalCount 2 | Set-Content -Path 'keys/cut-short.pem'

foreach ($file in 'thermostat-000004.csr', 'thermostat-000005.der', 'thermostat-000006.csr') {
    $name = [System.IO.Path]::GetFileNameWithoutExtension($file)
    $null = New-DeviceCertificateRequest -EndpointName $name | Export-DeviceCertificateRequest -Path "requests/$file"
}

$supplier = New-CertificateChain -Name 'Supplier Root CA', 'Supplier Factory CA'
$delivered = (New-BootstrapDeviceCredential -EndpointName 'meter-000001' -Issuer $supplier).Chain.Certificates
$null = New-Item -Path 'delivered' -ItemType Directory
for ($i = 0; $i -lt 3; $i++) {
    Set-Content -Path "delivered/$(('device', 'factory-ca', 'root-ca')[$i]).pem" -Value $delivered[$i].CertificatePem
}

# A configuration for all devices, and the server's CA.
$null = New-Item -Path 'configuration', 'answers' -ItemType Directory
Set-Content -Path 'configuration/server-ca.pem' -Value (New-CertificateAuthority -Name 'Example Server CA').Chain.Leaf.CertificatePem
Set-Content -Path 'configuration/base.json' -Value @'
{
  "ServerUri": "coaps://bootstrap.example.com:5684?aid=0166d2a1c9f84b7f8c3a5de2471b9c60",
  "ServerCertificate": "server-ca.pem",
  "Manufacturer": "Example", "ModelNumber": "T-1000", "DeviceType": "thermostat", "HardwareVersion": "B", "MemoryTotalKB": 256,
  "Timezone": "Europe/Helsinki", "UtcOffset": "+02:00"
}
'@
$null = Import-DeviceCredential -Path 'credentials/thermostat-000001/Bootstrap*' |
    Export-DeviceCredential -Path 'bundle' -Format FccBundle `
        -Configuration (New-DeviceConfiguration -Path 'configuration/base.json' -SerialNumber '1')

# What a device answers that has made its key: CBOR by hand.
function ConvertTo-CborText([string] $Text) {
    if ($Text.Length -lt 24) { [byte] (0x60 + $Text.Length) } else { 0x78, [byte] $Text.Length }
    [System.Text.Encoding]::ASCII.GetBytes($Text)
}
$request = (New-DeviceCertificateRequest -EndpointName 'thermostat-000004').Der
$answer = 0xBF, (ConvertTo-CborText 'Csrs'), 0x81, 0xBF, (ConvertTo-CborText 'PrKN'), (ConvertTo-CborText 'mbed.BootstrapDevicePrivateKey'),
    (ConvertTo-CborText 'Data'), 0x59, [math]::Floor($request.Length / 256), ($request.Length % 256), $request, 0xFF,
    (ConvertTo-CborText 'SchemeVersion'), (ConvertTo-CborText '0.0.1'), (ConvertTo-CborText 'SID'),
        (ConvertTo-CborText 'thermostat-000004'),
    (ConvertTo-CborText 'ReturnStatus'), 0, (ConvertTo-CborText 'InfoMessage'), (ConvertTo-CborText 'The Factory process succeeded'), 0xFF
[System.IO.File]::WriteAllBytes((Join-Path -Path (Get-Location) -ChildPath 'answers/thermostat-000004.cbor'),
    [byte[]] ($answer | ForEach-Object { $_ }))

# A line: where its devices are, and what became of those of a shift.
$null = New-Item -Path 'line' -ItemType Directory
0..2 | ForEach-Object { [pscustomobject] @{ EndpointName = "valve-00000$_"; Address = '127.0.0.1'; Port = $Port[$_ % 2] } } |
    Export-Csv -Path 'line/stations.csv' -NoTypeInformation
3..4 | ForEach-Object { [pscustomobject] @{ EndpointName = "valve-00000$_"; Address = '127.0.0.1'; Port = $Port[0] } } |
    Export-Csv -Path 'line/station-7.csv' -NoTypeInformation
Set-Content -Path 'line/console.log' -Value "Client IP Address and Port :  127.0.0.1:$($Port[2])",
    'Client is waiting for incoming connection...', 'Factory flow begins...'
Get-IssuedCertificate -Ledger 'agents/*/index.txt' | ForEach-Object {
    $good = $_.EndpointName -eq 'meter-000001'
    [ordered] @{
        time = '2030-01-31T07:00:00.000Z'
        endpointName = $_.EndpointName
        kind = 'Bootstrap'
        succeeded = $good
        sent = $true
        notDelivered = -not $good
        serialNumber = $_.SerialNumber
        address = '192.168.1.20:7777'
        communicationStatus = 0
        returnStatus = $(if ($good) { 0 } else { 14 })
        warnings = @(); durationMs = 1500; version = '0.1.0'
    } | ConvertTo-Json -Compress
} | Set-Content -Path 'line/line7.jsonl'
