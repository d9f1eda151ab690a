# A row in, the same row out: what comes down a pipeline, from any source, through every cmdlet that takes devices.
BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $ca = New-CertificateAuthority -Name 'Rows CA'
}

Describe '-PipelineVariable' {
    BeforeAll {
        $names = 1..2000 | ForEach-Object { "pv-$_" }
        $rows = $names | ForEach-Object { [pscustomobject]@{ EndpointName = $_; Site = "site-$_" } }
        $credentials = $names | New-BootstrapDeviceCredential -Issuer $ca
    }

    BeforeEach { $folder = New-Folder }

    It 'before <Command> has the object''s own row, 2,000 times' -ForEach @(
        @{
            Command = 'New-BootstrapDeviceCredential'
            Action = {
                $rows | ForEach-Object { $_ } -PipelineVariable row | New-BootstrapDeviceCredential -Issuer $ca |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'New-Lwm2mDeviceCredential'
            Action = {
                $rows | ForEach-Object { $_ } -PipelineVariable row | New-Lwm2mDeviceCredential -AccountId a -Issuer $ca |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'Update-DeviceCredential'
            Action = {
                $credentials | ForEach-Object { $_ } -PipelineVariable row | Update-DeviceCredential -Issuer $ca |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'Export-DeviceCredential'
            Action = {
                $credentials | ForEach-Object { $_ } -PipelineVariable row | Export-DeviceCredential -Path $folder -Format Der |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'Test-DeviceCertificate'
            Action = {
                $credentials | ForEach-Object { $_ } -PipelineVariable row | Test-DeviceCertificate |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'all three in a row'
            Action = {
                $rows | ForEach-Object { $_ } -PipelineVariable row | New-BootstrapDeviceCredential -Issuer $ca |
                    Export-DeviceCredential -Path $folder -Format Der | Test-DeviceCertificate |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
        @{
            Command = 'a cmdlet in between'
            Action = {
                $rows | ForEach-Object { $_ } -PipelineVariable row | Where-Object Site | New-BootstrapDeviceCredential -Issuer $ca |
                    ForEach-Object { $_.EndpointName -eq $row.EndpointName }
            }
        }
    ) {
        $same = @(& $Action)
        $same.Count | Should -Be 2000
        @($same -eq $false).Count | Should -Be 0
    }

    It 'of <Command> itself has the object that came out, behind another parallel cmdlet too' -ForEach @(
        @{
            Command = 'New-BootstrapDeviceCredential'
            Action = {
                $names | New-BootstrapDeviceCredential -Issuer $ca -PipelineVariable own |
                    ForEach-Object { $_.EndpointName -eq $own.EndpointName }
            }
        }
        @{
            Command = 'New-Lwm2mDeviceCredential'
            Action = {
                $names | New-Lwm2mDeviceCredential -AccountId a -Issuer $ca -PipelineVariable own | Test-DeviceCertificate |
                    ForEach-Object { $_.EndpointName -eq $own.EndpointName }
            }
        }
        @{
            Command = 'Update-DeviceCredential'
            Action = {
                $credentials | Update-DeviceCredential -Issuer $ca -PipelineVariable own |
                    Export-DeviceCredential -Path $folder -Format Der | ForEach-Object { $_.EndpointName -eq $own.EndpointName }
            }
        }
        @{
            Command = 'Export-DeviceCredential'
            Action = {
                $credentials | Export-DeviceCredential -Path $folder -Format Der -PipelineVariable own | Test-DeviceCertificate |
                    ForEach-Object { $_.EndpointName -eq $own.EndpointName }
            }
        }
        @{
            Command = 'Test-DeviceCertificate'
            Action = {
                $credentials | Test-DeviceCertificate -PipelineVariable own | ForEach-Object { $_.EndpointName -eq $own.EndpointName }
            }
        }
    ) {
        $same = @(& $Action)
        $same.Count | Should -Be 2000
        @($same -eq $false).Count | Should -Be 0
    }

    It 'of <_> is right' -ForEach 'Import-Csv', 'Import-DeviceList' {
        $list = Join-Path $folder 'list.csv'
        $rows | Export-Csv -LiteralPath $list
        $same = @(
            & $_ $list -PipelineVariable row | New-BootstrapDeviceCredential -Issuer $ca |
                ForEach-Object { $_.EndpointName -eq $row.EndpointName -and $_.Columns.Site -eq $row.Site }
        )
        $same.Count | Should -Be 2000
        @($same -eq $false).Count | Should -Be 0
    }

    It 'is right around a function that hands its input on' {
        function Step-Issue {
            [CmdletBinding()] param([Parameter(ValueFromPipeline)] $Row)
            begin { $steps = { New-BootstrapDeviceCredential -Issuer $ca }.GetSteppablePipeline(); $steps.Begin($true) }
            process { $steps.Process($Row) }
            end { $steps.End() }
        }
        $same = @(
            $rows | ForEach-Object { $_ } -PipelineVariable row | Step-Issue | ForEach-Object { $_.EndpointName -eq $row.EndpointName }
        )
        $same.Count | Should -Be 2000
        @($same -eq $false).Count | Should -Be 0
    }

    It 'is a warning where -ThrottleLimit asks for more' {
        $null = $rows | Select-Object -First 3 -PipelineVariable row |
            New-BootstrapDeviceCredential -Issuer $ca -ThrottleLimit 4 -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*-PipelineVariable*-ThrottleLimit 1*Columns*'
    }
}

Describe 'The columns of a row' {
    BeforeAll { $folder = New-Folder }

    It 'travel from <Source>' -ForEach @(
        @{ Source = 'Import-Csv'; Rows = { 'EndpointName,AccountId,Site,Batch', 'a,x,Berlin,7' | ConvertFrom-Csv } }
        @{ Source = 'JSON'; Rows = { '[{ "EndpointName": "a", "AccountId": "x", "Site": "Berlin", "Batch": 7 }]' | ConvertFrom-Json } }
        @{ Source = 'a hashtable'; Rows = { @{ EndpointName = 'a'; AccountId = 'x'; Site = 'Berlin'; Batch = 7 } } }
        @{ Source = 'an ordered dictionary'; Rows = { [ordered]@{ EndpointName = 'a'; AccountId = 'x'; Site = 'Berlin'; Batch = 7 } } }
        @{
            Source = 'an object of a class'
            Rows = {
                class Row { [string] $EndpointName = 'a'; [string] $AccountId = 'x'; [string] $Site = 'Berlin'; [int] $Batch = 7 }
                [Row]::new()
            }
        }
        @{
            Source = 'a DataRow'
            Rows = {
                $table = [System.Data.DataTable]::new()
                foreach ($n in 'EndpointName', 'AccountId', 'Site', 'Batch') { $null = $table.Columns.Add($n) }
                $null = $table.Rows.Add('a', 'x', 'Berlin', '7'); $table.Rows
            }
        }
        @{
            Source = 'a CSV list'
            Rows = {
                [System.IO.File]::WriteAllText("$folder/l.csv", "EndpointName,AccountId,Site,Batch`na,x,Berlin,7`n")
                Import-DeviceList "$folder/l.csv"
            }
        }
        @{
            Source = 'JSON lines'
            Rows = {
                [System.IO.File]::WriteAllText("$folder/l.jsonl", '{"EndpointName":"a","AccountId":"x","Site":"Berlin","Batch":7}')
                Import-DeviceList "$folder/l.jsonl"
            }
        }
        @{
            Source = 'a request'
            Rows = { 'EndpointName,AccountId,Site,Batch', 'a,x,Berlin,7' | ConvertFrom-Csv | New-DeviceCertificateRequest }
        }
        @{
            Source = 'a renewal'
            Rows = {
                'EndpointName,AccountId,Site,Batch', 'a,x,Berlin,7' | ConvertFrom-Csv | New-Lwm2mDeviceCredential -Issuer $ca |
                    Update-DeviceCredential -Issuer $ca
            }
        }
    ) {
        $credential = & $Rows | New-Lwm2mDeviceCredential -Issuer $ca
        $exported = $credential | Export-DeviceCredential -Path (New-Folder)
        foreach ($object in $credential, $exported, ($credential | Test-DeviceCertificate), ($exported | Test-DeviceCertificate)) {
            $object.EndpointName, $object.AccountId | Should -Be a, x
            $object.Columns.Site | Should -BeExactly Berlin
            $object.Columns['Batch'] | Should -Be 7
            $object.Columns.'s_i-t e' | Should -BeExactly Berlin
            @($object.Columns.Keys | Sort-Object) | Should -Be Batch, Site
            $object.Columns.Nothing | Should -BeNullOrEmpty
        }
    }

    It 'have the account ID of a bootstrap credential too, whose certificate has none' {
        $credential = 'EndpointName,AccountId', 'a,x' | ConvertFrom-Csv | New-BootstrapDeviceCredential -Issuer $ca
        $credential.AccountId | Should -BeNullOrEmpty
        $credential.Columns.AccountId | Should -BeExactly x
    }

    It 'are the right ones for a label: a page of README' {
        $list = Join-Path $folder 'devices.csv'
        [System.IO.File]::WriteAllText($list, "EndpointName,Site`n" + -join (1..300 | ForEach-Object { "dev-$_,site-$($_ % 7)`n" }))
        $labels = Import-DeviceList $list | New-BootstrapDeviceCredential -Issuer $ca |
            Export-DeviceCredential -Path (New-Folder) -Format Der |
            Select-Object -Property EndpointName, @{ Name = 'Site'; Expression = { $_.Columns.Site } }
        foreach ($label in $labels) { $label.Site | Should -BeExactly "site-$([int]($label.EndpointName -replace '\D') % 7)" }
    }

    It 'come along to another process, and show no secrets' {
        $credential = [pscustomobject]@{
            EndpointName = 'a'; Site = 'Berlin'; Entropy = 'AB' * 48; 'Root of trust' = 'CD' * 16; Password = 'hush-hush'
        } | New-BootstrapDeviceCredential -Issuer $ca
        $credential.Columns.Entropy | Should -BeExactly ('AB' * 48)
        foreach ($text in ($credential | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue),
            ($credential | Format-List * | Out-String -Width 500), "$($credential.Columns)",
            ($credential | Select-Object * | ConvertTo-Csv | Out-String)) {
            $text | Should -Match 'Berlin'
            $text | Should -Not -Match 'ABABABAB|CDCDCDCD|hush-hush'
        }
        $path = Join-Path $folder 'credential.xml'
        $credential | Export-Clixml -LiteralPath $path
        (Import-Clixml -LiteralPath $path | Test-DeviceCertificate).Columns.Site | Should -BeExactly Berlin
    }

    It 'are what New-DeviceConfiguration takes of a credential, and its certificate''s properties are not' {
        $base = Join-Path $folder 'base.json'
        [System.IO.File]::WriteAllText($base, '{ "SerialNumber": "see label" }')
        $plain = New-BootstrapDeviceCredential -EndpointName dev-1 -Issuer $ca
        ($plain | New-DeviceConfiguration -Path $base).SerialNumber | Should -BeExactly 'see label'
        $row = [pscustomobject]@{ EndpointName = 'dev-2'; SerialNumber = 'S-2' } | New-BootstrapDeviceCredential -Issuer $ca
        ($row | New-DeviceConfiguration -Path $base).SerialNumber | Should -BeExactly 'S-2'
        foreach ($object in $plain, ($plain | Test-DeviceCertificate),
            (Get-DeviceCertificate -LiteralPath ($plain | Export-DeviceCredential -Path (New-Folder)).CertificateFile.FullName)) {
            $configuration = $object | New-DeviceConfiguration -Path $base
            $configuration.EndpointName, $configuration.SerialNumber | Should -Be 'dev-1', 'see label'
        }
    }
}

Describe 'A value of a row' {
    It 'that is no text is one error that names column, type and value, and nothing is issued: <Name>' -ForEach @(
        @{ Name = 'a list'; Value = { , @('a', 'b') }; Says = "*expected a text, found an Object``[``] 'a, b'*" }
        @{ Name = 'a list of one'; Value = { , @('a') }; Says = "*Object``[``] 'a'*" }
        @{ Name = 'a hashtable'; Value = { @{ a = 1 } }; Says = "*Hashtable 'a=1'*" }
        @{ Name = 'an object'; Value = { [pscustomobject]@{ id = 1 } }; Says = '*@{id=1}*' }
        @{ Name = 'a secret'; Value = { New-Password 'hush-hush' }; Says = '*found a SecureString.*' }
        @{ Name = 'a date'; Value = { [datetime]'2026-01-02' }; Says = '*DateTime*' }
        @{ Name = 'a truth value'; Value = { $true }; Says = "*Boolean 'True'*" }
        @{ Name = 'a number that lost digits'; Value = { 1.23457E+25 }; Says = '*Double*' }
        @{ Name = 'a script'; Value = { { Get-Date } }; Says = '*ScriptBlock*' }
    ) {
        $given = & $Value
        foreach ($column in 'EndpointName', 'AccountId', 'ServerUri') {
            $row = [pscustomobject]@{ EndpointName = 'dev-1'; AccountId = 'a'; ServerUri = 'coaps://h?aid=a' }
            $row.$column = $given
            $ledger = Join-Path (New-Folder) 'index.txt'
            $run = Invoke-Recorded { $row | New-Lwm2mDeviceCredential -Issuer $ca -Ledger $ledger }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.Count | Should -Be 1 -Because "of $column"
            $run.Errors[0].Exception.Message | Should -BeLike "Row 1: ${column}: $Says"
            $run.Errors[0].Exception.Message | Should -Not -Match 'hush'
            $run.Errors[0].TargetObject.psobject.Properties.Name | Should -Contain $column
            if (Test-Path -LiteralPath $ledger) { Get-Content -LiteralPath $ledger | Should -BeNullOrEmpty }
        }
    }

    It 'is taken as it reads: <Value>' -ForEach @(
        @{ Value = 42; Text = '42' }
        @{ Value = 35693803564380950L; Text = '35693803564380950' }
        @{ Value = 1.5; Text = '1.5' }
        @{ Value = 1.50d; Text = '1.50' }
        @{ Value = [guid]'0166d2a1-c9f8-4b7f-8c3a-5de2471b9c60'; Text = '0166d2a1-c9f8-4b7f-8c3a-5de2471b9c60' }
        @{ Value = [version]'1.2.3'; Text = '1.2.3' }
        @{ Value = [char]'x'; Text = 'x' }
        @{ Value = '007'; Text = '007' }
    ) {
        ([pscustomobject]@{ EndpointName = $Value } | New-BootstrapDeviceCredential -Issuer $ca).EndpointName | Should -BeExactly $Text
    }

    It 'is told apart from a bad one by nobody else: a random row is issued as it reads, or is one error' {
        $random = [System.Random]::new(20260101)
        $values = @(
            { "dev-$($random.Next())" }, { $random.Next() }, {
                $random.NextDouble() * 1e20
            }, { , @(1..$random.Next(1, 4)) }, { @{ x = $random.Next() } }, { $null }, { '' }, { ' ' }
            {
                [pscustomobject]@{ y = 1 }
            }, { [guid]::NewGuid() }, { Get-Date }, { $true }, { [byte[]](1, 2) }, {
                'x' * $random.Next(60, 70)
            }, { [decimal]$random.Next() / 8 }, { [char]$random.Next(32, 0x2100) }, { [DBNull]::Value }
        )
        foreach ($i in 1..400) {
            $row = [ordered]@{}
            foreach ($name in 'EndpointName', 'account_id', 'Note' | Where-Object { $random.Next(8) }) {
                $row[$name] = & $values[$random.Next($values.Count)]
            }
            $object = if ($random.Next(2)) { [pscustomobject]$row } else { $row }
            $run = Invoke-Recorded { $object | New-Lwm2mDeviceCredential -Issuer $ca }
            if ($run.Errors.Count) {
                $run.Errors.Count | Should -Be 1
                $run.Output.Count | Should -Be 0
                continue
            }
            $run.Output.Count | Should -Be 1
            $credential = $run.Output[0]
            $credential.EndpointName | Should -BeExactly ([string]::Format([cultureinfo]::InvariantCulture, '{0}', $row.EndpointName))
            $credential.AccountId | Should -BeExactly ([string]::Format([cultureinfo]::InvariantCulture, '{0}', $row.account_id))
            $credential.Subject | Should -Match ([regex]::Escape('OU='))
        }
    }

    It 'that is a bad URI is an error, and no other account ID is taken for it' {
        Assert-Failure {
            'EndpointName,ServerUri', 'x,coaps://[bad?aid=other' | ConvertFrom-Csv |
                New-Lwm2mDeviceCredential -Issuer $ca -AccountId fallback
        } -Id ServerUriInvalid -Category InvalidArgument -Message '*ServerUri*expected a URI*'
    }

    It 'is checked in a configuration as in a parameter: <Column>' -ForEach @(
        @{
            Column = 'Manufacturer'; Value = @('a', 'b')
        }, @{ Column = 'MemoryTotalKB'; Value = 'lots' }, @{ Column = 'ClassId'; Value = 'zz' }
        @{
            Column = 'CurrentTime'; Value = 'tomorrow'
        }, @{ Column = 'ServerCertificate'; Value = 'nowhere.pem' }, @{ Column = 'SkipVerify'; Value = 'perhaps' }
    ) {
        $rows = [pscustomobject]@{
            EndpointName = 'a'; $Column = $null
        }, [pscustomobject]@{ EndpointName = 'b'; $Column = $Value }, [pscustomobject]@{ EndpointName = 'c'; $Column = '' }
        $run = Invoke-Recorded { $rows | New-DeviceConfiguration }
        $run.Output.EndpointName | Should -Be a, c
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].Exception.Message | Should -BeLike "Row 2: ${Column}: *"
    }

    It 'is checked where certificates are tested' {
        $file = (New-BootstrapDeviceCredential -EndpointName dev -Issuer $ca |
            Export-DeviceCredential -Path (New-Folder)).CertificateFile.FullName
        ([pscustomobject]@{ Path = $file; 'Endpoint Name' = 'other' } | Test-DeviceCertificate).FailedRules | Should -BeExactly EndpointName
        ([pscustomobject]@{ Path = $file; EndpointName = 'dev' } | Test-DeviceCertificate).Passed | Should -BeTrue
        Assert-Failure {
            [pscustomobject]@{ Path = $file; EndpointName = @('dev', 'other') } | Test-DeviceCertificate
        } -Id ColumnWrongType -Category InvalidArgument -Message '*EndpointName*Object*'
    }
}

Describe 'The name of a column' {
    It 'is compared without case, spaces, _ and -: <Name>, <Account>' -ForEach @(
        @{
            Name = 'EndpointName'; Account = 'AccountId'
        }, @{ Name = 'endpoint_name'; Account = 'account_id' }, @{ Name = 'Endpoint Name'; Account = 'Account ID' }
        @{
            Name = 'ENDPOINT-NAME'; Account = 'ACCOUNT-ID'
        }, @{ Name = 'endpoint'; Account = 'AID' }, @{ Name = ' Common Name '; Account = ' aid ' }, @{ Name = 'cn'; Account = 'accountid' }
    ) {
        $row = [pscustomobject]@{ $Name = 'dev-1'; $Account = 'acc'; Site = 'x' }
        $path = Join-Path (New-Folder) 'list.csv'
        [System.IO.File]::WriteAllText($path, "$Name,$Account,Site`ndev-1,acc,x`n")
        foreach ($source in $row, (Import-Csv -LiteralPath $path), (Import-DeviceList -Path $path)) {
            $credential = $source | New-Lwm2mDeviceCredential -Issuer $ca
            $credential.EndpointName, $credential.AccountId, $credential.Columns.Site | Should -Be dev-1, acc, x
        }
        ($row | New-DeviceConfiguration).AccountId | Should -BeExactly acc
        ($row | New-DeviceCertificateRequest).AccountId | Should -BeExactly acc
    }

    It 'is not there twice with different values' {
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'a'; endpoint_name = 'b' } | New-BootstrapDeviceCredential -Issuer $ca
        } -Id ColumnTwice -Category InvalidArgument
        ([pscustomobject]@{ EndpointName = 'a'; endpoint_name = 'a' } | New-BootstrapDeviceCredential -Issuer $ca).EndpointName |
            Should -BeExactly a
    }

    It 'that shows a wrong delimiter is told once, with the cure' {
        $path = Join-Path (New-Folder) 'semicolons.csv'
        [System.IO.File]::WriteAllText($path, "EndpointName;AccountId`nsemi-1;a`nsemi-2;a`nsemi-3;a`n")
        $run = Invoke-Recorded { Import-Csv -LiteralPath $path | New-BootstrapDeviceCredential -Issuer $ca -Summary }
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].Exception.Message | Should -BeLike "*-Delimiter ';'*Import-DeviceList*"
        $run.Output[0].Failed, $run.Output[0].Total | Should -Be 3, 3
    }
}

Describe 'A row with a certificate request' {
    BeforeAll {
        $request = New-DeviceCertificateRequest -EndpointName csr-1 -WarningAction Ignore
        function Get-PublicKey($Certificate) { $Certificate.PublicKey.ExportSubjectPublicKeyInfo() -join ' ' }
        $own = [System.Security.Cryptography.X509Certificates.CertificateRequest]::LoadSigningRequestPem($request.Pem, 'SHA256').PublicKey
        $own = $own.ExportSubjectPublicKeyInfo() -join ' '
    }

    It 'in the column <_> gets a certificate for it' -ForEach 'Csr', 'CSR PEM', 'Request', 'CertificateRequest', 'certificate_request' {
        $row = [pscustomobject]@{ EndpointName = 'csr-1'; $_ = $request.Pem; Site = 'Berlin' }
        $path = Join-Path (New-Folder) 'list.csv'
        $row | Export-Csv -LiteralPath $path -NoTypeInformation
        $signed = @(
            $row | New-BootstrapDeviceCredential -Issuer $ca
            Import-DeviceList -Path $path | New-Lwm2mDeviceCredential -AccountId a -Issuer $ca
        )
        foreach ($one in $signed) {
            $one.PrivateKey | Should -BeNullOrEmpty
            $one.EndpointName, $one.Columns.Site | Should -Be 'csr-1', 'Berlin'
            Get-PublicKey $one.Certificate | Should -BeExactly $own
        }
    }

    It 'in another form gets one, too: <What>' -ForEach @(
        @{ What = 'an object'; Value = { $request } }
        @{ What = 'DER'; Value = { , $request.Der } }
        @{ What = 'Base64'; Value = { [Convert]::ToBase64String($request.Der) } }
    ) {
        $signed = [pscustomobject]@{ EndpointName = 'csr-1'; Csr = & $Value } | New-BootstrapDeviceCredential -Issuer $ca
        Get-PublicKey $signed.Certificate | Should -BeExactly $own
    }

    It 'that cannot be read, or is of another device, is an error and no new key' {
        foreach ($value in 'csr-1.csr', 7) {
            Assert-Failure {
                [pscustomobject]@{ EndpointName = 'csr-1'; Csr = $value } | New-BootstrapDeviceCredential -Issuer $ca
            } -Id RequestNotRecognised -Category InvalidData -Message 'Row 1: Csr:*Import-DeviceCertificateRequest*'
        }
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'csr-2'; Csr = $request.Pem } | New-BootstrapDeviceCredential -Issuer $ca
        } -Id RequestNameDiffers -Category InvalidOperation
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'csr-1'; Csr = $request.Pem } |
                New-BootstrapDeviceCredential -Issuer $ca -Key (New-DeviceKey)
        } -Id KeyWithRequest -Category InvalidArgument
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'csr-1'; Csr = $request.Pem; DeviceCsr = (New-DeviceCertificateRequest csr-1).Pem } |
                New-BootstrapDeviceCredential -Issuer $ca
        } -Id RequestDiffers -Category InvalidArgument
    }

    It 'keeps the private key beside it, which must be its own' {
        $key = New-DeviceKey
        $folder = New-Folder
        $file = $key | Export-DeviceKey -Path "$folder/k.pem"
        $csr = (New-DeviceCertificateRequest csr-1 -Key $key).Pem
        $row = [pscustomobject]@{ EndpointName = 'csr-1'; PrivateKey = Get-Content -Raw -LiteralPath $file.FullName; Csr = $csr }
        $credential = $row | New-BootstrapDeviceCredential -Issuer $ca
        $credential.PrivateKey.Fingerprint, $credential.PrivateKey.HasPrivateKey | Should -Be $key.Fingerprint, $true
        ($credential | Export-DeviceCredential -Path "$folder/out").Files.Name | Should -Contain BootstrapDevicePrivateKey.pem
        $row.PrivateKey = New-DeviceKey
        Assert-Failure { $row | New-BootstrapDeviceCredential -Issuer $ca } -Id KeyDiffers -Category InvalidArgument
    }

    It 'that is refused for a rule keeps the advice for that rule' {
        $folder = New-Folder
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout "$folder/k" -subj /CN=csr-1 -out "$folder/r" 2>$null
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'csr-1'; Csr = Get-Content -Raw -LiteralPath "$folder/r" } |
                New-BootstrapDeviceCredential -Issuer $ca
        } -Id RequestKeyUnsupported -Category InvalidData -Message 'Row 1: Csr:*secp384r1*the device must make such a key*'
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'csr-1'; Csr = $request.Pem + "`n" + $request.Pem } |
                New-BootstrapDeviceCredential -Issuer $ca
        } -Id RequestSeveral -Category InvalidData -Message '*Put each request in a file of its own*'
    }

    It 'may have another text in a column Request, and empty cells' {
        $rows = [pscustomobject]@{ EndpointName = 'csr-3'; Request = 'REQ-4711'; Csr = '' },
            [pscustomobject]@{ EndpointName = 'csr-4'; Request = $null; RequestedBy = 'Ann' },
            [pscustomobject]@{ EndpointName = 'csr-5'; ElectronicsRevision = 'B2'; 'Specs Rev' = 3; CsrStatus = 'signed'; DOCSREF = 'x' }
        ($rows | New-BootstrapDeviceCredential -Issuer $ca).PrivateKey.HasPrivateKey | Should -Be $true, $true, $true
    }

    It 'is read from a column <_>' -ForEach 'csr', 'DeviceCSR', 'csr_pem', 'CsrPem', 'CertificateSigningRequest', 'signing request' {
        $request = New-DeviceCertificateRequest -EndpointName csr-6
        $row = [pscustomobject]@{ EndpointName = 'csr-6'; $_ = $request.Pem }
        ($row | New-BootstrapDeviceCredential -Issuer $ca).PrivateKey | Should -BeNullOrEmpty
        $row.$_ = 'not a request'
        Assert-Failure { $row | New-BootstrapDeviceCredential -Issuer $ca } -Id RequestNotRecognised -Category InvalidData
    }
}

