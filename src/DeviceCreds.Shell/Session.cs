using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.PowerShell;

namespace DeviceCreds.Shell;

/// <summary>One engine with the module loaded; runs scripts, says with what exit code, and stops on Ctrl+C.</summary>
sealed class Session : IDisposable
{
    internal const int Interrupted = 130;

    // Time for a pipeline to end by itself; code that does not listen is not waited for.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    readonly ShellUserInterface ui;
    readonly ShellHost host;
    readonly Runspace runspace;
    readonly bool endOnInterrupt;
    readonly PosixSignalRegistration interrupt;
    PowerShell? running;
    volatile bool wasInterrupted;

    internal Session(ShellUserInterface ui, bool endOnInterrupt)
    {
        this.ui = ui;
        this.endOnInterrupt = endOnInterrupt;
        ui.Interrupt = Interrupt;
        host = new ShellHost(this, ui);

        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;

        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            Interrupt();
        });
    }

    internal Runspace Runspace => runspace;

    /// <summary>Starts the engine and loads the module; not 0 when that did not work.</summary>
    internal int Open(string manifest)
    {
        MissingCommands.Explain();
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        if (!ui.SupportsVirtualTerminal)
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;

        // So that a script's own 'Import-Module DeviceCreds' and '#Requires -Modules DeviceCreds' find this one.
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(manifest));
        var path = Environment.GetEnvironmentVariable("PSModulePath");
        Environment.SetEnvironmentVariable("PSModulePath", string.IsNullOrEmpty(path) ? folder : folder + Path.PathSeparator + path);

        using var shell = CreateShell();
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop);
        return ExitCode(Invoke(shell));
    }

    internal int RunFile(string path, IReadOnlyList<string> arguments)
    {
        var fullPath = Path.GetFullPath(path);
        if (!File.Exists(fullPath))
            return Fail($"The script '{path}' was not found ({fullPath}).");
        if (!fullPath.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
            return Fail($"'{path}' is not a .ps1 script.");

        var command = new Command(fullPath, isScript: false, useLocalScope: false);
        foreach (var argument in arguments)
            command.Parameters.Add(Argument(argument));
        using var shell = CreateShell();
        shell.Commands.AddCommand(command);
        PassExitOn();
        return ExitCode(InvokeToHost(shell));
    }

    /// <summary>Runs a command as pwsh -Command does: the last statement's success decides.</summary>
    internal int RunText(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return 0;
        using var shell = CreateShell();
        shell.AddScript(text, useLocalScope: false);
        return ExitCode(InvokeToHost(shell, inHistory: true) && runspace.SessionStateProxy.GetVariable("?") is true);
    }

    internal int RunInteractive()
    {
        new InteractiveLoop(this, host, ui).Run();
        return host.ExitCode ?? 0;
    }

    /// <summary>A pipeline for this session, inside the running one when called from it.</summary>
    internal PowerShell CreateShell() => running is null ? PowerShell.Create(runspace) : PowerShell.Create(RunspaceMode.CurrentRunspace);

    /// <summary>Runs with PowerShell's own formatting of results and errors; false after a terminating error.</summary>
    /// <param name="shell">What to run.</param>
    /// <param name="inHistory">A user's own line: the engine keeps $? after those only.</param>
    internal bool InvokeToHost(PowerShell shell, bool inHistory = false)
    {
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        return Invoke(shell, inHistory);
    }

    /// <summary>Stops what runs; a script's session ends with it.</summary>
    internal void Interrupt()
    {
        if (endOnInterrupt)
        {
            wasInterrupted = true;
            Task.Delay(Grace).ContinueWith(_ => Environment.Exit(Interrupted), TaskScheduler.Default);
        }

        running?.BeginStop(null, null);
    }

    public void Dispose()
    {
        interrupt.Dispose();
        runspace.Dispose();
    }

    bool Invoke(PowerShell shell, bool inHistory = false)
    {
        var outer = running;
        running = shell;
        try
        {
            shell.Invoke(null, new PSInvocationSettings { AddToHistory = inHistory });
            return true;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (Exception error)
        {
            running = outer;
            Report(error is IncompleteParseException ? WithPosition(error, shell) : error);
            return false;
        }
        finally
        {
            running = outer;
            ui.ClearProgress();
        }
    }

    void Report(Exception error)
    {
        var record = error is IContainsErrorRecord known ? known.ErrorRecord : new ErrorRecord(error, error.GetType().Name, ErrorCategory.NotSpecified, null);
        using var shell = CreateShell();
        shell.AddCommand("Out-Default");
        using (ui.OutputAsError())
            shell.Invoke(new[] { record });
    }

    // The engine's error for text that ends too early has no position, and its view of an error then shows nothing.
    static Exception WithPosition(Exception error, PowerShell shell)
    {
        if (shell.Commands.Commands[0] is not { IsScript: true, CommandText: var text })
            return error;
        Parser.ParseInput(text, out _, out var errors);
        return errors.Length > 0 ? new ParseException(errors) : error;
    }

    int ExitCode(bool succeeded) => wasInterrupted ? Interrupted : host.ExitCode ?? (succeeded ? 0 : 1);

    int Fail(string message)
    {
        ui.WriteErrorLine(message);
        return 1;
    }

    // A parameter without its value takes the next argument, as in a script: the binder knows which ones are switches.
    static CommandParameter Argument(string text)
    {
        if (text.Length < 2 || text[0] != '-' || !(char.IsLetter(text[1]) || text[1] == '_'))
            return new CommandParameter(null, text);
        var colon = text.IndexOf(':');
        if (colon < 0)
            return new CommandParameter(text);
        object? value = text[(colon + 1)..] switch
        {
            var v when v.Equals("$true", StringComparison.OrdinalIgnoreCase) => true,
            var v when v.Equals("$false", StringComparison.OrdinalIgnoreCase) => false,
            var v => v,
        };
        return new CommandParameter(text[1..colon], value);
    }

    // By default 'exit' in a script file only sets $LASTEXITCODE, which a failed native command does as well.
    // pwsh -File has the engine pass it on to the host; the switch is not public, a test notices should it go.
    void PassExitOn()
    {
        const BindingFlags hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        var context = typeof(Runspace).GetProperty("ExecutionContext", hidden)!.GetValue(runspace)!;
        context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", hidden)!.SetValue(context, true);
    }
}
