using System.Management.Automation.Language;

namespace DeviceCreds.Shell;

/// <summary>Prompt, read, run, again.</summary>
sealed class InteractiveLoop(Session session, ShellHost host, ShellUserInterface ui)
{
    /// <summary>Runs until 'exit' or the end of input; a nested loop also ends when its level is left.</summary>
    internal void Run(int level = 0)
    {
        while (host.ExitCode is null && host.NestedPrompts >= level)
        {
            string? text;
            try
            {
                text = ReadStatement();
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (text is null)
            {
                if (level > 0)
                    host.ExitNestedPrompt();
                return;
            }

            if (string.IsNullOrWhiteSpace(text))
                continue;
            using var shell = session.CreateShell();
            shell.AddScript(text, useLocalScope: false);
            session.InvokeToHost(shell, inHistory: true);
        }
    }

    // Lines are collected until the parser is satisfied; an empty line ends the collecting, right or wrong.
    string? ReadStatement()
    {
        var text = ui.ReadCommandLine(Prompt(), Complete);
        while (text is not null && IsIncomplete(text))
        {
            var line = ui.ReadCommandLine(">> ", complete: null);
            if (string.IsNullOrEmpty(line))
                break;
            text += "\n" + line;
        }

        return text;
    }

    string Prompt()
    {
        // The user's own prompt function, if there is one.
        using var shell = session.CreateShell();
        try
        {
            return shell.AddCommand("prompt").Invoke().FirstOrDefault()?.ToString() ?? "PS> ";
        }
        catch (System.Management.Automation.RuntimeException)
        {
            return "PS> ";
        }
    }

    Completion Complete(string text, int cursor) => Completion.Of(session, text, cursor);

    static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Any(e => e.IncompleteInput);
    }
}
