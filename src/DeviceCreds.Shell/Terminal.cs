using System.Runtime.InteropServices;
using System.Text;

namespace DeviceCreds.Shell;

/// <summary>What is known about the terminal, if there is one.</summary>
static partial class Terminal
{
    // PowerShell's own width for output that goes to a file or a pipe.
    const int WidthWithoutTerminal = 120;

    static readonly bool IsCapable = Environment.GetEnvironmentVariable("TERM") != "dumb" && (!OperatingSystem.IsWindows() || EnableEscapeCodes());

    internal static bool InputIsTerminal { get; } = !Console.IsInputRedirected;
    internal static bool OutputIsTerminal { get; } = !Console.IsOutputRedirected;
    internal static bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected;

    internal static bool HasColour { get; } = IsCapable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether lines can be edited: keys come from a terminal, and the cursor can be moved on one.</summary>
    internal static bool CanEdit { get; } = IsCapable && InputIsTerminal && (OutputIsTerminal || ErrorIsTerminal);

    internal static bool CanShowProgress { get; } = IsCapable && ErrorIsTerminal;

    /// <summary>Where questions go: never into a file or a pipe when a person can be asked on the terminal.</summary>
    internal static TextWriter Dialogue => OutputIsTerminal ? Console.Out : Console.Error;

    internal static int Width => OutputIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : WidthWithoutTerminal;

    internal static int Height => OutputIsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 50;

    /// <summary>How many columns a rune takes: none for combining marks, two for East Asian wide characters and emoji.</summary>
    internal static int Cells(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.Format => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F)
            or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1,
    };

    // A Windows console understands escape codes only when asked to.
    static bool EnableEscapeCodes()
    {
        const int standardOutput = -11, standardError = -12, processEscapeCodes = 4;
        return Enable(standardOutput) | Enable(standardError);

        static bool Enable(int which) =>
            GetStdHandle(which) is var handle && GetConsoleMode(handle, out var mode) && SetConsoleMode(handle, mode | processEscapeCodes);
    }

    [LibraryImport("kernel32.dll")]
    private static partial nint GetStdHandle(int handle);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out int mode);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, int mode);
}
