BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Import-DeviceList' {
    BeforeAll {
        $folder = New-Folder
        $list = Join-Path $folder 'devices.csv'
        [System.IO.File]::WriteAllText($list,
            "EndpointName;AccountId;Manufacturer`r`ndev-1;acc;Acme`r`n bad;acc;`r`ndev-2;;Other`r`ndev-1;acc;again")
    }

    It 'gives a device a good row, with its columns as properties, and an error a bad one' {
        $run = Invoke-Recorded { Import-DeviceList -Path $list }
        $run.Output | Should -BeOfType [DeviceCreds.DeviceIdentity]
        $run.Output.EndpointName | Should -Be 'dev-1', 'dev-2'
        $run.Output.Manufacturer | Should -Be 'Acme', 'Other'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'EndpointName*,DeviceCreds.PowerShell.Cmdlets.ImportDeviceListCommand'
        $run.Errors.Exception.Line | Should -Be 3, 5
    }

    It 'gives what Import-Csv gives to the cmdlets behind' {
        (Import-DeviceList -Path $list -First 1 | New-DeviceConfiguration).Manufacturer | Should -Be 'Acme'
    }

    It 'gives rows to which a script adds columns, and in which it changes values' {
        $ca = New-CertificateAuthority 'List CA'
        $key = New-DeviceKey
        $credential = Import-DeviceList -Path $list -First 1 | Add-Member PrivateKey $key -PassThru | Add-Member Site Berlin -PassThru |
            Add-Member AccountId other -Force -PassThru | ForEach-Object { $_.Manufacturer = 'New'; $_ } |
            New-Lwm2mDeviceCredential -Issuer $ca
        $credential.PrivateKey.Fingerprint | Should -Be $key.Fingerprint
        $credential.Subject | Should -Be 'CN=dev-1,OU=other'
        $credential.Columns.Site, $credential.Columns.Manufacturer | Should -Be 'Berlin', 'New'
        $device = Import-DeviceList -Path $list -First 1 | Add-Member SerialNumber S9 -PassThru
        ($device | New-DeviceConfiguration).SerialNumber | Should -Be 'S9'
    }

    It 'gives parts that are disjoint and cover the list' {
        $names = 1..50 | ForEach-Object { "dev-$_" }
        $plain = Join-Path $folder 'names'
        [System.IO.File]::WriteAllText($plain, ($names -join "`n"))
        $parts = 1..4 | ForEach-Object { Import-DeviceList -Path $plain -Shard "$_/4" }
        $parts.EndpointName | Sort-Object | Should -Be ($names | Sort-Object)
    }

    It 'says of a list without endpoint names which columns it found' {
        $other = Join-Path $folder 'other.csv'
        [System.IO.File]::WriteAllText($other, "Name,Account`na,b")
        Assert-Failure { Import-DeviceList -Path $other } -Id EndpointNameMissing -Category InvalidData -Message '*Name, Account*'
    }

    It 'reads <Form>' -ForEach @(
        @{ Form = 'JSON lines'; Text = "{`"EndpointName`":`"dev-1`",`"AccountId`":`"acc`"}`n{`"EndpointName`":`"dev-2`"}`n" }
        @{ Form = 'plain names'; Text = "dev-1`r`ndev-2" }
        @{ Form = 'tabs between the columns'; Text = "EndpointName`tAccountId`ndev-1`tacc`ndev-2`t`n" }
        @{ Form = 'quoted fields with line breaks'; Text = "EndpointName,Note`n`"dev-1`",`"two`nlines, and a comma`"`ndev-2,`n" }
        @{ Form = 'a byte-order mark'; Text = [string] [char] 0xFEFF + "EndpointName`ndev-1`ndev-2`n" }
    ) {
        $path = Join-Path $folder "form-$($Form -replace '\W')"
        [System.IO.File]::WriteAllText($path, $Text)
        (Import-DeviceList -Path $path).EndpointName | Should -Be 'dev-1', 'dev-2'
        $packed = [System.IO.Compression.GZipStream]::new([System.IO.File]::Create("$path.gz"),
            [System.IO.Compression.CompressionMode]::Compress)
        $bytes = [System.IO.File]::ReadAllBytes($path)
        $packed.Write($bytes, 0, $bytes.Length)
        $packed.Dispose()
        (Import-DeviceList -Path "$path.gz").EndpointName | Should -Be 'dev-1', 'dev-2'
    }

    It 'reads what Excel writes, and warns where -Encoding is wrong' {
        $path = Join-Path $folder 'excel.csv'
        $text = "EndpointName;Site`ndev-1;" + ('x' * 70000) + "`ndev-2;"
        [System.IO.File]::WriteAllBytes($path, [System.Text.Encoding]::ASCII.GetBytes($text) + [byte[]] (0x4D, 0xFC, 0x96, 0x80))
        (Import-DeviceList -Path $path)[1].Site | Should -BeExactly "M$([char] 0xFC)$([char] 0x2013)$([char] 0x20AC)"
        (Import-DeviceList -Path $path -Encoding Latin1)[1].Site | Should -BeLike "*$([char] 0x20AC)"
        Import-DeviceList -Path $path -Encoding UTF8 -WarningVariable warnings -WarningAction SilentlyContinue | Should -HaveCount 2
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeLike '*line 3*Site*U+FFFD*-Encoding*'
    }

    It 'refuses a compressed list that was cut short' {
        $path = Join-Path $folder 'cut.gz'
        $packed = [System.IO.Compression.GZipStream]::new([System.IO.File]::Create($path),
            [System.IO.Compression.CompressionMode]::Compress)
        $bytes = [System.Text.Encoding]::ASCII.GetBytes("device-1`ndevice-23")
        $packed.Write($bytes, 0, $bytes.Length)
        $packed.Dispose()
        $bytes = [System.IO.File]::ReadAllBytes($path)
        [System.IO.File]::WriteAllBytes($path, $bytes[0..($bytes.Length - 9)])
        foreach ($shard in '1/2', '2/2') {
            $run = Invoke-Recorded { Import-DeviceList -Path $path -Shard $shard }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'GzipDamaged,*'
        }
    }

    It 'takes files by wildcard, and counts what -Skip and -First say over all of them' {
        foreach ($i in 1, 2) { [System.IO.File]::WriteAllText((Join-Path $folder "part-$i.txt"), "p$i-a`np$i-b`n") }
        (Import-DeviceList -Path (Join-Path $folder 'part-*.txt') -Skip 1 -First 2).EndpointName | Should -Be 'p1-b', 'p2-a'
    }

    It 'refuses the shard <_>' -ForEach '0/4', '5/4', '1', 'a/b', '1/0' {
        { Import-DeviceList -Path $list -Shard $_ -ErrorAction Stop } | Should -Throw
    }

    It 'feeds the main job' {
        $out = Join-Path $folder 'out'
        $run = Invoke-Recorded {
            Import-DeviceList -Path $list | New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority -Name Root) -AccountId acc |
                Export-DeviceCredential -Path $out
        }
        (Get-ChildItem -Path $out -Directory).Name | Should -Be 'dev-1', 'dev-2'
        $run.Errors.Count | Should -Be 2
    }
}
