using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The other commands in the pipeline of a cmdlet. PowerShell has no public way to ask, so its own objects are asked by name; where they do
/// not answer, <see cref="IsKnown"/> is false and the cmdlet must assume the worst.
/// </summary>
sealed class CommandPipeline
{
    const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    readonly Cmdlet _own;
    readonly ICommandRuntime _runtime;
    readonly object? _processor;

    /// <param name="cmdlet">The cmdlet; its parameters are bound.</param>
    public CommandPipeline(Cmdlet cmdlet)
    {
        (_own, _runtime) = (cmdlet, cmdlet.CommandRuntime);
        _processor = Get(cmdlet.CommandRuntime, "PipelineProcessor");
        var commands = Commands(_processor);
        IsKnown = commands.Exists(c => ReferenceEquals(Get(c, "Command"), cmdlet));
        var at = commands.FindIndex(c => ReferenceEquals(Get(c, "Command"), cmdlet));
        Before = Cmdlets(commands.Take(Math.Max(0, at)));
        Behind = Cmdlets(commands.Skip(at + 1));
    }

    /// <summary>Whether PowerShell answered.</summary>
    public bool IsKnown { get; }

    /// <summary>The cmdlets and functions before this one, in their order.</summary>
    public IReadOnlyList<PSCmdlet> Before { get; }

    /// <summary>The cmdlets and functions behind this one, in their order.</summary>
    public IReadOnlyList<PSCmdlet> Behind { get; }

    /// <summary>The object of the pipeline that is being worked on; null when there is none, or PowerShell does not say.</summary>
    public PSObject? CurrentObject =>
        Get(_own, "CurrentPipelineObject") is PSObject { BaseObject: { } inner } current && inner != AutomationNull.Value ? current : null;

    /// <summary>Whether a command of the pipeline wrote an error.</summary>
    public bool HasFailed => Get(_processor, "ExecutionFailed") is true;

    /// <summary>
    /// Whether the variable of <c>-PipelineVariable</c> is in use before this cmdlet, or in a pipeline that this one runs inside of: then
    /// each object must come out before the next one is taken in, or the variable has a later object's value.
    /// </summary>
    public bool HasPipelineVariable => !IsKnown || Before.Any(SetsVariable) || Enclosing().Any(p => Cmdlets(Commands(p)).Any(SetsVariable));

    /// <summary>
    /// Makes this cmdlet only say what it would do when one of our cmdlets behind it was told <c>-WhatIf</c>: what it gives would go no
    /// further, and must not be recorded.
    /// </summary>
    /// <returns>Whether it now only says what it would do.</returns>
    public bool FollowWhatIf()
    {
        if (!IsAskedBehind("WhatIf")) return false;
        for (var type = _runtime.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty("WhatIf", Any | BindingFlags.DeclaredOnly) is not { CanWrite: true } property) continue;
            property.SetValue(_runtime, new SwitchParameter(true));
            return true;
        }

        return false;
    }

    /// <summary>Whether one of our cmdlets behind this one was given a switch.</summary>
    public bool IsAskedBehind(string name) => Behind.Any(c => c.GetType().Assembly == typeof(CommandPipeline).Assembly
        && c.MyInvocation.BoundParameters.TryGetValue(name, out var given) && given is SwitchParameter { IsPresent: true });

    static bool SetsVariable(PSCmdlet cmdlet) =>
        Get(cmdlet.CommandRuntime, "PipelineVariable") is string { Length: > 0 }
            || cmdlet.MyInvocation.BoundParameters.ContainsKey("PipelineVariable");

    // A function that hands its input on, step by step, runs its own pipeline inside the caller's.
    IEnumerable<object> Enclosing()
    {
        var running = Runspace.DefaultRunspace is { } runspace
            ? runspace.GetType().GetMethod("GetCurrentlyRunningPipeline", Any, null, [], null)?.Invoke(runspace, null)
            : null;
        return Get(Get(running, "Stopper"), "_stack") is IEnumerable stack
            ? [.. stack.Cast<object>().Where(p => !ReferenceEquals(p, _processor))] : [];
    }

    static List<object> Commands(object? processor) =>
        (Get(processor, "Commands") ?? Get(processor, "_commands")) is IEnumerable commands ? [.. commands.Cast<object>()] : [];

    static List<PSCmdlet> Cmdlets(IEnumerable<object> commands) => [.. commands.Select(c => Get(c, "Command")).OfType<PSCmdlet>()];

    static object? Get(object? target, string name)
    {
        for (var type = target?.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(name, Any | BindingFlags.DeclaredOnly) is { CanRead: true } property) return property.GetValue(target);
            if (type.GetField(name, Any | BindingFlags.DeclaredOnly) is { } field) return field.GetValue(target);
        }

        return null;
    }
}