Describe 'A private key in a row' {
    BeforeAll {
        $key = New-DeviceKey
        $sec1 = Join-Path -Path (New-Folder) -ChildPath key.pem
        $key | Export-DeviceKey -Path $sec1 | Out-Null
        $pem = Get-Content -Raw -LiteralPath $sec1
        $own = $key.Fingerprint
    }

    It 'is the device''s key: <Name>' -ForEach @(
        @{ Name = 'PEM'; Value = { $pem } }
        @{ Name = 'Base64 of its bytes'; Value = { [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($pem)) } }
        @{ Name = 'bytes'; Value = { , [Text.Encoding]::ASCII.GetBytes($pem) } }
        @{ Name = 'the object'; Value = { $key } }
    ) {
        foreach ($column in 'PrivateKey', 'private_key_pem', 'Key', 'DeviceKey') {
            $row = [pscustomobject]@{ EndpointName = 'key-1'; $column = & $Value }
            ($row | New-BootstrapDeviceCredential -Issuer $ca).PrivateKey.Fingerprint | Should -BeExactly $own
            ($row | New-DeviceCertificateRequest).Key.Fingerprint | Should -BeExactly $own
        }
    }

    It 'that cannot be read, or is not the one of -Key, is an error and no new key' {
        Assert-Failure { [pscustomobject]@{ EndpointName = 'key-1'; PrivateKey = 'keys/key-1.pem' } |
                New-BootstrapDeviceCredential -Issuer $ca } -Id KeyNotRecognised -Category InvalidData -Message 'Row 1: PrivateKey:*'
        $encrypted = Join-Path -Path (New-Folder) -ChildPath key.pem
        New-DeviceKey | Export-DeviceKey -Path $encrypted -Password (ConvertTo-SecureString -AsPlainText -Force 'x1') | Out-Null
        Assert-Failure { [pscustomobject]@{ EndpointName = 'key-1'; Key = Get-Content -Raw -LiteralPath $encrypted } |
                New-BootstrapDeviceCredential -Issuer $ca } -Id PasswordMissing -Category AuthenticationError -Message '*Import-DeviceKey*'
        Assert-Failure { [pscustomobject]@{ EndpointName = 'key-1'; Key = $pem } |
                New-BootstrapDeviceCredential -Issuer $ca -Key (New-DeviceKey) } -Id KeyDiffers -Category InvalidArgument
        Assert-Failure { [pscustomobject]@{ EndpointName = 'key-1'; Key = $pem; private_key = New-DeviceKey } |
                New-BootstrapDeviceCredential -Issuer $ca } -Id KeyDiffers -Category InvalidArgument -Message '*column Key*'
        ([pscustomobject]@{ EndpointName = 'key-1'; Key = $pem; private_key = $pem } |
            New-BootstrapDeviceCredential -Issuer $ca).PrivateKey.Fingerprint | Should -BeExactly $own
    }

    It 'names one account' {
        Assert-Failure {
            [pscustomobject]@{ EndpointName = 'key-1'; AccountId = 'x'; aid = 'y' } | New-Lwm2mDeviceCredential -Issuer $ca
        } -Id ColumnTwice -Category InvalidArgument -Message '*AccountId*aid*'
        foreach ($row in @{ AccountId = 'x'; aid = '' }, @{ AccountId = ''; aid = 'x' }, @{ AccountId = $null; aid = 'x' }) {
            $row.EndpointName = 'key-1'
            ([pscustomobject]$row | New-Lwm2mDeviceCredential -Issuer $ca).AccountId | Should -BeExactly x
            ([pscustomobject]$row | New-DeviceConfiguration).AccountId | Should -BeExactly x
            ([pscustomobject]$row | New-DeviceCertificateRequest).AccountId | Should -BeExactly x
        }
    }

    It 'may be missing, and a column Key may hold another text' {
        $rows = [pscustomobject]@{ EndpointName = 'key-3'; Key = 'LOCK-4711'; PrivateKey = '' },
            [pscustomobject]@{ EndpointName = 'key-4'; Key = $null; PrivateKeyName = 'x'; ApiKey = $pem }
        $made = $rows | New-BootstrapDeviceCredential -Issuer $ca
        $made.PrivateKey.HasPrivateKey | Should -Be $true, $true
        $made.PrivateKey.Fingerprint | Should -Not -Contain $own
    }
}

Describe '-EndpointName a, b' {
    It 'is refused as by any string parameter: <_>' -ForEach 'New-BootstrapDeviceCredential', 'New-Lwm2mDeviceCredential',
        'New-DeviceCertificateRequest', 'New-DeviceConfiguration', 'Export-DeviceKeyRequest' {
        $more = @{}
        if ($_ -like 'New-*Credential') { $more.Issuer = $ca }
        if ($_ -like 'Export-*') { $more.Path = New-Folder }
        { & $_ -EndpointName a, b @more } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*one endpoint name*pipeline*'
    }
}
