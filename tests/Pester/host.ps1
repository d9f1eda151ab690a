# The PowerShell that runs this: the program, and what stands before all other arguments. In the shell, and where PowerShell is a
# .NET tool, the program is dotnet, and its first argument the assembly to run.
$PowerShell = @([System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName)
if ([System.IO.Path]::GetFileNameWithoutExtension($PowerShell[0]) -eq 'dotnet') { $PowerShell += [Environment]::GetCommandLineArgs()[0] }
