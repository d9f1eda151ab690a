BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Archives of <Archive>' -ForEach @(
    @{ Archive = 'Tar'; Ending = 'tar'; Extract = 'tar' }
    @{ Archive = 'Zip'; Ending = 'zip'; Extract = 'unzip' }
) {
    BeforeAll {
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $account = '0123456789abcdef0123456789abcdef'
        function Expand-Delivery {
            param($Path, $Destination)
            if ($Extract -eq 'tar') { Invoke-Tool tar -C $Destination -xf $Path }
            else { Invoke-Tool unzip -q $Path -d $Destination }
        }
    }

    BeforeEach { $out = New-Folder }

    It 'is one file that extracts to the folders of an export without it' {
        $credentials = 'dev-1', 'a/b', ([string][char]0x6F22 * 64) | New-BootstrapDeviceCredential -Issuer $ca
        $folders = New-Folder
        $null = $credentials | Export-DeviceCredential -Path $folders
        $null = $credentials | Export-DeviceCredential -Path $out -Archive $Archive
        Get-Tree $out | Should -Be "devices.$Ending", "devices.$Ending.json"
        $extracted = New-Folder
        $null = Expand-Delivery "$out/devices.$Ending" $extracted
        Get-Tree $extracted | Should -Be @(Get-Tree $folders)
        foreach ($file in Get-Tree $folders) {
            (Get-FileHash -LiteralPath "$extracted/$file").Hash | Should -Be (Get-FileHash -LiteralPath "$folders/$file").Hash
        }
        if (-not $OnWindows) {
            Get-Mode "$out/devices.$Ending" | Should -Be '600'
            Get-Mode "$extracted/dev-1" | Should -Be '700'
            Get-Mode "$extracted/dev-1/BootstrapDevicePrivateKey.pem" | Should -Be '600'
        }
    }

    It 'gives its devices on, and each is read and tested from it' {
        $exported = @('dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive)
        $exported.EndpointName | Should -Be 'dev-1', 'dev-2'
        $exported.Path | Select-Object -Unique | Should -Be ([System.IO.Path]::Combine($out, "devices.$Ending"))
        $exported[0].Entries | Should -Contain 'dev-1/BootstrapDevicePrivateKey.pem'
        $exported[0].Files.Count | Should -Be 0
        $exported[0].CertificateFile | Should -BeNullOrEmpty
        $reports = @($exported | Test-DeviceCertificate -Issuer $ca)
        $reports.Passed | Should -Be $true, $true
        $reports[1].Path | Should -Be ([System.IO.Path]::Combine($out, "devices.$Ending", 'dev-2', 'BootstrapDeviceCert.pem'))
        ($exported[1] | Import-DeviceCredential).EndpointName | Should -Be 'dev-2'
        $copied = New-Folder
        $exported[0] | Copy-Item -Destination $copied
        @(Import-DeviceCredential -Path "$copied/*").EndpointName | Should -Be 'dev-1', 'dev-2'
    }

    It 'is imported and tested by its name, a pattern, its exact name, and its folder' {
        $null = 'dev-1', 'dev-2' | New-Lwm2mDeviceCredential -AccountId $account -Issuer $ca |
            Export-DeviceCredential -Path "$out/shard[1].$Ending" -Archive $Archive
        @(Import-DeviceCredential -LiteralPath "$out/shard[1].$Ending").Count | Should -Be 2
        @(Import-DeviceCredential -Path "$out/shard*.$Ending").Count | Should -Be 2
        @(Import-DeviceCredential -Path $out).PrivateKey.Count | Should -Be 2
        @(Test-DeviceCertificate -Path "$out/shard*.$Ending" -Issuer $ca).Passed | Should -Be $true, $true
        Test-DeviceCertificate -LiteralPath "$out/shard[1].$Ending" -Issuer $ca -Quiet | Should -Be $true, $true
    }

    It 'is left out by the next run, which makes the rest, and the files for all devices hold the whole set' {
        $ledger = "$out/index.txt"
        $null = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger |
            Export-DeviceCredential -Path $out -Archive $Archive -Format Pem, AwsIot
        $second = @('dev-1', 'dev-2', 'dev-3' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger -SkipExported $out |
                Export-DeviceCredential -Path $out -Archive $Archive -Format Pem, AwsIot | Where-Object EndpointName)
        $second.EndpointName | Should -Be 'dev-3'
        $second.Path | Should -Be ([System.IO.Path]::Combine($out, "devices-2.$Ending"))
        @(Get-Content -LiteralPath "$out/aws-iot.jsonl").Count | Should -Be 3
        Get-IssuedCertificate -Ledger $ledger -NotIn $out | Should -BeNullOrEmpty
        (Get-IssuedCertificate -Ledger $ledger -NotIn "$out/devices.$Ending").EndpointName | Should -Be 'dev-3'
        (Import-DeviceCredential -Path $out).Count | Should -Be 3
    }

    It 'is delivered by the books' {
        $ledger = "$out/index.txt"
        $null = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger |
            Export-DeviceCredential -Path "$out/files" -Archive $Archive
        $null = 'dev-3' | New-BootstrapDeviceCredential -Issuer $ca -Ledger $ledger
        foreach ($path in "$out/files", "$out/files/devices.$Ending") {
            $accounts = @(Compare-IssuanceLedger -Ledger $ledger -Path $path)
            @($accounts | Where-Object State -EQ Delivered).EndpointName | Sort-Object | Should -Be 'dev-1', 'dev-2'
            @($accounts | Where-Object State -EQ NotDelivered).EndpointName | Should -Be 'dev-3'
        }
    }

    It 'refuses a device that is in it or beside it already' {
        $null = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive
        $null = New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $ca | Export-DeviceCredential -Path $out
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca | Export-DeviceCredential -Path $out } `
            -Id FileExists -Category ResourceExists
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $ca |
                Export-DeviceCredential -Path $out -Archive $Archive } -Id FileExists -Category ResourceExists
        Get-Tree $out | Should -Not -Contain "devices-2.$Ending"
    }

    It 'is replaced only by name and with -Force' {
        $file = "$out/shard.$Ending"
        $null = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca | Export-DeviceCredential -Path $file -Archive $Archive
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $ca |
                Export-DeviceCredential -Path $file -Archive $Archive } `
            -Id FileExists -Category ResourceExists -Message '*lost permanently*'
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $ca |
                Export-DeviceCredential -Path $out -Archive $Archive -Force } -Id ForceNotPossible -Category InvalidArgument
        (Import-DeviceCredential -Path $file).EndpointName | Should -Be 'dev-1'
        $null = New-BootstrapDeviceCredential -EndpointName dev-2 -Issuer $ca | Export-DeviceCredential -Path $file -Archive $Archive -Force
        (Import-DeviceCredential -Path $file).EndpointName | Should -Be 'dev-2'
    }

    It 'has a name of its format' {
        $other = if ($Ending -eq 'tar') { 'zip' } else { 'tar' }
        Assert-Failure { New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca |
                Export-DeviceCredential -Path "$out/shard.$other" -Archive $Archive } -Id ArchiveFormatMismatch -Category InvalidArgument
    }

    It 'is not there with -WhatIf, without devices, or when the pipeline ends with an error' {
        $null = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive -WhatIf
        $null = @() | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive
        { 1..500 | ForEach-Object { if ($_ -eq 400) { throw 'stop' }; "d$_" } | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path $out -Archive $Archive } | Should -Throw 'stop'
        Get-ChildItem -LiteralPath $out -Force | Should -BeNullOrEmpty
    }

    It 'holds the devices that succeeded, and its summary says what failed' {
        $run = Invoke-Recorded { 'dev-1', '', 'dev-2', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential -Path $out -Archive $Archive -Summary }
        $run.Errors.Count | Should -Be 2
        $run.Output[-1].Failed | Should -Be 2
        $summary = Get-Content -LiteralPath "$out/devices.$Ending.json" -Raw | ConvertFrom-Json
        $summary.Devices, $summary.Bootstrap, $summary.Failed | Should -Be 2, 2, 2
        $summary.FirstEndpointName, $summary.LastEndpointName | Should -Be 'dev-1', 'dev-2'
        $summary.Sha256 | Should -Be (Get-FileHash -LiteralPath "$out/devices.$Ending").Hash
        $summary.Formats | Should -Be 'Pem', 'Der'
    }

    It 'holds encrypted keys, which are imported with their password' {
        $password = New-Password
        $null = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca |
            Export-DeviceCredential -Path $out -Archive $Archive -Format Pfx -Password $password
        (Import-DeviceCredential -Path "$out/devices.$Ending" -Password $password).PrivateKey | Should -Not -BeNullOrEmpty
        Assert-Failure { Import-DeviceCredential -Path "$out/devices.$Ending" } -Id PasswordMissing -Category AuthenticationError
    }

    It 'is an error when its end is missing, and then nothing is issued' {
        $null = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive
        $bytes = [System.IO.File]::ReadAllBytes("$out/devices.$Ending")
        [System.IO.File]::WriteAllBytes("$out/devices.$Ending", $bytes[0..($bytes.Length - 2000)])
        Assert-Failure { Import-DeviceCredential -Path "$out/devices.$Ending" } -Id ArchiveTruncated -Category InvalidData
        Assert-Failure { Test-DeviceCertificate -Path "$out/devices.$Ending" } -Id ArchiveTruncated -Category InvalidData
        $run = Invoke-Recorded { 'dev-1' | New-BootstrapDeviceCredential -Issuer $ca -SkipExported $out }
        $run.Ended | Should -BeTrue
        $run.Output.Count | Should -Be 0
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ArchiveTruncated,*'
    }

    It 'is said to be exposed, once, when others can read it' {
        Assert-Unix
        $null = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $out -Archive $Archive
        [System.IO.File]::SetUnixFileMode("$out/devices.$Ending", 'UserRead, UserWrite, GroupRead, OtherRead')
        $null = Import-DeviceCredential -Path $out -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
        $warnings[0].Message | Should -BeLike "*devices.$Ending`: not only its owner*"
    }
}
