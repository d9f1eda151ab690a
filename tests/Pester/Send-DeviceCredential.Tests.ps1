BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    $chain = New-CertificateChain -Name 'Line Root', 'Line CA'
    $server = New-CertificateAuthority -Name 'Line Server CA'
    $details = @{
        ServerCertificate = $server.Certificate; Manufacturer = 'Example'; ModelNumber = 'M'; SerialNumber = 'S'; DeviceType = 'T'
        HardwareVersion = 'H'; MemoryTotalKB = 512; Timezone = 'Europe/Helsinki'; UtcOffset = '+02:00'
    }
    $account = '0123456789abcdef0123456789abcdef'
    $base = New-DeviceConfiguration @details -ServerUri "coaps://bootstrap.example.com:5684?aid=$account"
    $baseLwm2m = New-DeviceConfiguration @details -ServerUri "coaps://lwm2m.example.com:5684?aid=$account"
    $to = @{ Configuration = $base; Address = '127.0.0.1' }
    # Whether anybody is connected to a port of this computer.
    function Get-NetworkPeer {
        param([int] $Port)
        [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections() |
            Where-Object { $_.RemoteEndPoint.Port -eq $Port -and $_.State -eq 'Established' }
    }
    function New-Credential { param([string[]] $Name = 'dev-1') $Name | New-BootstrapDeviceCredential -Issuer $chain }
}

