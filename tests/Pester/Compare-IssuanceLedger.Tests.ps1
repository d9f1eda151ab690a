BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

    # Eight planned devices: two delivered (one with a second certificate of another agent), one injected, one not delivered, one
    # revoked, one replaced, one expired, one missing; and two others: one not planned, one not recorded.
    function New-Books {
        $books = New-Folder
        $ca = New-CertificateAuthority -Name 'Books CA' -Ledger "$books/index.txt"
        $names = 'delivered', 'twice', 'injected', 'lost', 'revoked', 'replaced'
        $made = @{}
        foreach ($name in $names) {
            $made[$name] = New-BootstrapDeviceCredential -EndpointName $name -Issuer $ca -Ledger "$books/index.txt"
        }
        $made.unplanned = New-BootstrapDeviceCredential -EndpointName unplanned -Issuer $ca -Ledger "$books/index.txt"
        $made.unrecorded = New-BootstrapDeviceCredential -EndpointName unrecorded -Issuer $ca
        $made.second = New-BootstrapDeviceCredential -EndpointName twice -Issuer $ca -Ledger "$books/agent.txt"
        $null = $made.delivered, $made.twice, $made.unplanned, $made.unrecorded | Export-DeviceCredential -Path "$books/out"
        $null = $made.revoked | Revoke-DeviceCertificate -Ledger "$books/index.txt" -Reason KeyCompromise -Confirm:$false
        $null = $made.replaced | Revoke-DeviceCertificate -Ledger "$books/index.txt" -Reason Superseded -Confirm:$false
        [System.IO.File]::AppendAllText("$books/index.txt", "V`t210101000000Z`t`t77`tunknown`t/CN=expired`n")
        [System.IO.File]::WriteAllText("$books/line.jsonl", '{"time":"2030-01-31T12:00:00.000Z","endpointName":"injected",' +
            '"kind":"Bootstrap","succeeded":true,"sent":true,"serialNumber":"' + $made.injected.SerialNumber + "`"}`n")
        [System.IO.File]::WriteAllText("$books/list.csv", "EndpointName,Site`n" +
            (-join ($names + 'expired', 'missing' | ForEach-Object { "$_,Berlin`n" })))
        @{ Folder = $books; CA = $ca; Made = $made }
    }

    function Compare-Books([hashtable] $Books, [hashtable] $More = @{}) {
        $folder = $Books.Folder
        Compare-IssuanceLedger -Ledger "$folder/index.txt", "$folder/agent.txt" -Path "$folder/out" -List "$folder/list.csv" `
            -Journal "$folder/line.jsonl" @More
    }
}

Describe 'Compare-IssuanceLedger' {
    BeforeAll {
        $books = New-Books
        $accounts = @(Compare-Books $books)
    }

    It 'gives each device the state <State>: <Name>' -ForEach @(
        @{ Name = 'delivered'; State = 'Delivered'; Needs = $false }
        @{ Name = 'twice'; State = 'Duplicate'; Needs = $true }
        @{ Name = 'injected'; State = 'Injected'; Needs = $false }
        @{ Name = 'lost'; State = 'NotDelivered'; Needs = $true }
        @{ Name = 'revoked'; State = 'Revoked'; Needs = $false }
        @{ Name = 'replaced'; State = 'Missing'; Needs = $true }
        @{ Name = 'expired'; State = 'Expired'; Needs = $false }
        @{ Name = 'missing'; State = 'Missing'; Needs = $true }
        @{ Name = 'unplanned'; State = 'Unplanned'; Needs = $true }
        @{ Name = 'unrecorded'; State = 'NotRecorded'; Needs = $true }
    ) {
        $account = @($accounts | Where-Object EndpointName -EQ $Name)
        $account.Count | Should -Be 1
        "$($account[0].State)" | Should -Be $State
        $account[0].NeedsAttention | Should -Be $Needs
        [bool] $account[0].Recommendation | Should -Be $Needs
    }

    It 'gives the list in its order, then the others, with serial numbers, paths and dates' {
        $accounts[0..7].EndpointName | Should -Be 'delivered', 'twice', 'injected', 'lost', 'revoked', 'replaced', 'expired', 'missing'
        ($accounts | Where-Object IsPlanned -EQ $false).EndpointName | Should -Be 'unplanned', 'unrecorded'
        $delivered = $accounts[0]
        $delivered.SerialNumber | Should -Be $books.Made.delivered.SerialNumber
        Split-Path $delivered.Paths[0] | Should -Be ([System.IO.Path]::Combine($books.Folder, 'out', 'delivered'))
        $delivered.IssuedAt | Should -Be $books.Made.delivered.NotBefore
        $delivered.ExpiresAt | Should -Be $books.Made.delivered.NotAfter
        $accounts[2].InjectedAt.ToUniversalTime() | Should -Be ([datetimeoffset] '2030-01-31T12:00:00Z').UtcDateTime
        $accounts[4].RevokedAt | Should -Not -BeNullOrEmpty
        $accounts[7].Columns.Site | Should -Be Berlin
        $accounts[7].Site | Should -Be Berlin
    }

    It 'gives figures that add up' {
        $summary = Compare-Books $books @{ Summary = $true } | Select-Object -Last 1
        $summary.Accounts | Should -Be 10
        ($summary.States.Values | Measure-Object -Sum).Sum | Should -Be 10
        $summary.PlannedAccounts + $summary.UnplannedAccounts | Should -Be 10
        $summary.ValidCertificates + $summary.RevokedCertificates + $summary.ExpiredCertificates | Should -Be $summary.Certificates
        $summary.RecordedCertificates + $summary.UnrecordedCertificates | Should -Be $summary.Certificates
        $summary.IsBalanced | Should -BeFalse
        $text = $summary | Out-String -Width 80
        $text | Should -BeLike '*The books do not balance.*Duplicate*1*Accounts*10*'
    }

    It 'counts the entries and the bytes of the next revocation list' {
        $forecast = (Compare-Books $books @{ Summary = $true } | Select-Object -Last 1).Forecast
        $crl = New-CertificateRevocationList -Issuer $books.CA -Ledger (Join-Path $books.Folder index.txt)
        $forecast.RevocationListEntries | Should -Be $crl.Count
        [Math]::Abs($forecast.RevocationListBytes - $crl.Der.Length) | Should -BeLessThan 40
        $forecast.Authorities.EndpointName | Should -Be 'Books CA'
        ($forecast.Expiries | Measure-Object Authorities -Sum).Sum | Should -Be 1
        $forecast.Expiries[-1].Month.Year | Should -Be $books.CA.NotAfter.ToUniversalTime().Year
    }

    It 'is readable at 80 columns' {
        $lines = ($accounts | Out-String -Width 80) -split "`r?`n" -replace "`e\[[0-9;]*m"
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        "$lines" | Should -BeLike "*Delivered*delivered*$($books.Made.delivered.SerialNumber)*"
    }

    It 'does not judge delivery without folders and journals' {
        $issued = Compare-IssuanceLedger -Ledger "$($books.Folder)/index.txt"
        "$(($issued | Where-Object EndpointName -EQ lost).State)" | Should -Be Issued
        $issued.IsPlanned | Should -Not -Contain $false
        $issued.EndpointName | Should -Not -Contain 'Books CA'
    }

    It 'takes ledgers with wildcards, from the pipeline and by their exact names' {
        (Compare-IssuanceLedger -Ledger "$($books.Folder)/*.txt" | Where-Object EndpointName -EQ twice).SerialNumbers.Count | Should -Be 2
        (Get-ChildItem -Path $books.Folder -Filter *.txt | Compare-IssuanceLedger).Count | Should -Be 8
        $odd = Join-Path (New-Folder) 'a[1].txt'
        [System.IO.File]::Copy("$($books.Folder)/agent.txt", $odd)
        (Compare-IssuanceLedger -LiteralLedger $odd).EndpointName | Should -Be twice
        [System.IO.File]::Copy("$($books.Folder)/index.txt", $odd.Replace('[1]', '1'))
        (Compare-IssuanceLedger -Ledger $odd).EndpointName | Should -Be twice
    }

    It 'compares nothing when one of the books is not there: <Name>' -ForEach @(
        @{ Name = 'Ledger'; Id = 'FileNotFound' }, @{ Name = 'Path'; Id = 'FolderNotFound' }
        @{ Name = 'List'; Id = 'FileNotFound' }, @{ Name = 'Journal'; Id = 'FileNotFound' }
    ) {
        foreach ($path in 'none', 'none*') {
            $given = @{ Ledger = "$($books.Folder)/index.txt" }
            $given[$Name] = "$($books.Folder)/$path"
            $run = Invoke-Recorded { Compare-IssuanceLedger @given }
            if ($Name -ne 'List' -or $path -eq 'none*') { $run.Output.Count | Should -Be 0 }
            $run.Errors.Count | Should -Be 1
            if ($path -eq 'none') { $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*" }
        }
    }

    It 'wants each kind of -Kind' {
        $both = Compare-IssuanceLedger "$($books.Folder)/agent.txt" -List "$($books.Folder)/list.csv" -Kind Bootstrap, Lwm2m |
            Where-Object EndpointName -EQ twice
        $both.Kind | Should -Be Bootstrap, Lwm2m
        "$($both.State)" | Should -Be 'Issued Missing'
    }

    It 'takes names and accounts from the columns that are named, and a shard' {
        $list = Join-Path (New-Folder) 'list.csv'
        [System.IO.File]::WriteAllText($list, "Board,Tenant`ntwice,acc`nother,acc`n")
        $accounts = Compare-IssuanceLedger "$($books.Folder)/agent.txt" -List $list -EndpointNameColumn Board -AccountIdColumn Tenant
        "$($accounts.State)" | Should -Be 'Issued Missing'
        $shards = 1, 2 | ForEach-Object {
            Compare-IssuanceLedger "$($books.Folder)/agent.txt" -List $list -EndpointNameColumn Board -Shard "$_/2" | Where-Object IsPlanned
        }
        $shards.EndpointName | Sort-Object | Should -Be other, twice
    }
}

Describe 'What goes on from Compare-IssuanceLedger' {
    BeforeEach { $books = New-Books; $folder = $books.Folder }

    It 'revokes exactly what was not delivered, with a list that says so' {
        $revoked = Compare-Books $books | Where-Object State -EQ NotDelivered |
            Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Reason Superseded -Confirm:$false
        $revoked.SerialNumber | Should -Be $books.Made.lost.SerialNumber
        "$((Compare-Books $books | Where-Object EndpointName -EQ lost).State)" | Should -Be Missing
    }

    It 'revokes of a duplicate only what the device does not have' {
        $revoked = Compare-Books $books | Where-Object State -EQ Duplicate |
            Revoke-DeviceCertificate -Ledger "$folder/agent.txt" -Reason Superseded -Confirm:$false
        $revoked.SerialNumber | Should -Be $books.Made.second.SerialNumber
        "$((Compare-Books $books | Where-Object EndpointName -EQ twice).State)" | Should -Be Delivered
    }

    It 'revokes nothing of a duplicate when the books do not say what the device has' {
        $null = $books.Made.second | Export-DeviceCredential -Path "$folder/agent"
        foreach ($path in @("$folder/out", "$folder/agent"), @()) {
            $given = if ($path) { @{ Path = $path } } else { @{} }
            $twice = Compare-IssuanceLedger "$folder/*.txt" @given | Where-Object EndpointName -EQ twice
            Assert-Failure { $twice | Revoke-DeviceCertificate -Ledger "$folder/agent.txt" -Confirm:$false } `
                -Id AccountWithoutCertificate -Category InvalidOperation -Message '*-SerialNumber*'
        }
    }

    It 'revokes nothing that may be in a folder that cannot be read' {
        $null = $books.Made.lost | Export-DeviceCredential -Path "$folder/out"
        foreach ($file in Get-ChildItem -Path "$folder/out/lost" -Filter *Cert.*) { [System.IO.File]::WriteAllText($file.FullName, '0') }
        [System.IO.File]::WriteAllBytes("$folder/out/lost/BootstrapDeviceCert.der", [byte[]] (0x30, 0x82, 0xff, 0xff, 1, 2, 3))
        $run = Invoke-Recorded { Compare-Books $books @{ Summary = $true } }
        $run.Errors.Count | Should -Be 1
        $run.Output[-1].Unreadable | Should -Be 1
        $lost = $run.Output | Where-Object EndpointName -EQ lost
        "$($lost.State)" | Should -Be NotDelivered
        $lost.Unread | Should -Be ([System.IO.Path]::Combine($folder, 'out', 'lost'))
        Assert-Failure { $lost | Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false } `
            -Id AccountWithoutCertificate -Category InvalidOperation
    }

    It 'issues to what is missing, with the columns of the row' {
        $made = Compare-Books $books | Where-Object State -EQ Missing |
            New-BootstrapDeviceCredential -Issuer $books.CA -Ledger "$folder/index.txt"
        $made.EndpointName | Should -Be replaced, missing
        $made.Columns.Site | Should -Be Berlin, Berlin
        $null = $made | Export-DeviceCredential -Path "$folder/out"
        "$((Compare-Books $books | Where-Object EndpointName -In replaced, missing).State)" | Should -Be 'Delivered Delivered'
        $lwm2m = Compare-Books $books | Where-Object EndpointName -EQ lost | New-Lwm2mDeviceCredential -Issuer $books.CA -AccountId acc
        $lwm2m.AccountId | Should -Be acc
    }

    It 'goes into a report: <_>' -ForEach 'audit.html', 'audit.csv', 'audit.md', 'audit.xml', 'audit.sarif' {
        $file = Compare-Books $books @{ Summary = $true } | Export-DeviceCertificateReport -Path "$folder/$_" -Title Audit
        $text = [System.IO.File]::ReadAllText($file.FullName)
        foreach ($part in 'twice', 'OneCertificate', 'Delivered', 'Recorded', 'Planned') { $text | Should -BeLike "*$part*" }
        if ($_ -eq 'audit.html') { $text | Should -BeLike '*6 of 10 accounts did not pass*<h2 id="forecast">Forecast</h2>*Books CA*' }
        if ($_ -eq 'audit.csv') { @(Import-Csv -LiteralPath $file.FullName | Where-Object Verdict -EQ Failed).Count | Should -Be 6 }
    }

    It 'goes through a file of another process' {
        $null = Compare-Books $books | Export-Clixml -Path "$folder/accounts.xml"
        $accounts = Import-Clixml -Path "$folder/accounts.xml"
        $null = $accounts | Export-DeviceCertificateReport -Path "$folder/audit.csv"
        @(Import-Csv "$folder/audit.csv").Count | Should -Be 10
        $revoked = $accounts | Where-Object EndpointName -EQ lost |
            Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false
        $revoked.SerialNumber | Should -Be $books.Made.lost.SerialNumber
    }

    It 'revokes no unplanned device when a row of the list could not be read' {
        Set-Content -LiteralPath "$folder/half.csv" -Value 'EndpointName,AccountId', 'delivered,', 'unplanned,not an account'
        $run = Invoke-Recorded {
            Compare-IssuanceLedger -Ledger "$folder/index.txt" -Path "$folder/out" -List "$folder/half.csv" |
                Where-Object State -EQ Unplanned | Revoke-DeviceCertificate -Ledger "$folder/index.txt" -WhatIf
        }
        $run.Output | Should -HaveCount 0
        @($run.Errors.FullyQualifiedErrorId -like 'AccountWithoutCertificate,*').Count | Should -BeGreaterThan 0
    }

    It 'leaves out the accounts of other shards' {
        $parts = 1..3 | ForEach-Object { @(Compare-Books $books -More @{ Shard = "$_/3" }).EndpointName }
        $parts | Sort-Object | Should -Be (@(Compare-Books $books).EndpointName | Sort-Object)
    }

    It 'revokes nothing of a device that is in order, without a filter' {
        $inOrder = @(Compare-Books $books | Where-Object State -In Delivered, Injected)
        $inOrder | Should -HaveCount 2
        $inOrder.SerialNumbersToRevoke | Should -BeNullOrEmpty
        $run = Invoke-Recorded { $inOrder | Revoke-DeviceCertificate -Ledger "$folder/index.txt" -Confirm:$false }
        $run.Output | Should -HaveCount 0
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'AccountWithoutCertificate,*'
        $run.Errors[0].ErrorDetails.RecommendedAction + $run.Errors[0].Exception.Message | Should -BeLike "*$($inOrder[0].SerialNumber)*"
    }

    It 'revokes single certificates of an account' {
        $twice = Compare-Books $books | Where-Object EndpointName -EQ twice
        $revoked = $twice.Certificates | Where-Object { -not $_.IsDelivered } |
            Revoke-DeviceCertificate -Ledger "$folder/agent.txt" -Confirm:$false
        $revoked.SerialNumber | Should -Be $books.Made.second.SerialNumber
    }
}
