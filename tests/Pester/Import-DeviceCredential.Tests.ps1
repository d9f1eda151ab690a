BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Import-DeviceCredential -Sample Certificate

Describe 'Import-DeviceCredential' {
    BeforeAll {
        $chain = New-CertificateChain -Name 'Root', 'Line'
        $out = New-Folder
        $made = @(
            'dev-1', 'dev-2', 'a/b' | New-BootstrapDeviceCredential -Issuer $chain
        ) + @(New-Lwm2mDeviceCredential -EndpointName dev-1 -AccountId acc -Issuer $chain)
        $made | Export-DeviceCredential -Path $out | Out-Null
    }

    It 'gives back what was exported, as it promises' {
        $read = Import-DeviceCredential -Path $out
        $read | Should -BeOfType [DeviceCreds.DeviceCredential]
        (Get-Command -Name Import-DeviceCredential).OutputType.Type | Should -Be ([DeviceCreds.DeviceCredential])
        $key = { '{0} {1} {2} {3}' -f $_.Kind, $_.EndpointName, $_.Fingerprint, $_.PrivateKey.Fingerprint }
        $read | ForEach-Object $key | Sort-Object | Should -Be ($made | ForEach-Object $key | Sort-Object)
        $read | ForEach-Object { $_.Chain.Length } | Should -Be 3, 3, 3, 3
        foreach ($one in $read) {
            (Get-Scalar $one.PrivateKey) | Should -Be (Get-Scalar ($made | Where-Object Fingerprint -EQ $one.Fingerprint).PrivateKey)
        }
    }

    It 'follows no link to a folder below its path' {
        $copy = New-Folder
        Copy-Item -Path (Join-Path $out 'dev-2') -Destination $copy -Recurse
        $type = if ($OnWindows) { 'Junction' } else { 'SymbolicLink' }
        $loop = New-Item -ItemType $type -Path (Join-Path $copy 'loop') -Target $copy
        try {
            (Import-DeviceCredential -Path $copy).EndpointName | Should -Be dev-2
            (Import-DeviceCredential -Path $loop.FullName).EndpointName | Should -Be dev-2
        }
        finally {
            # Pester would follow it when it cleans up.
            $loop.Delete()
        }
    }

    It 'reads <_>' -ForEach 'one device''s folder', 'a pattern of folders', 'a pattern of files', 'Get-ChildItem''s folders',
        'the files one by one', 'the folder by LiteralPath' {
        $device = Join-Path $out 'dev-2'
        $read = switch ($_) {
            'one device''s folder' { Import-DeviceCredential -Path $device }
            'a pattern of folders' { Import-DeviceCredential -Path (Join-Path $out 'dev-[2-9]') }
            'a pattern of files' { Import-DeviceCredential -Path (Join-Path $device '*') }
            'Get-ChildItem''s folders' { Get-ChildItem -LiteralPath $out -Directory -Filter 'dev-2' | Import-DeviceCredential }
            'the files one by one' {
                Import-DeviceCredential -Path (Join-Path $device 'BootstrapDeviceCert.pem'),
                    (Join-Path $device 'BootstrapDevicePrivateKey.der')
            }
            'the folder by LiteralPath' { Import-DeviceCredential -LiteralPath $device }
        }
        @($read).Count | Should -Be 1
        $read.EndpointName | Should -BeExactly dev-2
        $read.PrivateKey.Fingerprint | Should -Be ($made | Where-Object EndpointName -EQ dev-2).PrivateKey.Fingerprint
    }

    It 'goes through the pipeline into a test and into another folder' {
        Import-DeviceCredential -Path $out | Test-DeviceCertificate -Issuer $chain -Quiet | Should -Be $true, $true, $true, $true
        $again = New-Folder
        Import-DeviceCredential -Path $out | Export-DeviceCredential -Path $again | Out-Null
        Get-Tree $again | Should -Be (Get-Tree $out)
        foreach ($file in Get-Tree $out) {
            (Get-FileHash -LiteralPath "$again/$file").Hash | Should -Be (Get-FileHash -LiteralPath "$out/$file").Hash
        }
    }

    It 'reads PKCS#12 <Name> without a password and with an empty one' -ForEach @(
        @{ Name = 'under an empty password'; Arguments = '' }
        @{ Name = 'in which nothing is encrypted'; Arguments = '-keypbe NONE -certpbe NONE' }
        @{ Name = 'without a MAC'; Arguments = '-nomac' }
    ) {
        Assert-Tool openssl
        $device = Join-Path $out 'dev-2'
        $path = Join-Path (New-Folder) 'x.pfx'
        $null = Invoke-Tool openssl pkcs12 -export -inkey (Join-Path $device 'BootstrapDevicePrivateKey.pem') `
            -in (Join-Path $device 'BootstrapDeviceCert.pem') -passout pass: @(
            $Arguments -split ' ' -ne ''
        ) -out $path
        foreach ($given in @{}, @{ Password = [securestring]::new() }) {
            $read = Import-DeviceCredential -Path $path @given
            $read.EndpointName | Should -BeExactly dev-2
            $read.PrivateKey.Fingerprint | Should -Be ($made | Where-Object EndpointName -EQ dev-2).PrivateKey.Fingerprint
        }
    }

    It 'reads the answer of a Vault' {
        $path = Join-Path (New-Folder) 'vault.json'
        $one = $made[0]
        @{
            request_id = 'x'
            data = @{
                certificate = $one.CertificatePem
                private_key = $one.PrivateKey.ToPem()
                ca_chain = @($one.Chain.Certificates | Select-Object -Skip 1 | ForEach-Object CertificatePem)
            }
        } |
            ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $path
        $read = Import-DeviceCredential -Path $path
        $read.EndpointName, $read.Chain.Length | Should -Be $one.EndpointName, 3
        (Get-Scalar $read.PrivateKey) | Should -Be (Get-Scalar $one.PrivateKey)
    }

    It 'opens keys with a password, and asks for it' {
        $locked = New-Folder
        $null = $made[0] | Export-DeviceCredential -Path $locked -Format Pem -Password (New-Password)
        (Import-DeviceCredential -Path $locked -Password (New-Password)).PrivateKey | Should -Be $made[0].PrivateKey
        Assert-Failure { Import-DeviceCredential -Path $locked } -Id PasswordMissing -Category AuthenticationError -Message '*-Password*'
        Assert-Failure {
            Import-DeviceCredential -Path $locked -Password (New-Password wrong)
        } -Id PasswordWrong -Category AuthenticationError
    }

    It 'refuses <What>: <Id>' -ForEach @(
        @{ What = 'an empty folder'; Id = 'CredentialNotFound'; Category = 'ObjectNotFound'; Fill = { } }
        @{ What = 'a key alone'; Id = 'CredentialNotFound'; Category = 'InvalidData'; Fill = { New-Sample Key "$folder/key.pem" } }
        @{
            What = 'a key of another run'
            Id = 'KeyMismatch'
            Category = 'InvalidOperation'
            Fill = { New-Sample Key "$folder/key.pem"; New-Sample Certificate "$folder/cert.pem" }
        }
    ) {
        $folder = New-Folder
        & $Fill
        Assert-Failure { Import-DeviceCredential -Path $folder } -Id $Id -Category $Category -Message "*$(Split-Path -Leaf $folder)*"
    }

    It 'names a list for a service that it skips in a folder: <_>' -ForEach '.', 'below' {
        $folder = New-Folder
        $null = $made[0..1] | Export-DeviceCredential -Path (Join-Path $folder $_) -Format AwsIot
        Assert-Failure { Import-DeviceCredential -Path $folder } -Id CredentialNotFound -Category ObjectNotFound `
            -Message '*in aws-iot.jsonl, a list for a service*Give the file itself*'
        @(Import-DeviceCredential -Path (Join-Path $folder "$_/aws-iot.jsonl")).Count | Should -Be 2
    }

    It 'goes on after a bad device' {
        $mixed = New-Folder
        $null = $made[0..1] | Export-DeviceCredential -Path $mixed
        [System.IO.File]::WriteAllText("$mixed/dev-1/BootstrapDeviceCert.pem", 'damaged')
        $run = Invoke-Recorded { Import-DeviceCredential -Path $mixed }
        $run.Output.EndpointName | Should -Be dev-2
        $run.Errors.Count | Should -Be 1
    }

    It 'has no name to compare with but the certificate''s own: the test says so' {
        $report = Import-DeviceCredential -Path (Join-Path $out 'dev-2') | Test-DeviceCertificate -Issuer $chain
        ($report.Checks | Where-Object Id -EQ EndpointName).Outcome | Should -Be Skipped
        (Import-DeviceCredential -Path (Join-Path $out 'dev-2') | Test-DeviceCertificate -Issuer $chain -EndpointName dev-3).Passed |
            Should -BeFalse
    }
}
