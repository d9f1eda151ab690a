<#
.SYNOPSIS
    Makes one ledger of those that parallel jobs wrote.
.PARAMETER Path
    The ledgers; wildcards are allowed.
.PARAMETER Destination
    The one that all go into.
#>
param(
    [Parameter(Mandatory)] [string[]] $Path,
    [Parameter(Mandatory)] [string] $Destination
)

. ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

$null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName([System.IO.Path]::GetFullPath($Destination)))
Merge-IssuanceLedger -Path $Path -Destination $Destination
