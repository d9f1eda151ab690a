# The same line gives the same files wherever it runs, in calendars of other years and in alphabets with another i.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $ca = New-CertificateAuthority -Name 'Factory CA' -NotAfter '2060-12-31T00:00:00Z'
    $credential = 'Ii-1' | New-BootstrapDeviceCredential -Issuer $ca -NotAfter '2050-06-30T12:00:00Z'

    # What does not differ by chance: no serial number, no key, no time of day.
    function Get-Trace {
        $folder = New-Folder
        $ledger = Join-Path $folder 'index.txt'
        $made = 'Ii-1', 'dev-İ' | New-Lwm2mDeviceCredential -Issuer $ca -AccountId Iiı -NotAfter '2050-06-30 12:00:00Z' -Ledger $ledger
        $null = $made | Export-DeviceCredential -Path $folder -Format pem, DER
        $report = $made | Test-DeviceCertificate -Issuer $ca -At 2030-01-31
        $null = $report | Export-DeviceCertificateReport -Path "$folder/report.csv" -Format csv
        $null = $report | Export-DeviceCertificateReport -Path "$folder/report.md" -Format Markdown
        $null = New-CertificateRevocationList -Issuer $ca -Ledger $ledger -NextUpdate 2045-06-01
        Get-Tree $folder
        Get-Content -LiteralPath $ledger | ForEach-Object { $_ -replace '\t[0-9A-F]{32}\t', ' ' }
        Import-Csv -LiteralPath "$folder/report.csv" | ForEach-Object { "$($_.EndpointName) $($_.Outcome) $($_.NotAfter)" }
        Get-Content -LiteralPath "$folder/report.md" | Where-Object { $_ -match 'expires|did not|passed' }
        (Get-IssuedCertificate -Ledger $ledger -ExpiresAfter 2050-06-29 -ExpiresBefore '2050-07-02' -State valid).EndpointName
        $made | Out-String -Width 100 | ForEach-Object { $_ -replace '[0-9A-F]{20,}.*', '' }
        $report.Checks | Where-Object { $_.Id -in 'NotExpired', 'TimeLeft', 'LifetimeOverTenYears' } | ForEach-Object { $_.Message }
        "$(Test-DeviceCertificate -Credential $credential -At 2050-07-01 -Quiet) " +
            "$(Test-DeviceCertificate -Credential $credential -At '2040-07-01T00:00:00Z' -Quiet)"
    }

    $expected = Get-Trace
}

Describe 'In <_>' -ForEach 'de-DE', 'tr-TR', 'ar-SA', 'fa-IR', 'th-TH', 'ja-JP' {
    It 'files, dates and tables are what they are everywhere' {
        $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        try {
            [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = $_
            Get-Trace | Should -BeExactly $expected
        }
        finally { [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before }
    }
}

Describe 'A date that is not ISO''s' {
    It 'is what PowerShell makes of it' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'en-US'
            (New-CertificateAuthority -Name CA -NotAfter '6/30/2050').NotAfter.Date | Should -Be ([datetime]::new(2050, 6, 30))
            Assert-Failure {
                New-CertificateAuthority -Name CA -NotAfter soon
            } -Id CannotConvertArgumentNoMessage -Category InvalidArgument -Message "*'soon'*"
        }
        finally { [cultureinfo]::CurrentCulture = $before }
    }
}
