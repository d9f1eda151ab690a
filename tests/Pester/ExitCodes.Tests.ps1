# How an unattended run ends: real processes, by file and by command, and what their callers see.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    # Runs a script as a scheduler does; gives its exit code, and what it wrote.
    function Invoke-Script {
        param([Parameter(Mandatory)] [string] $Script, [switch] $AsCommand)
        $path = Join-Path $folder 'run.ps1'
        [System.IO.File]::WriteAllText($path,
            ("Import-Module '$ModuleManifest'`nSet-Location -LiteralPath '$folder'`n" +
                "`$ca = New-CertificateAuthority -Name 'Night CA'`n$Script"))
        $arguments = @($PowerShell | Select-Object -Skip 1)
        $how = if ($AsCommand) { '-Command', "& '$path'" } else { '-File', $path }
        $text = & $PowerShell[0] @arguments -NoProfile -NonInteractive @how 2>&1
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = ($text | ForEach-Object { "$_" }) -join "`n" }
    }
}

Describe '-SetExitCode' {
    BeforeEach {
        $folder = New-Folder
        [System.IO.File]::WriteAllText("$folder/good.csv", "EndpointName,AccountId`n" + -join (1..20 | ForEach-Object { "dev-$_,a`n" }))
        [System.IO.File]::WriteAllText("$folder/bad.csv",
            "EndpointName,AccountId`n" + -join (1..20 | ForEach-Object { "dev-$_,a`n" }) + "dev-1,a`n dev-x,a`n")
    }

    It 'ends the process with <Code>: <What>' -ForEach @(
        @{
            Code = 0; What = 'all done'
            Script = 'Import-DeviceList good.csv | New-BootstrapDeviceCredential -Issuer $ca -Ledger l.txt |
                Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 2; What = 'the list refused rows'
            Script = 'Import-DeviceList bad.csv | New-BootstrapDeviceCredential -Issuer $ca -Ledger l.txt |
                Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 2; What = 'the list refused every row'
            Script = '"EndpointName`n x`n y`n" | Set-Content none.csv
                Import-DeviceList none.csv | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 2; What = 'a row got no certificate, said by the cmdlet in the middle'
            Script = 'Import-Csv bad.csv | New-BootstrapDeviceCredential -Issuer $ca -SetExitCode | Export-DeviceCredential out'
        }
        @{
            Code = 2; What = 'an export failed, said by the cmdlet before it'
            Script = '$c = New-BootstrapDeviceCredential dev-1 -Issuer $ca
                $null = $c | Export-DeviceCredential out
                Import-DeviceList good.csv | New-BootstrapDeviceCredential -Issuer $ca -SetExitCode |
                Export-DeviceCredential out'
        }
        @{
            Code = 2; What = 'a certificate did not pass'
            Script = 'New-BootstrapDeviceCredential dev-1 -Issuer $ca | Test-DeviceCertificate -EndpointName other -SetExitCode'
        }
        @{
            Code = 0; What = 'all certificates passed'
            Script = 'New-BootstrapDeviceCredential dev-1 -Issuer $ca | Test-DeviceCertificate -SetExitCode'
        }
        @{ Code = 1; What = 'a file that is not there'; Script = 'Test-DeviceCertificate nowhere.pem -SetExitCode' }
        @{
            Code = 1; What = 'a list that is not there'
            Script = 'Import-DeviceList nowhere.csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 1; What = 'a list of another cmdlet that is not there'
            Script = 'Import-Csv nowhere.csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 1; What = 'a ledger that cannot be written'
            Script = 'Import-DeviceList good.csv | New-BootstrapDeviceCredential -Issuer $ca -Ledger good.csv/l.txt |
                Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 1; What = 'an error of another command ends it'
            Script = 'Import-DeviceList good.csv |
                ForEach-Object { if ($_.EndpointName -eq "dev-7") { throw "half-way" }; $_ } |
                New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential out -SetExitCode'
        }
        @{
            Code = 1; What = 'both sorts of failure'
            Script = 'Set-Content out x
                Import-DeviceList bad.csv | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential /proc/nowhere -SetExitCode'
        }
    ) {
        if ($OnWindows -and $Script -like '*/proc*') { Set-ItResult -Skipped -Because 'there is no /proc'; return }
        $run = Invoke-Script $Script
        $run.ExitCode | Should -Be $Code -Because $run.Text
        (Invoke-Script ($Script -replace ' out\b', ' again' -replace 'l\.txt', 'm.txt') -AsCommand).ExitCode | Should -Be $Code
    }

    It 'lets the script go on, and is what its last line exits with' {
        $run = Invoke-Script '
            Import-DeviceList bad.csv -ErrorAction SilentlyContinue | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential out -SetExitCode | Out-Null
            "after: $LASTEXITCODE"'
        $run.ExitCode, $run.Text | Should -Be 2, 'after: 2'
        $run = Invoke-Script '
            Import-DeviceList good.csv | New-BootstrapDeviceCredential -Issuer $ca |
                Export-DeviceCredential new -SetExitCode | Out-Null
            exit $LASTEXITCODE'
        $run.ExitCode | Should -Be 0
    }

    It 'is not set by itself' {
        (Invoke-Script 'Import-DeviceList bad.csv | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential out').ExitCode |
            Should -Be 0
    }

    It 'is what a summary has, for scripts that run it elsewhere' {
        $ca = New-CertificateAuthority -Name 'Night CA'
        (Import-DeviceList "$folder/good.csv" | New-BootstrapDeviceCredential -Issuer $ca -Summary | Select-Object -Last 1).ExitCode |
            Should -Be 0
        (Import-DeviceList "$folder/bad.csv" -ErrorAction SilentlyContinue | New-BootstrapDeviceCredential -Issuer $ca -Summary |
            Select-Object -Last 1).ExitCode | Should -Be 2
    }
}

