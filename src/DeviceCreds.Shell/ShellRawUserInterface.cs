using System.Management.Automation.Host;
using System.Management.Automation.Internal;

namespace DeviceCreds.Shell;

/// <summary>The screen as the engine's formatter measures it. Reading cells back from a terminal is not possible, so not offered.</summary>
sealed class ShellRawUserInterface : PSHostRawUserInterface
{
    public override ConsoleColor ForegroundColor { get => Console.ForegroundColor; set => Console.ForegroundColor = value; }
    public override ConsoleColor BackgroundColor { get => Console.BackgroundColor; set => Console.BackgroundColor = value; }
    public override Size BufferSize { get => new(Terminal.Width, Terminal.Height); set => throw NotOffered(); }
    public override Size WindowSize { get => BufferSize; set => throw NotOffered(); }
    public override Size MaxWindowSize => BufferSize;
    public override Size MaxPhysicalWindowSize => BufferSize;
    public override Coordinates WindowPosition { get => new(0, 0); set => throw NotOffered(); }
    public override Coordinates CursorPosition { get => new(Console.CursorLeft, Console.CursorTop); set => Console.SetCursorPosition(value.X, value.Y); }
    public override int CursorSize { get => 25; set => throw NotOffered(); }
    public override string WindowTitle { get => ""; set => Console.Title = value; }
    public override bool KeyAvailable => Terminal.InputIsTerminal && Console.KeyAvailable;

    // The engine's own measure counts UTF-16 units, which breaks table columns after a wide character.
    public override int LengthInBufferCells(string source, int offset) =>
        new StringDecorated(source[offset..]).ToString(System.Management.Automation.OutputRendering.PlainText).EnumerateRunes().Sum(Terminal.Cells);

    public override int LengthInBufferCells(string source) => LengthInBufferCells(source, 0);

    public override int LengthInBufferCells(char source) => System.Text.Rune.TryCreate(source, out var rune) ? Terminal.Cells(rune) : 1;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        var key = Console.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
            Console.ReadKey(intercept: true);
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host asks for this with an all-covering rectangle.
        if (rectangle is { Left: -1, Top: -1, Right: -1, Bottom: -1 } && Terminal.OutputIsTerminal)
            Console.Clear();
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotOffered();
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotOffered();
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotOffered();

    static NotSupportedException NotOffered() => new("This shell's terminal does not offer that.");
}
