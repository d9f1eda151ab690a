@{
    RootModule           = 'DeviceCreds.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '5a1d6a0e-2f0a-4d0b-9c57-6f0f8f4e2b61'
    CompatiblePSEditions = @('Desktop', 'Core')
    PowerShellVersion    = '5.1'
    FunctionsToExport    = @()
    CmdletsToExport      = @('New-DeviceKey')
    VariablesToExport    = @()
    AliasesToExport      = @()
}
