using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DeviceCreds.PowerShell;

/// <summary>The base of every cmdlet of the module: PowerShell's paths, and one way to report errors.</summary>
public abstract class DeviceCredsCmdlet : PSCmdlet, IDynamicParameters
{
    const string WrittenFile = "DeviceCreds.WrittenFile";

    readonly PemLines _pemLines = new();
    readonly CancellationTokenSource _stop = new();
    readonly HashSet<string> _exposed = new(StringComparer.Ordinal);
    readonly WrittenFiles _written = new();
    bool? _isVerbose;
    bool? _isAsked;

    /// <summary>Whether the verbose stream is shown; expensive texts are made only then.</summary>
    protected bool IsVerbose => _isVerbose ??= MyInvocation.BoundParameters.TryGetValue("Verbose", out var given)
        ? given is SwitchParameter { IsPresent: true }
        : GetVariableValue("VerbosePreference") is not (null or ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Whether the cmdlet only says what it would do (-WhatIf).</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? given is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Whether each change is announced or confirmed; otherwise no texts are needed.</summary>
    private protected bool IsAsked => _isAsked ??= IsWhatIf || MyInvocation.BoundParameters.ContainsKey("Confirm")
        || GetVariableValue("ConfirmPreference") is not ConfirmImpact.High;

    /// <summary>Ends waits when the pipeline is stopped (Ctrl+C).</summary>
    private protected CancellationToken Stopped => _stop.Token;

    // Only a call is in a pipeline; otherwise the parameters are listed.
    object? IDynamicParameters.GetDynamicParameters() => MyInvocation.PipelineLength > 0 ? new ExtraArguments() : null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ExtraArguments.FindProblem(MyInvocation) is { } problem) ThrowTerminatingError(problem);
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        // First, so that the ended waits give no output.
        OnStop();
        _stop.Cancel();
    }

    /// <summary>Called on another thread when the pipeline is stopped.</summary>
    private protected virtual void OnStop()
    {
    }

    /// <summary>Runs the work on one input; an error of the library becomes a record, and the pipeline continues.</summary>
    /// <param name="target">What the error is about.</param>
    /// <param name="work">The work.</param>
    /// <returns>Whether it succeeded.</returns>
    protected bool Try(object? target, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (DeviceCredsException e)
        {
            WriteFailure(e, target);
            return false;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Runs work that everything else needs; an error of the library ends the cmdlet.</summary>
    protected T Require<T>(object? target, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DeviceCredsException e)
        {
            Log(e);
            ThrowTerminatingError(ErrorRecords.From(e, target));
            throw;
        }
    }

    /// <inheritdoc cref="Require{T}(object, Func{T})"/>
    private protected void Require(object? target, Action work) => Require(target, () =>
    {
        work();
        return true;
    });

    /// <summary>Makes a record of an error of the library; the pipeline continues.</summary>
    private protected void WriteFailure(DeviceCredsException error, object? target)
    {
        Log(error);
        WriteError(ErrorRecords.From(error, target));
    }

    /// <summary>Asks whether a change may be made, as ShouldProcess does.</summary>
    /// <exception cref="InputException">The session cannot ask.</exception>
    private protected bool MayChange(string target, string action)
    {
        try
        {
            return ShouldProcess(MessageText.Message(target), MessageText.Message(action));
        }
        // The exceptions of hosts without a terminal; the console throws a NullReferenceException at the end of its input.
        catch (Exception e) when (e is HostException or InvalidOperationException or NotImplementedException or NullReferenceException)
        {
            throw new InputException("ConfirmationNotPossible", ErrorKind.InvalidArgument,
                $"'{action}' must be confirmed, but this session has no terminal.",
                "To run without the question, give -Confirm:$false.", inner: e);
        }
    }

    /// <summary>
    /// Whether a text from the pipeline is a line of PEM, as Get-Content gives it for a key file. An error says so
    /// once, and all lines up to the END line are left out.
    /// </summary>
    private protected bool LeaveOutPem(string? text)
    {
        var isFirst = !_pemLines.IsOpen;
        if (!MyInvocation.ExpectingInput || text is null || !_pemLines.Take(text)) return false;
        if (isFirst)
        {
            WriteFailure(new InputException("InputIsPem", ErrorKind.InvalidArgument,
                "PEM came through the pipeline; something else is expected.", "Its lines are left out."), null);
        }

        return true;
    }

    /// <summary>
    /// Whether a text or null came instead of an object; the error does not show the text. See <see cref="NoSecretAttribute.AsNull"/>.
    /// </summary>
    private protected bool Refuse(object? input, string expected, string advice)
    {
        if (input is not null) return false;
        var found = $"expected {expected}, found null or a text, which is not shown.";
        WriteFailure(new InputException("InputNotExpected", ErrorKind.InvalidArgument, found, advice), null);
        return true;
    }

    /// <summary>How a ledger is opened: it ends waiting when the pipeline is stopped, and what was repaired is a warning.</summary>
    /// <param name="timeout">How long to wait for another process, in seconds.</param>
    private protected LedgerOptions ForLedger(int timeout) =>
        new() { Timeout = TimeSpan.FromSeconds(timeout), Cancel = Stopped, Warn = WriteWarning };

    /// <summary>Called for each error of the library before it becomes a record.</summary>
    private protected virtual void Log(DeviceCredsException error)
    {
    }

    /// <summary>The files of a path, which may have wildcards. Missing files are reported, and the others are read.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="literal">Whether wildcards are taken literally.</param>
    /// <param name="folders">Whether a wildcard matches folders, too.</param>
    protected IEnumerable<string> Resolve(IEnumerable<string> paths, bool literal, bool folders = false)
    {
        foreach (var path in paths)
        {
            IEnumerable<string> found = [];
            if (Try(path, () => found = ResolveOne(path, literal, folders)))
            {
                foreach (var file in found) yield return file;
            }
        }
    }

    /// <summary>
    /// Whether an existing name is no pattern. So it is with ledgers and journals, which other cmdlets write by their exact names; other
    /// paths are patterns as in PowerShell's own cmdlets.
    /// </summary>
    private protected virtual bool IsExactNameFirst => false;

    /// <summary>One file or folder that may not exist yet.</summary>
    /// <exception cref="InputException">The path is not in the file system, or is only white space.</exception>
    protected string ResolveNew(string path)
    {
        if (path.Length > 0 && string.IsNullOrWhiteSpace(path))
        {
            throw new InputException("PathInvalid", ErrorKind.InvalidArgument, "expected a path, found only white space.",
                "Give the path of a file or folder.");
        }

        var resolved = PathText.Resolve(SessionState.Path, path);
        if (UnexpandedVariable.Find(path) is { } variable && !File.Exists(resolved) && !Directory.Exists(resolved))
            WriteWarning($"{path}: '{variable}' is a variable that was not replaced by its value. It becomes part of the name.");
        return resolved;
    }

    /// <summary>One file to write, which may not exist yet.</summary>
    /// <exception cref="InputException">The path is not in the file system, or is only white space.</exception>
    /// <exception cref="OutputException">The path names no file.</exception>
    protected string ResolveNewFile(string path)
    {
        var resolved = ResolveNew(path);
        OutputPath.EnsureNamesFile(resolved);
        return resolved;
    }

    /// <summary>One file or folder to read, by its exact name; PEM stays as it is.</summary>
    /// <exception cref="InputException">The path is not in the file system.</exception>
    protected string ResolveLiteral(string path) => PathText.ForReading(SessionState.Path, path);

    /// <summary>Writes a text for people, without secrets that were given by mistake.</summary>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(MessageText.Message(text));

    /// <inheritdoc cref="WriteVerbose"/>
    private protected new void WriteWarning(string text) => base.WriteWarning(MessageText.Message(text));

    /// <inheritdoc cref="WriteVerbose"/>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(MessageText.Message(target), MessageText.Message(action));

    /// <summary>Checks a password before anything is encrypted with it.</summary>
    /// <exception cref="InputException">It is a variable that was not replaced by its value.</exception>
    private protected void CheckNewPassword(SecureString? password) => Secret.Use(password, characters =>
    {
        PasswordText.RequireExpanded(characters);
        if (PasswordText.FindOddity(characters) is { } oddity)
            WriteWarning(
                $"The password {oddity}. It must be typed with this character. Get-Content without -Raw leaves out the line end.");
        return true;
    });

    /// <summary>Warns, once per file, that others can read a private key there.</summary>
    protected void WarnOfExposure(string? path)
    {
        if (path is not null && _exposed.Add(path))
            WriteWarning(
                $"{path}: not only its owner can read this private key. Remove the access of others (chmod 600; icacls on Windows), "
                    + "or encrypt it.");
    }

    /// <summary>A library's path; the system's loader finds a bare name.</summary>
    protected string ResolveLibrary(string path) =>
        !InputFile.IsPem(path) && System.IO.Path.GetFileName(path) == path ? path : ResolveNew(path);

    /// <summary>
    /// Writes files to a path that this command has not written to: -Force replaces earlier files, not those of the input before.
    /// </summary>
    /// <exception cref="OutputException">It has written to this path.</exception>
    protected void WriteOnce(string path, Func<IEnumerable<string>> write)
    {
        _written.EnsureNew(path);
        List<string> files = [.. write()];
        _written.Add(path);
        files.ForEach(f => WriteFile(f));
    }

    /// <summary>Returns a written file as Get-Item does, so that it is shown with its folder and can be piped on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="notes">What else a script wants to know of it.</param>
    protected void WriteFile(string path, params PSNoteProperty[] notes)
    {
        // The properties that Get-Item adds are computed in Types.ps1xml on demand; adding them here takes longer than writing the file.
        var file = new PSObject(new FileInfo(path));
        file.TypeNames.Insert(0, WrittenFile);
        foreach (var note in notes) file.Properties.Add(note);
        WriteObject(file);
    }

    IEnumerable<string> ResolveOne(string path, bool literal, bool folders)
    {
        if (path.Length == 0)
            throw new InputException("PathEmpty", ErrorKind.InvalidArgument, "the path is empty.", "Give the path of a file or folder.");
        const string advice = "Check the pattern, or use -LiteralPath for a name with brackets.";
        return literal ? [ResolveLiteral(path)] : IsExactNameFirst ? PathText.FindExactFirst(SessionState.Path, path, advice, folders)
            : PathText.Find(SessionState.Path, path, advice, folders);
    }
}
