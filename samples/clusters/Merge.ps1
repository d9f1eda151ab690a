<#
.SYNOPSIS
    Merges the ledgers of all shards, and compares the result with the list and the files.
.DESCRIPTION
    Writes index.txt (the merged ledger) and accounts.csv (what does not balance) beside the folders of the shards.

    Exit codes: 0, every device of the list has its files and exactly one valid certificate; 2, some have not, and running again does not
    help; 1, anything else: a shard is missing or must run again.
.PARAMETER DeviceList
    The list of all devices.
.PARAMETER Path
    The folder with the results of all shards.
.PARAMETER RevokeUndelivered
    A shard that was killed leaves valid certificates whose keys were never written, and gives these devices others when it runs again.
    Revokes what is left over, as Superseded, in the merged ledger. Never the certificate in a device's folder, and never one that no
    shard issued, such as a renewal that was recorded in the merged ledger later.
#>
param(
    [Parameter(Mandatory)] [string] $DeviceList,
    [Parameter(Mandatory)] [string] $Path,
    [switch] $RevokeUndelivered
)

$ErrorActionPreference = 'Stop'
try {
    if (-not (Get-Module -Name DeviceCreds)) { Import-Module -Name DeviceCreds }

    $shards = @(Get-ChildItem -Path (Join-Path -Path $Path -ChildPath 'shard-*-of-*') -Directory)
    $counts = @($shards | ForEach-Object { $_.Name -replace '.*-of-' } | Sort-Object -Unique)
    if ($counts.Count -ne 1) { throw "expected shards of one run in $Path, found runs of '$counts' shards." }
    if ($shards.Count -ne $counts[0]) { throw "expected $($counts[0]) shards in $Path, found $($shards.Count). Run the others." }
    $summaries = @($shards | ForEach-Object {
        $summary = Join-Path -Path $_.FullName -ChildPath 'summary.json'
        if (-not (Test-Path -LiteralPath $summary)) { throw "$($_.Name) is not done. Run it again." }
        Get-Content -LiteralPath $summary -Raw | ConvertFrom-Json
    })
    $unfinished = @($summaries | Where-Object { $_.ExitCode -notin 0, 2 } | ForEach-Object { $_.Shard })
    if ($unfinished) { throw "Shard $($unfinished -join ', ') ended with 1. Run it again." }

    $ledger = Join-Path -Path $Path -ChildPath 'index.txt'
    # A shard that had no rows has no ledger.
    $ledgers = @($shards | ForEach-Object { Join-Path -Path $_.FullName -ChildPath 'index.txt' } |
        Where-Object { Test-Path -LiteralPath $_ })
    if ($ledgers) { $null = Merge-IssuanceLedger -LiteralPath $ledgers -Destination $ledger }

    $books = @{ Ledger = $ledger; Path = $shards | ForEach-Object { Join-Path -Path $_.FullName -ChildPath 'devices' }; List = $DeviceList }
    if ($RevokeUndelivered) {
        # Of devices that have their files, the certificates that are in no folder and were not injected.
        $undelivered = @(Compare-IssuanceLedger @books -ErrorAction SilentlyContinue |
            Where-Object { $_.Paths -and -not $_.Unread } | ForEach-Object { $_.Certificates } |
            Where-Object { $_.State -eq 'Valid' -and $_.IsRecorded -and -not $_.IsDelivered })
        # Only those that the shards themselves recorded: the merged ledger may also have renewals.
        $superseded = @(if ($ledgers -and $undelivered) {
            Get-IssuedCertificate -LiteralPath $ledgers -SerialNumber $undelivered.SerialNumber
        })
        if ($superseded) {
            $null = Revoke-DeviceCertificate -SerialNumber $superseded.SerialNumber -Ledger $ledger -Reason Superseded -Confirm:$false
        }
    }
    # Rows that the list refuses were errors of their shards.
    $ErrorActionPreference = 'SilentlyContinue'
    $states = @{}
    Compare-IssuanceLedger @books | ForEach-Object { $states["$($_.State)"]++; $_ } |
        Where-Object { $_.NeedsAttention } |
        Select-Object -Property EndpointName, AccountId, State, SerialNumber, Message, Recommendation |
        Export-Csv -LiteralPath (Join-Path -Path $Path -ChildPath 'accounts.csv') -NoTypeInformation -Encoding UTF8
    $ErrorActionPreference = 'Stop'

    $failed = ($summaries | Measure-Object -Property Failed -Sum).Sum
    "$($shards.Count) shards; $failed failed rows; " +
        (($states.Keys | Sort-Object | ForEach-Object { "$_ $($states[$_])" }) -join ', ')
}
catch {
    $ErrorActionPreference = 'Continue'
    Write-Error -ErrorRecord $_
    exit 1
}
exit $(if ($failed -or ($states.Keys | Where-Object { $_ -ne 'Delivered' })) { 2 } else { 0 })
