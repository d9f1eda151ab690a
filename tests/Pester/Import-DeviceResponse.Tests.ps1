BeforeAll { . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')) }

. ([System.IO.Path]::Combine($PSScriptRoot, 'shared', 'InputPaths.ps1')) -Command Import-DeviceResponse -Sample Answer

Describe 'Import-DeviceResponse' {
    BeforeAll { $folder = New-Folder }

    It 'gives a DeviceResponse, as it promises' {
        $path = Join-Path $folder 'fine.cbor'
        New-DeviceAnswer -Path $path -Warning 'Item not set:mbed.Timezone', 'Item not set:mbed.ClassId'
        $response = Import-DeviceResponse -Path $path
        $response | Should -BeOfType [DeviceCreds.DeviceResponse]
        (Get-Command -Name Import-DeviceResponse).OutputType.Type | Should -Be ([DeviceCreds.DeviceResponse])
        $response.SessionId, $response.ReturnStatus, $response.StatusName, $response.Succeeded | Should -Be dev-1, 0, SUCCESS, $true
        $response.InfoMessage | Should -BeExactly 'The Factory process succeeded'
        $response.Warnings | Should -Be 'Item not set:mbed.Timezone', 'Item not set:mbed.ClassId'
        $response.Path | Should -BeExactly $path
        $response.Requests | Should -BeNullOrEmpty
    }

    It 'gives a failure its name' {
        $path = Join-Path $folder 'failed.cbor'
        New-DeviceAnswer -Path $path -Status 13 -Message 'Certificate expired:mbed.BootstrapDeviceCert'
        $response = Import-DeviceResponse -Path $path
        $response.ReturnStatus, $response.StatusName, $response.Succeeded | Should -Be 13, EXPIRED_CERTIFICATE, $false
    }

    It 'tells a bundle from an answer' {
        $null = 'dev-1' | Export-DeviceKeyRequest -Path $folder
        $path = [System.IO.Path]::Combine($folder, 'dev-1', 'device.cbor')
        Assert-Failure {
            Import-DeviceResponse -Path $path
        } -Id ResponseUnknownField -Category InvalidData -Message '*KpAlvSess*' -Target $path
    }
}

Describe 'A device that makes its own key' {
    It 'goes from the request to the bundle with its certificate' {
        $folder = New-Folder
        $ca = New-CertificateAuthority -Name 'Factory CA'
        $sample = Get-ConfigurationSample
        $null = 'dev-1', 'dev-2' | Export-DeviceKeyRequest -Path (Join-Path $folder requests)

        # The devices make their keys, and answer.
        $keys = foreach ($name in 'dev-1', 'dev-2') {
            $request = New-DeviceCertificateRequest -EndpointName $name
            New-DeviceAnswer -Path (Join-Path $folder "$name.cbor") -Session $name -Request $request
            $request.Key
        }

        $responses = Import-DeviceResponse -Path (Join-Path $folder '*.cbor')
        $responses.SessionId | Should -Be dev-1, dev-2
        ($responses.Requests | New-BootstrapDeviceCredential -Issuer $ca).EndpointName | Should -Be dev-1, dev-2
        $credentials = $responses | New-BootstrapDeviceCredential -Issuer $ca
        $credentials.EndpointName | Should -Be dev-1, dev-2
        $credentials | ForEach-Object { $_.PrivateKey | Should -BeNullOrEmpty }
        $credentials | Test-DeviceConfiguration (New-DeviceConfiguration @sample) -Quiet | Should -Be $true, $true
        $null = $credentials |
            Export-DeviceCredential -Path (Join-Path $folder bundles) -Format FccBundle -Configuration (New-DeviceConfiguration @sample)

        $read = Import-DeviceCredential -Path (Join-Path $folder bundles)
        $read.EndpointName | Should -Be dev-1, dev-2
        foreach ($i in 0, 1) {
            Test-DeviceCertificate -Credential $read[$i] -Key $keys[$i] -Issuer $ca -Quiet | Should -BeTrue
            $bytes = [System.IO.File]::ReadAllBytes([System.IO.Path]::Combine($folder, 'bundles', "dev-$($i + 1)", 'device.cbor'))
            [System.Text.Encoding]::UTF8.GetString($bytes) | Should -Match "(?s)SID.dev-$($i + 1).*PrKN.*mbed.BootstrapDevicePrivateKey"
        }
    }

    It 'is told of an answer without a request, by which the others are not stopped' {
        $folder = New-Folder
        New-DeviceAnswer -Path (Join-Path $folder '1.cbor') -Kind LwM2M `
            -Request (New-DeviceCertificateRequest -EndpointName dev-1 -AccountId acc)
        New-DeviceAnswer -Path (Join-Path $folder '2.cbor') -Status 13
        New-DeviceAnswer -Path (Join-Path $folder '3.cbor') -Kind LwM2M -Request (New-DeviceCertificateRequest -EndpointName dev-3)
        $run = Invoke-Recorded {
            Import-DeviceResponse -Path (Join-Path $folder '*.cbor') | New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority -Name CA)
        }
        $run.Output.EndpointName | Should -Be dev-1
        $run.Errors[0].FullyQualifiedErrorId, $run.Errors[1].FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } |
            Should -Be ResponseWithoutRequest, AccountIdMissing
        $run.Errors[0].Exception.Message | Should -BeLike 'Row 2: *13 EXPIRED_CERTIFICATE*'
        $run.Errors[0].TargetObject.Path | Should -BeExactly (Join-Path $folder '2.cbor')
    }

    It 'does not sign for a key that the device has under another name, nor after an error' {
        $folder = New-Folder
        $request = { New-DeviceCertificateRequest -EndpointName $args[0] -AccountId acc }
        New-DeviceAnswer -Path (Join-Path $folder '1.cbor') -Kind LwM2M -Request (& $request dev-1)
        New-DeviceAnswer -Path (Join-Path $folder '2.cbor') -Status 16 -Request (& $request dev-2)
        New-DeviceAnswer -Path (Join-Path $folder '3.cbor') -Request (& $request dev-3)
        $ca = New-CertificateAuthority -Name CA
        $responses = Import-DeviceResponse -Path (Join-Path $folder '*.cbor')
        $run = Invoke-Recorded { $responses | New-BootstrapDeviceCredential -Issuer $ca }
        $run.Output.EndpointName | Should -Be dev-3
        $run.Errors.FullyQualifiedErrorId | ForEach-Object { $_.Split(',')[0] } | Should -Be RequestKeyNameDiffers, ResponseFailed
        $run.Errors[1].Exception.Message | Should -BeLike 'Row 2: *16 KCM_STORAGE_ERROR*'
        $run = Invoke-Recorded { $responses.Requests | New-BootstrapDeviceCredential -Issuer $ca }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'RequestKeyNameDiffers,*'
    }
}
