namespace DeviceCreds.Shell;

enum Mode { Interactive, File, Command, StandardInput, Version, Help, Invalid }

/// <summary>What the caller asked for. <c>Text</c> is the path, the command or the complaint, as the mode has it.</summary>
sealed record CommandLine(Mode Mode, string Text, IReadOnlyList<string> Arguments, bool NonInteractive)
{
    internal static CommandLine Parse(IReadOnlyList<string> args, bool inputIsRedirected)
    {
        var nonInteractive = false;
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            string[] rest = [.. args.Skip(i + 1)];
            if (arg == "-")
                return Of(Mode.StandardInput);
            if (!arg.StartsWith('-'))
                return Of(Mode.File, arg, rest);

            switch (arg.TrimStart('-').ToLowerInvariant())
            {
                case "command" or "c":
                    return rest switch
                    {
                        [] => Of(Mode.Invalid, "-Command needs a command."),
                        ["-"] => Of(Mode.StandardInput),
                        _ => Of(Mode.Command, string.Join(' ', rest)),
                    };
                case "file" or "f":
                    return rest switch
                    {
                        [] => Of(Mode.Invalid, "-File needs the path of a script."),
                        ["-", ..] => Of(Mode.StandardInput),
                        [var path, .. var arguments] => Of(Mode.File, path, arguments),
                    };
                case "version" or "v":
                    return Of(Mode.Version);
                case "help" or "h" or "?":
                    return Of(Mode.Help);
                case "noninteractive" or "noni":
                    nonInteractive = true;
                    break;
                case "noprofile" or "nop" or "nologo":
                    // Nothing to leave out: this shell has neither. Accepted so that a pwsh command line works unchanged.
                    break;
                default:
                    return Of(Mode.Invalid, $"'{arg}' is not an option of this shell.");
            }
        }

        return inputIsRedirected ? Of(Mode.StandardInput)
            : nonInteractive ? Of(Mode.Invalid, "-NonInteractive needs a script or a command.")
            : Of(Mode.Interactive);

        CommandLine Of(Mode mode, string text = "", string[]? arguments = null) => new(mode, text, arguments ?? [], nonInteractive);
    }
}
