using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;

namespace DeviceCreds.Shell;

/// <summary>Where the engine's streams go: output to standard output, everything about the work to standard error.</summary>
sealed partial class ShellUserInterface(bool nonInteractive) : PSHostUserInterface
{
    readonly Lock gate = new();
    readonly ProgressBar progress = new();
    bool outputIsError;
    string unfinished = "";

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal { get; } = Terminal.OutputIsTerminal && Terminal.HasColour;

    public override void Write(string value) => Put(value, toError: outputIsError);

    public override void WriteLine(string value) => Put(value + Environment.NewLine, toError: outputIsError);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(PSStyle.MapForegroundColorToEscapeSequence(foregroundColor) + PSStyle.MapBackgroundColorToEscapeSequence(backgroundColor) + value + PSStyle.Instance.Reset);

    public override void WriteErrorLine(string value) => Put(value + Environment.NewLine, toError: true);

    public override void WriteWarningLine(string message) => PutMessage("WARNING: ", message, PSStyle.Instance.Formatting.Warning);

    public override void WriteVerboseLine(string message) => PutMessage("VERBOSE: ", message, PSStyle.Instance.Formatting.Verbose);

    public override void WriteDebugLine(string message) => PutMessage("DEBUG: ", message, PSStyle.Instance.Formatting.Debug);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (gate)
            progress.Update(record);
    }

    internal void ClearProgress()
    {
        lock (gate)
            progress.Clear();
    }

    /// <summary>Sends what the formatter writes to standard error, until disposed: for errors that ended a pipeline.</summary>
    internal IDisposable OutputAsError() => new ErrorScope(this);

    void PutMessage(string prefix, string message, string style) => Put(style + prefix + message + PSStyle.Instance.Reset + Environment.NewLine, toError: true);

    void Put(string value, bool toError)
    {
        var isTerminal = toError ? Terminal.ErrorIsTerminal : Terminal.OutputIsTerminal;
        var shown = isTerminal && Terminal.HasColour ? value : new StringDecorated(value).ToString(OutputRendering.PlainText);
        lock (gate)
        {
            progress.Clear();
            (toError ? Console.Error : Console.Out).Write(shown);
            // What stands on the last row is the prompt of a ReadLine that follows.
            if (isTerminal)
                unfinished = shown.LastIndexOf('\n') is >= 0 and var end ? shown[(end + 1)..] : unfinished + shown;
        }
    }

    sealed class ErrorScope : IDisposable
    {
        readonly ShellUserInterface ui;

        internal ErrorScope(ShellUserInterface ui)
        {
            this.ui = ui;
            ui.outputIsError = true;
        }

        public void Dispose() => ui.outputIsError = false;
    }
}