Describe '-Summary' {
    BeforeAll {
        $folder = New-Folder
        $ca = New-CertificateAuthority -Name 'Night CA'
        # 22 rows: the list refuses two, one could not be written and is not issued.
        [System.IO.File]::WriteAllText("$folder/list.csv", "EndpointName`n" + -join (1..20 | ForEach-Object { "dev-$_`n" }) + "dev-1`n x`n")
    }

    BeforeEach {
        $out = Join-Path (New-Folder) 'out'
        $null = New-BootstrapDeviceCredential -EndpointName dev-3 -Issuer $ca | Export-DeviceCredential -Path $out
    }

    It 'adds up to the list: <Name>' -ForEach @(
        @{ Name = 'of the export alone'; Issue = @{}; Export = @{ Summary = $true } }
        @{ Name = 'of issuing, as it passes the export'; Issue = @{ Summary = $true }; Export = @{} }
    ) {
        $all = Import-DeviceList -Path "$folder/list.csv" -ErrorAction SilentlyContinue |
            New-BootstrapDeviceCredential -Issuer $ca -ErrorAction SilentlyContinue @Issue | Export-DeviceCredential -Path $out @Export
        $summary = @($all)[-1]
        $summary.Succeeded, $summary.Failed, $summary.Total, $summary.ExitCode | Should -Be 19, 3, 22, 2
        ($summary.Failures | ForEach-Object { "$_" }) |
            Should -Be 'EndpointNameDuplicate: 1', 'EndpointNameSurroundedBySpaces: 1', 'FileExists: 1'
    }

    It 'counts what was skipped, once' {
        $all = Import-DeviceList -Path "$folder/list.csv" -ErrorAction SilentlyContinue |
            New-BootstrapDeviceCredential -Issuer $ca -SkipExported $out | Export-DeviceCredential -Path $out -Summary
        $summary = @($all)[-1]
        $summary.Succeeded, $summary.Skipped, $summary.Failed, $summary.Total | Should -Be 19, 1, 2, 22
    }

    It 'counts rows that came in vain from Import-Csv too' {
        $summary = Import-Csv -LiteralPath "$folder/list.csv" |
            New-BootstrapDeviceCredential -Issuer $ca -Summary -ErrorAction SilentlyContinue | Select-Object -Last 1
        # PowerShell takes the space away.
        $summary.Succeeded, $summary.Failed, $summary.Total | Should -Be 21, 1, 22
    }
}
