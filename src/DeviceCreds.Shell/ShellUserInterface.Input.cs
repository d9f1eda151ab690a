using System.Management.Automation;
using System.Security;
using System.Text;

namespace DeviceCreds.Shell;

/// <summary>Reading: from the keyboard with editing, from anything else line by line.</summary>
sealed partial class ShellUserInterface
{
    readonly LineEditor editor = new();
    readonly Lazy<StreamReader> input = new(() => new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)));

    /// <summary>What a Ctrl+C typed while reading does.</summary>
    internal Action Interrupt { get; set; } = () => { };

    public override string ReadLine() => Ask("");

    public override SecureString ReadLineAsSecureString() => AskSecret("");

    internal string ReadToEnd() => input.Value.ReadToEnd();

    /// <summary>A line at the interactive prompt; null at its end.</summary>
    internal string? ReadCommandLine(string prompt, Func<string, int, Completion>? complete)
    {
        unfinished = "";
        return Terminal.CanEdit ? editor.Read(prompt, complete, remember: true) : ReadPlain(prompt);
    }

    string Ask(string prompt)
    {
        Prepare();
        if (!Terminal.CanEdit)
            return ReadPlain(prompt) ?? throw EndOfInput();
        var line = Typed(label => editor.Read(label), prompt);
        return line ?? throw EndOfInput();
    }

    SecureString AskSecret(string prompt)
    {
        Prepare();
        if (Terminal.CanEdit)
            return Typed(ReadMasked, prompt);
        var secret = new SecureString();
        foreach (var character in ReadPlain(prompt) ?? throw EndOfInput())
            secret.AppendChar(character);
        return secret;
    }

    void Prepare()
    {
        ClearProgress();
        if (nonInteractive)
            throw new PSInvalidOperationException("The script asks a question, and the shell runs with -NonInteractive.");
    }

    T Typed<T>(Func<string, T> read, string prompt)
    {
        // A script may have written its own prompt before; the editor has to know it to redraw the row.
        var label = unfinished + prompt;
        unfinished = "";
        try
        {
            return read(label);
        }
        catch (OperationCanceledException)
        {
            Interrupt();
            throw new PipelineStoppedException();
        }
    }

    string? ReadPlain(string prompt)
    {
        Terminal.Dialogue.Write(prompt);
        var line = input.Value.ReadLine();
        // Nothing ended the question's row.
        if (line is null || Console.IsInputRedirected)
            Terminal.Dialogue.WriteLine();
        return line;
    }

    // Key by key into the SecureString, so that no string of it is made.
    static SecureString ReadMasked(string label)
    {
        var secret = new SecureString();
        Terminal.Dialogue.Write("\r" + label);
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
                if (key.Key == ConsoleKey.Enter)
                    return secret;
                if (control && key.Key == ConsoleKey.C)
                    throw new OperationCanceledException();
                if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                    Terminal.Dialogue.Write("\b \b");
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    secret.AppendChar(key.KeyChar);
                    Terminal.Dialogue.Write('*');
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false;
            Terminal.Dialogue.Write("\n");
        }
    }

    static PSInvalidOperationException EndOfInput() => new("The script asks a question, and standard input has no more lines to answer it.");
}