Describe 'Send-DeviceCredential' {
    BeforeEach {
        $devices = [System.Collections.Generic.List[object]]::new()
        function Start-Device { $one = Start-SimulatedDevice -Switch $args; $devices.Add($one); $one }
    }
    AfterEach { Stop-SimulatedDevice -Device $devices }

    It 'injects a credential over TCP and gives one object with what the device said' {
        $device = Start-Device
        $credential = New-Credential
        $injection = $credential | Send-DeviceCredential @to -Port $device.Port
        @($injection).Count | Should -Be 1
        $injection | Should -BeOfType DeviceCreds.DeviceInjection
        $injection.Succeeded | Should -BeTrue
        $injection.EndpointName, $injection.Kind, $injection.SerialNumber, $injection.EnrollmentId |
            Should -Be 'dev-1', 'Bootstrap', $credential.SerialNumber, $credential.EnrollmentId
        "$($injection.ReturnStatus)", "$($injection.CommunicationStatus)" | Should -Be '0 SUCCESS', '0 SUCCESS'
        $injection.Address | Should -Be "127.0.0.1:$($device.Port)"
        $injection.Duration | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'takes the address from the column <_> of the row' -ForEach 'Address', 'ComputerName', 'IPAddress' {
        $first, $second = (Start-Device), (Start-Device)
        $rows = @"
EndpointName,$_,Port,Site
dev-1,127.0.0.1,$($first.Port),Berlin
dev-2,127.0.0.1,$($second.Port),Oulu
"@ | ConvertFrom-Csv
        $injections = $rows | New-BootstrapDeviceCredential -Issuer $chain |
            Send-DeviceCredential -Configuration $base -ThrottleLimit 2 | Sort-Object -Property EndpointName
        $injections.Succeeded | Should -Be $true, $true
        # An array has a method of the name Address.
        $injections | ForEach-Object { $_.Address } | Should -Be "127.0.0.1:$($first.Port)", "127.0.0.1:$($second.Port)"
        $injections | ForEach-Object { $_.Columns.Site } | Should -Be 'Berlin', 'Oulu'
    }

    It 'reads the address from what the device prints' {
        $device = Start-Device
        $injection = New-Credential | Send-DeviceCredential -Configuration $base -ConsoleLog $device.Log
        $injection.Address | Should -Be "127.0.0.1:$($device.Port)"
        $injection.Succeeded | Should -BeTrue
    }

    # PowerShell wraps what a pipeline hands on.
    It 'takes a port that came through a pipeline: <Row>' -ForEach @(
        @{ Row = 'an object'; Make = { [pscustomobject]@{ EndpointName = 'dev-1'; Address = '127.0.0.1'; Port = $_ } } }
        @{ Row = 'a table'; Make = { @{ EndpointName = 'dev-1'; Address = '127.0.0.1'; Port = $_ } } }
    ) {
        $device = Start-Device
        $injection = $device.Port | ForEach-Object -Process $Make | New-BootstrapDeviceCredential -Issuer $chain |
            Send-DeviceCredential -Configuration $base
        $injection.Succeeded | Should -BeTrue
    }

    It 'injects over a serial port, and shows the device''s text only to those who ask' {
        Assert-Unix
        $device = Start-Device --serial --trace
        $injection = New-Credential | Send-DeviceCredential -Configuration $base -SerialPort $device.SerialPort -Verbose 4>&1
        $text = $injection | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        ($injection | Where-Object { $_ -is [DeviceCreds.DeviceInjection] }).Succeeded | Should -BeTrue
        "$text" | Should -BeLike '*Successfully completed factory flow*'
    }

    It 'lets the device make its own key (<Kind>)' -ForEach @(
        @{ Kind = 'Bootstrap' }
        @{ Kind = 'Lwm2m' }
    ) {
        $device = Start-Device
        $ledger = Join-Path (New-Folder) 'index.txt'
        $configuration = if ($Kind -eq 'Lwm2m') { $baseLwm2m } else { $base }
        $injection = [pscustomobject]@{ EndpointName = 'dev-1'; Address = '127.0.0.1'; Port = $device.Port } |
            Send-DeviceCredential -KeyOnDevice -Issuer $chain -Kind $Kind -Configuration $configuration -Ledger $ledger
        $injection.Succeeded | Should -BeTrue
        $entry = Get-IssuedCertificate -Ledger $ledger
        $entry.SerialNumber, $entry.EndpointName | Should -Be $injection.SerialNumber, 'dev-1'
        $entry.AccountId | Should -Be $(if ($Kind -eq 'Lwm2m') { $account })
    }

    It 'signs for the key of the device as asked, or says so before the device is asked: <Id>' -ForEach @(
        @{ Id = 'NotBeforeTooLate'; Wrong = @{ NotBefore = '2100-01-01' }; Right = @{ NotBefore = (Get-Date).AddHours(-5) } }
        @{ Id = 'SubjectAltNameNotPossible'; Wrong = @{ SubjectAltName = 'Uri' }; Right = @{ SubjectAltName = 'Dns' } }
    ) {
        $device = Start-Device
        $born = @{ EndpointName = 'dev-1'; KeyOnDevice = $true; Issuer = $chain; Port = $device.Port }
        $run = Invoke-Recorded { Send-DeviceCredential @to @born @Wrong }
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        (Send-DeviceCredential @to @born @Right).Succeeded | Should -BeTrue
    }

    It 'says what is wrong, and still gives an object: <Switches>' -ForEach @(
        @{
            Switches = '--return', '14'
            Id = 'ReturnStatus14'
            Category = 'DeviceError'
            Message = '*INVALID_LWM2M_CN_ATTR*Restart the device*'
        }
        @{ Switches = '--status', '8'; Id = 'CommunicationStatus8'; Category = 'DeviceError'; Message = '*hash does not match*' }
        @{ Switches = @('--closed'); Id = 'CommunicationStatus9'; Category = 'DeviceError'; Message = '*closed earlier*' }
        @{ Switches = '--end-after-receiving', '100'; Id = 'StreamEnded'; Category = 'ConnectionError'; Message = '*without a reply*' }
        @{ Switches = '--end-after-sending',
            '20'; Id = 'ReplyIncomplete'; Category = 'ProtocolError'; Message = '*middle of the device*' }
        @{ Switches = @('--wrong-hash'); Id = 'ReplyHashWrong'; Category = 'ProtocolError'; Message = '*hash*' }
        @{ Switches = @('--other-session'); Id = 'SessionMismatch'; Category = 'ProtocolError'; Message = '*session*' }
        @{ Switches = @('--silent'); Id = 'NoReply'; Category = 'OperationTimeout'; Message = '*did not reply in 1 s*' }
    ) {
        $device = Start-Device @Switches
        # A device that replies may be slow on a busy computer.
        $seconds = if ($Id -eq 'NoReply') { 1 } else { 30 }
        $run = Invoke-Recorded { New-Credential | Send-DeviceCredential @to -Port $device.Port -TimeoutSec $seconds }
        $run.Errors.Count, $run.Output.Count | Should -Be 1, 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $run.Errors[0].CategoryInfo.Category | Should -Be $Category
        $run.Errors[0].Exception.Message | Should -BeLike $Message
        $run.Errors[0].Exception.Message | Should -BeLike "'dev-1' at 127.0.0.1:$($device.Port):*"
        $run.Output[0].Succeeded, $run.Output[0].ErrorId, $run.Output[0].NotDelivered | Should -Be $false, $Id, $true
    }

    It 'says that nothing listens' {
        Assert-Failure { $null = New-Credential |
            Send-DeviceCredential @to -Port 9 } -Id ConnectionRefused -Category ConnectionError -Message '*-WaitSec*'
    }

    It 'ends at once when it is stopped, and the journal says so' {
        $device = Start-Device --silent
        $journal = Join-Path (New-Folder) 'line.jsonl'
        $shell = [powershell]::Create()
        $null = $shell.AddScript('param($module, $credential, $base, $port, $journal) Import-Module $module
            $credential | Send-DeviceCredential -Configuration $base -Address 127.0.0.1 -Port $port -Journal $journal')
        foreach ($one in $ModuleManifest, (New-Credential), $base, $device.Port, $journal) { $null = $shell.AddArgument($one) }
        $run = $shell.BeginInvoke()
        for ($i = 0; $i -lt 100 -and -not (Get-NetworkPeer $device.Port); $i++) { Start-Sleep -Milliseconds 100 }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        { $shell.EndInvoke($run) } | Should -Throw
        $shell.Dispose()
        $injection = Get-DeviceInjection -Journal $journal
        $injection.ErrorId, $injection.Succeeded | Should -Be 'InjectionStopped', $false
    }

    It 'compares statuses with numbers' {
        $device = Start-Device --return 14
        $injection = New-Credential | Send-DeviceCredential @to -Port $device.Port -ErrorAction Ignore
        $injection.ReturnStatus -eq 14 | Should -BeTrue
        $injection.ReturnStatus -eq 0 | Should -BeFalse
        @($injection | Where-Object ReturnStatus -gt 0).Count | Should -Be 1
        $injection.ReturnStatus.Name | Should -Be 'INVALID_LWM2M_CN_ATTR'
    }

    It 'sends nothing that the device would refuse, unless it is forced' {
        $device = Start-Device
        $bad = New-DeviceConfiguration @details -ServerUri 'coaps://bootstrap.example.com:5684'
        $target = @{ Configuration = $bad; Address = '127.0.0.1'; Port = $device.Port }
        $run = Invoke-Recorded { New-Credential | Send-DeviceCredential @target }
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'DeviceWouldRefuse,*'
        $run.Output[0].MessageSent | Should -BeFalse

        $forced = New-Credential | Send-DeviceCredential @target -Force -WarningVariable warning -WarningAction SilentlyContinue
        $forced.MessageSent | Should -BeTrue
        "$warning" | Should -BeLike '*will refuse (-Force)*'
    }

    It 'refuses a device that the journal has, frees it after a failure, and injects it again by force' {
        $journal = Join-Path (New-Folder) 'line.jsonl'
        $good = Start-Device --devices 2
        $failing = Start-Device --return 18
        $credential = New-Credential -Name 'dev-1', 'dev-2'
        $null = $credential[0] | Send-DeviceCredential @to -Port $good.Port -Journal $journal
        Assert-Failure { $null = $credential[0] |
            Send-DeviceCredential @to -Port $good.Port -Journal $journal } -Id AlreadyInjected -Category InvalidOperation `
            -Message '*-Force*'

        $null = $credential[1] | Send-DeviceCredential @to -Port $failing.Port -Journal $journal -ErrorAction Ignore
        ($credential[1] | Send-DeviceCredential @to -Port $good.Port -WaitSec 10 -Journal $journal `
            -InformationAction Ignore).Succeeded | Should -BeTrue
        (Get-DeviceInjection -Journal $journal).Succeeded | Should -Be $true, $false, $true
    }

    # Windows does not let an open file be deleted.
    It 'ends when the journal cannot be written, after saying what was sent' -Skip:($IsWindows -or $PSEdition -eq 'Desktop') {
        $journal = Join-Path (New-Folder) 'line.jsonl'
        $device = Start-Device --devices 3
        $credential = New-Credential -Name 'dev-1', 'dev-2', 'dev-3'
        $out = [System.Collections.Generic.List[object]]::new()
        Assert-Failure {
            $credential | ForEach-Object { if ($_.EndpointName -eq 'dev-2') { Remove-Item -LiteralPath $journal }; $_ } |
                Send-DeviceCredential @to -Port $device.Port -WaitSec 10 -Journal $journal 3>&1 6> $null |
                ForEach-Object { $out.Add($_) }
        } -Id JournalGone -Category ObjectNotFound
        ($out | Where-Object { $_ -is [DeviceCreds.DeviceInjection] }).EndpointName | Should -Be 'dev-1', 'dev-2'
        "$($out | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })" |
            Should -BeLike "A message was sent to 'dev-2' at *line.jsonl: *"
    }

    It 'waits for the next board at one port, and shows PASS and FAIL' {
        $device = Start-Device --devices 3 --swap-delay 300
        $shown = New-Credential -Name 'dev-1', 'dev-2', 'dev-3' | Send-DeviceCredential @to -Port $device.Port -WaitSec 20 6>&1
        @($shown | Where-Object { $_ -is [DeviceCreds.DeviceInjection] }).EndpointName | Should -Be 'dev-1', 'dev-2', 'dev-3'
        $lines = $shown | Where-Object { $_ -is [System.Management.Automation.InformationRecord] } | ForEach-Object { "$_" }
        @($lines -like '*P A S S*dev-?*').Count | Should -Be 3
        "$lines" | Should -BeLike '*3 passed, 0 failed, * per hour*'
    }

    It 'reports certificates of the ledger that were not delivered, and they can be revoked' {
        $folder = New-Folder
        $ledger, $journal = (Join-Path $folder 'index.txt'), (Join-Path $folder 'line.jsonl')
        $good, $bad = (Start-Device), (Start-Device --return 18)
        $credentials = 'dev-1', 'dev-2' | New-BootstrapDeviceCredential -Issuer $chain -Ledger $ledger
        $null = $credentials[0] | Send-DeviceCredential @to -Port $good.Port -Journal $journal -Ledger $ledger -WarningVariable none
        $null = $credentials[1] |
            Send-DeviceCredential @to -Port $bad.Port -Journal $journal -Ledger $ledger -ErrorAction Ignore `
            -WarningVariable warning -WarningAction SilentlyContinue
        $none.Count | Should -Be 0
        "$warning" | Should -BeLike "*$($credentials[1].SerialNumber)*not delivered*"

        $revoked = Get-DeviceInjection -Journal $journal -Ledger $ledger | Where-Object NotDelivered |
            Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false
        $revoked.SerialNumber | Should -Be $credentials[1].SerialNumber
        @(Get-DeviceInjection -Journal $journal -Ledger $ledger | Where-Object NotDelivered).Count | Should -Be 0
    }

    It 'does not let a reply of another session revoke the certificate that the device may have: <Switches>' -ForEach @(
        @{ Switches = @('--other-session') }
        @{ Switches = '--other-session', '--return', '14' }
    ) {
        $folder = New-Folder
        $ledger, $journal = (Join-Path $folder 'index.txt'), (Join-Path $folder 'line.jsonl')
        $device = Start-Device @Switches
        $credential = 'dev-1' | New-BootstrapDeviceCredential -Issuer $chain -Ledger $ledger
        $null = $credential | Send-DeviceCredential @to -Port $device.Port -Journal $journal -Ledger $ledger -ErrorAction Ignore `
            -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike "*$($credential.SerialNumber)*may have it*"
        "$warning" | Should -Not -BeLike '*revoke*'

        $recorded = Get-DeviceInjection -Journal $journal -Ledger $ledger | Where-Object NotDelivered
        $recorded.ErrorId, $recorded.ReturnStatus | Should -Be 'SessionMismatch', $null
        Assert-Failure { $recorded |
            Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false } -Id InjectionWithoutCertificate -Category InvalidOperation
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Valid'
    }

    It 'does not let a refused second injection revoke the certificate that the device has' {
        $ledger = Join-Path (New-Folder) 'index.txt'
        $device = Start-Device --devices 2
        $credential = 'dev-1' | New-BootstrapDeviceCredential -Issuer $chain -Ledger $ledger
        $journal = Join-Path (New-Folder) 'line.jsonl'
        $null = $credential | Send-DeviceCredential @to -Port $device.Port -Journal $journal
        $again = $credential | Send-DeviceCredential @to -Port $device.Port -Journal $journal -ErrorAction Ignore
        $again.ErrorId, $again.NotDelivered | Should -Be 'AlreadyInjected', $false
        Assert-Failure { $again |
            Revoke-DeviceCertificate -Ledger $ledger -Confirm:$false } -Id InjectionWithoutCertificate -Category InvalidOperation
        (Get-IssuedCertificate -Ledger $ledger).State | Should -Be 'Valid'
    }

    It 'sends nothing with -WhatIf, and begins no journal' {
        $device = Start-Device
        $journal = Join-Path (New-Folder) 'line.jsonl'
        New-Credential | Send-DeviceCredential @to -Port $device.Port -Journal $journal -WhatIf | Should -BeNullOrEmpty
        Test-Path -LiteralPath $journal | Should -BeFalse
        $device.Process.HasExited | Should -BeFalse
    }

    It 'says when there is no address, or there are two: <Id>' -ForEach @(
        @{ Id = 'AddressMissing'; With = @{} }
        @{ Id = 'AddressAmbiguous'; With = @{ Address = '127.0.0.1'; SerialPort = 'COM7' } }
        @{ Id = 'AddressInvalid'; With = @{ Address = 'no host' } }
    ) {
        Assert-Failure { New-Credential | Send-DeviceCredential -Configuration $base @With } -Id $Id -Category InvalidArgument
    }

    It 'warns of an address that is not private' {
        $null = New-Credential |
            Send-DeviceCredential -Configuration $base -Address 203.0.113.7 -TimeoutSec 1 -WarningVariable warning `
            -WarningAction SilentlyContinue -ErrorAction Ignore
        "$warning" | Should -BeLike '*203.0.113.7*not encrypted*private key*'
    }

    It 'writes no key into the journal, the verbose text or the objects' {
        Assert-Unix
        $device = Start-Device --serial --trace --trace-secrets
        $journal = Join-Path (New-Folder) 'line.jsonl'
        $credential = New-Credential
        $all = $credential |
            Send-DeviceCredential -Configuration $base -SerialPort $device.SerialPort -Journal $journal -Verbose 4>&1 | Out-String
        $all += (Get-Content -LiteralPath $journal -Raw) + (Get-DeviceInjection -Journal $journal |
            ConvertTo-Json -Depth 5) + (Get-DeviceInjection -Journal $journal | Format-List * | Out-String)
        $der = $credential.PrivateKey.ToDer('Sec1')
        $hex = [System.BitConverter]::ToString($der).Replace('-', '')
        for ($i = 14; $i -lt 70; $i += 8) { $all.Replace('-', '') | Should -Not -Match $hex.Substring($i, 16) }
        $all | Should -Not -Match ([regex]::Escape([Convert]::ToBase64String($der).Substring(10, 20)))
    }

    It 'sums a run up, and ends with an exit code' {
        $device = Start-Device --return 14
        $run = Invoke-Recorded { New-Credential | Send-DeviceCredential @to -Port $device.Port -Summary }
        $summary = $run.Output[-1]
        $summary.Succeeded, $summary.Failed, "$($summary.Failures)" | Should -Be 0, 1, 'ReturnStatus14: 1'
    }

    It 'completes <Line>' -ForEach @(
        @{ Line = 'Send-DeviceCredential -ByteOrder '; Expected = 'BigEndian', 'LittleEndian' }
        @{ Line = 'Send-DeviceCredential -Kind '; Expected = 'Bootstrap', 'Lwm2m' }
    ) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText | Sort-Object |
            Should -Be $Expected
    }

    It 'fits a table of 80 columns, and breaks no word' {
        $device = Start-Device --return 14
        $injection = 'a-thermostat-with-a-very-long-name-000001' | New-BootstrapDeviceCredential -Issuer $chain |
            Send-DeviceCredential @to -Port $device.Port -ErrorAction Ignore
        $lines = ($injection | Format-Table | Out-String -Width 80).Split("`n").TrimEnd()
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 130 }
        "$lines" | Should -Match 'FAIL'
        "$lines" | Should -Match 'INVALID_LWM2M_CN_ATTR'
    }
}
