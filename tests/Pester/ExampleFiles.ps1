<#
.SYNOPSIS
    Makes, in the current folder, the files that the examples of docs/cmdlets speak of.
.DESCRIPTION
    devices.csv             a list of three devices
    issued.csv              the first two of them
    ca                      the factory's CA, its key under the password
    openssl                 a CA as other tools leave it: ca.crt, ca.key
    credentials             what was issued to the first two devices of the list
    keys                    private keys: one plain, one under the password, one cut short
    requests                requests of three other devices, two in PEM (.csr), one in DER
    delivered               a device's certificate and those of its CAs, as a supplier sends them
.PARAMETER Password
    The password of the CA's key and of the encrypted device key.
#>
param([securestring] $Password)

$ErrorActionPreference = 'Stop'
$account = '0166d2a1c9f84b7f8c3a5de2471b9c60'
$devices = 1..3 | ForEach-Object { [pscustomobject] @{ EndpointName = "thermostat-00000$_"; AccountId = $account } }
$devices | Export-Csv -Path 'devices.csv' -NoTypeInformation
$issued = $devices | Select-Object -First 2
$issued | Export-Csv -Path 'issued.csv' -NoTypeInformation

$chain = New-CertificateChain -Name 'Example Root CA', 'Example Factory CA'
$null = $chain.Issuer | Export-CertificateAuthority -Path 'ca' -Password $Password
$null = $issued | New-BootstrapDeviceCredential -Issuer $chain | Export-DeviceCredential -Path 'credentials'
$null = $issued | New-Lwm2mDeviceCredential -Issuer $chain | Export-DeviceCredential -Path 'credentials'

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
for ($i = 0; $i -lt 3; $i++) { Set-Content -Path "delivered/$(('device', 'factory-ca', 'root-ca')[$i]).pem" -Value $delivered[$i].CertificatePem }
