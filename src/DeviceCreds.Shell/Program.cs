using DeviceCreds.Shell;
using Microsoft.PowerShell;

if (ModuleFolder.Find() is not { } folder)
{
    Console.Error.WriteLine(
        "The DeviceCreds module was not found, neither beside this program nor under artifacts/module. Build it: "
            + "dotnet build DeviceCreds.sln");
    return 1;
}

// A tool that handles private keys sends no telemetry and does not check for updates.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
Environment.SetEnvironmentVariable("POWERSHELL_UPDATECHECK", "Off");
ModuleFolder.PutFirst(folder);
return UnmanagedPSEntry.Start(args, args.Length);
