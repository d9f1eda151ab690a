using System.Management.Automation;

namespace DeviceCreds.Shell;

/// <summary>Says why a well-known cmdlet is not here: it belongs to a module that comes with PowerShell, not with its engine.</summary>
static class MissingCommands
{
    const string Utility = """
        Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-Csv ConvertFrom-Json ConvertFrom-Markdown ConvertFrom-SddlString
        ConvertFrom-StringData ConvertTo-CliXml ConvertFrom-CliXml ConvertTo-Csv ConvertTo-Html ConvertTo-Json ConvertTo-Xml Debug-Runspace
        Disable-PSBreakpoint Enable-PSBreakpoint Export-Alias Export-Clixml Export-Csv Export-FormatData Export-PSSession Format-Custom
        Format-Hex Format-List Format-Table Format-Wide Get-Alias Get-Culture Get-Date Get-Error Get-Event Get-EventSubscriber Get-FileHash
        Get-FormatData Get-Host Get-Member Get-PSBreakpoint Get-PSCallStack Get-Random Get-Runspace Get-SecureRandom Get-TraceSource
        Get-TypeData Get-UICulture Get-Unique Get-Uptime Get-Variable Get-Verb Group-Object Import-Alias Import-Clixml Import-Csv
        Import-LocalizedData Import-PowerShellDataFile Import-PSSession Invoke-Expression Invoke-RestMethod Invoke-WebRequest
        Join-String Measure-Command Measure-Object New-Alias New-Event New-Guid New-Object New-TemporaryFile New-TimeSpan New-Variable
        Out-File Out-GridView Out-Printer Out-String Read-Host Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event
        Remove-PSBreakpoint Remove-TypeData Remove-Variable Select-Object Select-String Select-Xml Send-MailMessage Set-Alias Set-Date
        Set-MarkdownOption Set-PSBreakpoint Set-TraceSource Set-Variable Show-Command Sort-Object Start-Sleep Tee-Object Test-Json
        Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger Wait-Event Write-Debug
        Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning
        """;

    const string Management = """
        Add-Content Clear-Content Clear-Item Clear-ItemProperty Clear-RecycleBin Convert-Path Copy-Item Copy-ItemProperty Debug-Process
        Get-ChildItem Get-Clipboard Get-ComputerInfo Get-Content Get-HotFix Get-Item Get-ItemProperty Get-ItemPropertyValue Get-Location
        Get-Process Get-PSDrive Get-PSProvider Get-Service Get-TimeZone Invoke-Item Join-Path Move-Item Move-ItemProperty New-Item
        New-ItemProperty New-PSDrive New-Service Pop-Location Push-Location Remove-Item Remove-ItemProperty Remove-PSDrive Remove-Service
        Rename-Computer Rename-Item Rename-ItemProperty Resolve-Path Restart-Computer Restart-Service Resume-Service Set-Clipboard
        Set-Content Set-Item Set-ItemProperty Set-Location Set-Service Set-TimeZone Split-Path Start-Process Start-Service Stop-Computer
        Stop-Process Stop-Service Suspend-Service Test-Connection Test-Path Wait-Process
        """;

    const string Security = """
        ConvertFrom-SecureString ConvertTo-SecureString Get-Acl Get-AuthenticodeSignature Get-CmsMessage Get-Credential
        Get-ExecutionPolicy Get-PfxCertificate New-FileCatalog Protect-CmsMessage Set-Acl Set-AuthenticodeSignature
        Set-ExecutionPolicy Test-FileCatalog Unprotect-CmsMessage
        """;

    static readonly Lazy<Dictionary<string, string>> Homes = new(() =>
    {
        var homes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (module, names) in new[] { ("Utility", Utility), ("Management", Management), ("Security", Security) })
        {
            foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                homes[name] = module;
        }

        return homes;
    });

    /// <summary>Adds the hint to such errors as they arise, where PowerShell's own view of an error shows it.</summary>
    internal static void Explain() => AppDomain.CurrentDomain.FirstChanceException += (_, e) =>
    {
        // The engine's hook for missing commands can only supply another command; the error itself is reached here.
        if (e.Exception is CommandNotFoundException missing && missing.ErrorRecord.ErrorDetails is null && Hint(missing.CommandName) is { } hint)
            missing.ErrorRecord.ErrorDetails = new ErrorDetails(missing.Message) { RecommendedAction = hint };
    };

    static string? Hint(string command) => Homes.Value.TryGetValue(command[(command.LastIndexOf('\\') + 1)..], out var module)
        ? $"This cmdlet belongs to PowerShell's {module} module, which this shell does not have; {Instead(command)}."
        : null;

    // What people type to be asked for a password.
    static string Instead(string command) => command.ToUpperInvariant() switch
    {
        "READ-HOST" => "use $Host.UI.ReadLine(), and for a password $Host.UI.ReadLineAsSecureString()",
        "GET-CREDENTIAL" => "use $Host.UI.PromptForCredential('', '', '', '')",
        _ => "it needs an installed PowerShell",
    };
}
