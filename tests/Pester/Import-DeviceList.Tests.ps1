BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'Import-DeviceList' {
    BeforeAll {
        $folder = New-Folder
        $list = Join-Path $folder 'devices.csv'
        [System.IO.File]::WriteAllText($list, "EndpointName;AccountId;Manufacturer`r`ndev-1;acc;Acme`r`n bad;acc;`r`ndev-2;;Other`r`ndev-1;acc;again")
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
}
