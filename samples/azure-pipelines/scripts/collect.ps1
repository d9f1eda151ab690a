<#
.SYNOPSIS
    Gathers what is to be published: certificates, and private keys only when asked for.
.PARAMETER Path
    The folder with one folder per device.
.PARAMETER Destination
    The folder that becomes the artifact.
.PARAMETER IncludePrivateKeys
    Publishes everything, keys as they were written: encrypted, when mint.ps1 wrote them.
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Destination,
    [switch] $IncludePrivateKeys
)

. ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

$Path = [System.IO.Path]::GetFullPath($Path)
# Only files that are known to hold no key.
$wanted = if ($IncludePrivateKeys) { '*' } else { '*DeviceCert.*' }
$count = 0
foreach ($file in [System.IO.Directory]::GetFiles($Path, $wanted, 'AllDirectories')) {
    $target = [System.IO.Path]::Combine($Destination, $file.Substring($Path.Length).TrimStart('/', '\'))
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
    [System.IO.File]::Copy($file, $target)
    $count++
}

"$count files in $Destination."
