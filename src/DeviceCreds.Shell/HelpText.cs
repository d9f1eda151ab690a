using System.Management.Automation;
using System.Reflection;

namespace DeviceCreds.Shell;

static class HelpText
{
    internal static string Version =>
        $"DeviceCreds {VersionOf(typeof(HelpText))} (PowerShell engine {VersionOf(typeof(PSObject))}, .NET {Environment.Version})";

    internal const string Usage = """
        Runs PowerShell scripts and commands with the DeviceCreds module loaded, on machines without PowerShell.

        Usage:
          devicecreds <script.ps1> [arguments]          run a script: -Name value, -Name:value, -Switch, or by position
          devicecreds -File <script.ps1> [arguments]    the same
          devicecreds -Command <text>                   run a command (-c)
          devicecreds -                                 run the script on standard input; so does redirected input
          devicecreds                                   an interactive prompt; 'exit' leaves it
          devicecreds -Version
          devicecreds -Help                             this text (-h, -?)

        Options, before the script or the command:
          -NonInteractive                               a question is an error instead of a wait
          -NoProfile, -NoLogo                           accepted and without effect: there are no profiles, there is no logo

        From a checkout: dotnet run --project src/DeviceCreds.Shell -- <the same arguments>

        Streams:
          Output, and what a script writes to the host, goes to standard output.
          Errors, warnings, verbose and debug messages go to standard error.
          Progress is a bar on a terminal and silent otherwise.
          Colour only on a terminal, and never when NO_COLOR is set.

        Exit codes:
          0    done; a script's non-terminating errors leave it so
          1    a terminating error, a script that cannot be read or parsed, a -Command whose last statement failed
          N    the script said 'exit N'
          130  Ctrl+C

        What it is: PowerShell's own engine and its core cmdlets (ForEach-Object, Where-Object, Get-Command, Get-Help,
        Import-Module, Out-Default, ...). What it is not: PowerShell. The Utility, Management and Security modules
        (Format-Table, Select-Object, Write-Host, Import-Csv, Get-ChildItem, Set-Location, ConvertTo-SecureString, ...)
        are not part of the engine; instead of Read-Host -AsSecureString, $Host.UI.ReadLineAsSecureString() asks for a
        password. The DeviceCreds module is the same in both: with PowerShell installed, use that.

        """;

    // The informational version carries a commit after '+' or a blank.
    static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', ' ')[0];
}
