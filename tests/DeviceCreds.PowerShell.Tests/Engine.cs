using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>A real PowerShell engine with the built module imported by its manifest. It has PowerShell's core cmdlets alone.</summary>
public sealed class Engine : IDisposable
{
    public static readonly string Manifest = typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Manifest").Value!;

    readonly Runspace _runspace;

    public Engine()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Manifest]);
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>What a script wrote, stream by stream.</summary>
    public sealed record Result(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Verbose,
        bool Terminated)
    {
        /// <summary>The one object that came out, with no error beside it.</summary>
        public PSObject Single
        {
            get
            {
                Assert.Empty(Errors);
                return Assert.Single(Output);
            }
        }

        /// <summary>The property of each object that came out.</summary>
        public IEnumerable<T> All<T>(string property) => Output.Select(o => (T)o.Properties[property].Value);

        /// <summary>The one error, with nothing beside it.</summary>
        public ErrorRecord Error
        {
            get
            {
                Assert.Empty(Output);
                return Assert.Single(Errors);
            }
        }
    }

    /// <summary>Runs a script; <c>$args</c> holds the arguments.</summary>
    public Result Run(string script, params object?[] arguments)
    {
        using var shell = Create(script, arguments);
        var output = new List<PSObject>();
        ErrorRecord? last = null;
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException e)
        {
            last = e.ErrorRecord;
        }

        IEnumerable<ErrorRecord> errors = shell.Streams.Error;
        return new Result(output, [.. last is null ? errors : errors.Append(last)],
            [.. shell.Streams.Verbose.Select(v => v.Message)], last is not null);
    }

    /// <summary>A pipeline that the test runs, and stops, itself.</summary>
    public System.Management.Automation.PowerShell Create(string script, params object?[] arguments)
    {
        var shell = System.Management.Automation.PowerShell.Create(_runspace);
        // Its own scope: a preference that one test sets must not make the next one talk.
        shell.AddScript(script, useLocalScope: true);
        foreach (var argument in arguments) shell.AddArgument(argument);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>A folder that is gone after the test.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("devicecreds-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
