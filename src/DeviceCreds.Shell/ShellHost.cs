using System.Globalization;
using System.Management.Automation.Host;

namespace DeviceCreds.Shell;

/// <summary>What the engine asks of the program around it.</summary>
sealed class ShellHost(Session session, ShellUserInterface ui) : PSHost
{
    public override string Name => "DeviceCreds.Shell";
    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override PSHostUserInterface UI => ui;
    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    /// <summary>Set by 'exit'.</summary>
    internal int? ExitCode { get; private set; }

    /// <summary>How many prompts are open inside the first one: 'Suspend' in a question opens one.</summary>
    internal int NestedPrompts { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt()
    {
        NestedPrompts++;
        new InteractiveLoop(session, this, ui).Run(NestedPrompts);
    }

    public override void ExitNestedPrompt() => NestedPrompts = Math.Max(0, NestedPrompts - 1);

    public override void NotifyBeginApplication() => ui.ClearProgress();

    public override void NotifyEndApplication()
    {
    }
}
