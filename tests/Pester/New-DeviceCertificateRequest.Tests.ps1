BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

Describe 'New-DeviceCertificateRequest' {
    It 'makes a request, as it promises' {
        $request = New-DeviceCertificateRequest dev-1
        $request | Should -BeOfType [DeviceCreds.DeviceCertificateRequest]
        (Get-Command -Name New-DeviceCertificateRequest).OutputType.Type | Should -Be ([DeviceCreds.DeviceCertificateRequest])
        $request.EndpointName | Should -BeExactly dev-1
        $request.AccountId | Should -BeNullOrEmpty
        $request.Subject | Should -BeExactly 'CN=dev-1'
        $request.Key.HasPrivateKey | Should -BeTrue
        $request.Pem | Should -BeLike '-----BEGIN CERTIFICATE REQUEST-----*'
    }

    It 'is verified by openssl' {
        Assert-Tool openssl
        $path = Join-Path (New-Folder) 'dev.csr'
        [System.IO.File]::WriteAllText($path, (New-DeviceCertificateRequest -EndpointName dev-1 -AccountId acc).Pem)
        $text = Invoke-Tool openssl req -in $path -verify -noout -text
        $text | Should -Match 'CN ?= ?dev-1'
        $text | Should -Match 'OU ?= ?acc'
        $text | Should -Match 'ecdsa-with-SHA256'
    }

    It 'takes the name by <_>' -ForEach 'EndpointName', 'Endpoint', 'endpoint_name', 'CommonName', 'CN' {
        $given = @{ $_ = 'dev-2' }
        (New-DeviceCertificateRequest @given).EndpointName | Should -BeExactly dev-2
        ([pscustomobject]@{ $_ = 'dev-2' } | New-DeviceCertificateRequest).EndpointName | Should -BeExactly dev-2
    }

    It 'takes the account by <_>' -ForEach 'AccountId', 'aid' {
        $given = @{ $_ = 'acc' }
        (New-DeviceCertificateRequest -EndpointName d @given).AccountId | Should -BeExactly acc
        ([pscustomobject]@{ CN = 'd'; $_ = 'acc' } | New-DeviceCertificateRequest).AccountId | Should -BeExactly acc
        ([pscustomobject]@{ CN = 'd'; $_ = '' } | New-DeviceCertificateRequest).AccountId | Should -BeNullOrEmpty
    }

    It 'takes many names from the pipeline, each with a key of its own' {
        $requests = 'a', 'b', 3 | New-DeviceCertificateRequest
        $requests.EndpointName | Should -Be 'a', 'b', '3'
        @($requests.Key.Fingerprint | Sort-Object -Unique).Count | Should -Be 3
    }

    It 'uses a key that is given' {
        $key = New-DeviceKey
        (New-DeviceCertificateRequest -EndpointName d -Key $key).Key | Should -Be $key
    }

    It 'refuses <Given>: <Id>' -ForEach @(
        @{ Given = @{ EndpointName = '' }; Id = 'EndpointNameEmpty' }
        @{ Given = @{ EndpointName = 'x' * 65 }; Id = 'EndpointNameTooLong' }
        @{ Given = @{ EndpointName = "a`r" }; Id = 'EndpointNameInvalidCharacter' }
        @{ Given = @{ EndpointName = 'a'; AccountId = 'y' * 65 }; Id = 'AccountIdTooLong' }
    ) {
        Assert-Failure { New-DeviceCertificateRequest @Given } -Id $Id -Category InvalidArgument -Target $Given.EndpointName
    }

    It 'goes on after a bad row, whose error has the row as its target' {
        $rows = 'a', '', 'b' | ForEach-Object { [pscustomobject]@{ EndpointName = $_; Line = 1 } }
        $run = Invoke-Recorded { $rows | New-DeviceCertificateRequest }
        $run.Output.EndpointName | Should -Be 'a', 'b'
        $run.Errors.Count | Should -Be 1
        "$($run.Errors[0].TargetObject)" | Should -Be "$($rows[1])"
    }

    It 'misses the name by name when no column has it' {
        $row = [pscustomobject]@{ Serial = 1 }
        Assert-Failure {
            $row | New-DeviceCertificateRequest
        } -Id EndpointNameMissing -Category InvalidArgument -Message '*Serial*' -Target $row
    }

    It 'is shown as a row, without anything secret' {
        $request = New-DeviceCertificateRequest -EndpointName dev-shown -AccountId acc
        $text = $request | Format-Table | Out-String -Width 200
        $text | Should -Match "dev-shown +acc +$($request.Key.Fingerprint)"
        foreach ($form in $text, ($request | Format-List -Property * -Force | Out-String -Width 200),
            ($request | ConvertTo-Json -Depth 5)) {
            Find-Secret -Text $form -Key $request.Key | Should -BeNullOrEmpty
        }
    }
}
