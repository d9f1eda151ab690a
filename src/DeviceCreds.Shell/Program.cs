using System.Text;
using DeviceCreds.Shell;

// The engine reports its use to its vendor unless told not to; a tool that handles private keys stays silent.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var commandLine = CommandLine.Parse(args, Console.IsInputRedirected);
switch (commandLine.Mode)
{
    case Mode.Help:
        Console.Out.Write(HelpText.Usage);
        return 0;
    case Mode.Version:
        Console.Out.WriteLine(HelpText.Version);
        return 0;
    case Mode.Invalid:
        Console.Error.WriteLine($"{commandLine.Text} Try -Help.");
        return 1;
}

if (ModuleLocator.Find() is not { } manifest)
{
    Console.Error.WriteLine("The DeviceCreds module was not found, neither next to this program nor under artifacts/module. Build it with: dotnet build DeviceCreds.sln");
    return 1;
}

WarmUp.Start();
var ui = new ShellUserInterface(commandLine.NonInteractive);
using var session = new Session(ui, endOnInterrupt: commandLine.Mode != Mode.Interactive);
if (session.Open(manifest) is not 0 and var failure)
    return failure;

return commandLine.Mode switch
{
    Mode.File => session.RunFile(commandLine.Text, commandLine.Arguments),
    Mode.Command => session.RunText(commandLine.Text),
    Mode.StandardInput => session.RunText(ui.ReadToEnd()),
    _ => session.RunInteractive(),
};
