BeforeAll {
    . ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))
    function New-Line {
        param(
            [string] $Name, [bool] $Succeeded = $true, [string] $Time = '2030-01-31T12:00:00.000Z',
            [string] $Kind = 'Bootstrap', [string] $Serial = '01'
        )
        [ordered]@{
            time = $Time; endpointName = $Name; kind = $Kind; succeeded = $Succeeded; sent = $true; notDelivered = -not $Succeeded
            serialNumber = $Serial; address = '10.0.0.1:7777'; communicationStatus = 0; returnStatus = $(if ($Succeeded) { 0 } else { 14 })
            warnings = @(); durationMs = 1234; version = '0.1.0'
        } | ConvertTo-Json -Compress
    }
}

Describe 'Get-DeviceInjection' {
    BeforeEach {
        $journal = Join-Path (New-Folder) 'line.jsonl'
        [System.IO.File]::WriteAllLines($journal, [string[]]@(
                (New-Line dev-1), (New-Line dev-2 -Succeeded $false -Serial 02)
                (New-Line 'dev-3' -Kind Lwm2m -Time '2031-01-31T12:00:00.000Z' -Serial 03)))
    }

    It 'gives what the journal says' {
        $injections = Get-DeviceInjection -Journal $journal
        $injections.EndpointName | Should -Be 'dev-1', 'dev-2', 'dev-3'
        $injections.Succeeded | Should -Be $true, $false, $true
        "$($injections[1].ReturnStatus)" | Should -Be '14 INVALID_LWM2M_CN_ATTR'
        $injections[0].StartedAt.ToUniversalTime() | Should -Be ([datetimeoffset]'2030-01-31T12:00:00Z').UtcDateTime
        $injections[0].Duration | Should -Be ([timespan]::FromMilliseconds(1234))
    }

    It 'filters by <Name>' -ForEach @(
        @{ Name = 'name'; Filter = @{ EndpointName = 'dev-[13]' }; Expected = 'dev-1', 'dev-3' }
        @{ Name = 'success'; Filter = @{ Succeeded = $true }; Expected = 'dev-1', 'dev-3' }
        @{ Name = 'failure'; Filter = @{ Succeeded = $false }; Expected = 'dev-2' }
        @{ Name = 'kind'; Filter = @{ Kind = 'Lwm2m' }; Expected = 'dev-3' }
        @{ Name = 'time'; Filter = @{ Since = '2030-06-01' }; Expected = 'dev-3' }
        @{ Name = 'an end'; Filter = @{ Before = '2030-06-01' }; Expected = 'dev-1', 'dev-2' }
    ) {
        (Get-DeviceInjection $journal @Filter).EndpointName | Should -Be $Expected
    }

    It 'takes files from the pipeline, wildcards, and names with brackets' {
        $odd = Join-Path (Split-Path $journal) 'l[1].jsonl'
        [System.IO.File]::Copy($journal, $odd)
        (Get-ChildItem -Path (Split-Path $journal) | Get-DeviceInjection).Count | Should -Be 6
        (Get-DeviceInjection (Join-Path (Split-Path $journal) 'l*.jsonl')).Count | Should -Be 6
        (Get-DeviceInjection -LiteralPath $odd).Count | Should -Be 3
        (Get-DeviceInjection $odd).Count | Should -Be 3
    }

    It 'reports a bad line with its number, and reads the others' {
        [System.IO.File]::AppendAllText($journal, "{}`n" + (New-Line dev-4) + "`n")
        $run = Invoke-Recorded { Get-DeviceInjection -Journal $journal }
        $run.Output.Count | Should -Be 4
        $run.Errors.Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'JournalLineMalformed,*'
        $run.Errors[0].Exception.Message | Should -BeLike '*line 4*'
    }

    It 'goes into a report: <Name>' -ForEach @(
        @{ Name = 'report.html' }, @{ Name = 'report.xml' }, @{ Name = 'report.sarif' }, @{ Name = 'report.csv' }, @{ Name = 'report.md' }
    ) {
        $path = Join-Path (Split-Path $journal) $Name
        $null = Get-DeviceInjection -Journal $journal | Export-DeviceCertificateReport -Path $path
        $text = [System.IO.File]::ReadAllText($path)
        $text | Should -Match 'dev-2'
        $text | Should -Match 'Injected'
        if ($Name -in 'report.html', 'report.md') { $text | Should -Match '1 of 3 injections did not pass' }
    }

    It 'goes into a CSV file as text' {
        $lines = Get-DeviceInjection $journal | Select-Object EndpointName, ReturnStatus | ConvertTo-Csv -NoTypeInformation
        $lines[2] | Should -Be '"dev-2","14 INVALID_LWM2M_CN_ATTR"'
    }
}
