using System.Linq.Expressions;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace DeviceCreds.Benchmarks;

/// <summary>A PowerShell engine with the built module, as a user has it, and with what the measuring needs.</summary>
sealed class Engine : IDisposable
{
    readonly Runspace _runspace;

    public Engine(bool withModule = true)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Read-Encoding", typeof(ReadEncodingCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Copy-Object", typeof(CopyObjectCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Remove-Export", typeof(RemoveExportCommand), null));
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        if (withModule) Run("Import-Module -Name $args[0]", Metadata("Manifest"));
    }

    public static string Metadata(string key) =>
        typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    public IReadOnlyList<PSObject> Run(string script, params object?[] arguments)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        shell.AddScript(script, useLocalScope: true);
        foreach (var argument in arguments) shell.AddArgument(argument);
        var output = shell.Invoke();
        return shell.Streams.Error.Count == 0 ? [.. output] : throw new InvalidOperationException(shell.Streams.Error[0].ToString());
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>Gives each object on: what PowerShell itself takes for an object.</summary>
[Cmdlet(VerbsCommon.Copy, "Object")]
public sealed class CopyObjectCommand : PSCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public object Object { get; set; } = null!;

    protected override void ProcessRecord() => WriteObject(Object);
}

/// <summary>Asks each credential for all four encodings, and gives nothing on.</summary>
[Cmdlet(VerbsCommunications.Read, "Encoding")]
public sealed class ReadEncodingCommand : PSCmdlet
{
    static Func<object, object>[]? s_encodings;

    [Parameter(ValueFromPipeline = true)]
    public PSObject Credential { get; set; } = null!;

    protected override void ProcessRecord()
    {
        var credential = Credential.BaseObject;
        foreach (var encoding in s_encodings ??= Encodings(credential.GetType())) encoding(credential);
    }

    // The module may have a library of its own, so its types are not known when this is compiled.
    static Func<object, object>[] Encodings(Type type)
    {
        var credential = Expression.Parameter(typeof(object));
        var typed = Expression.Convert(credential, type);
        var key = Expression.Property(typed, "PrivateKey");
        Expression Key(string method) =>
            key.Type.GetMethod(method)! is var m
                ? Expression.Call(key, m,
                    m.GetParameters()
                        .Select(p =>
                            Expression.Constant(p.DefaultValue is int i ? Enum.ToObject(p.ParameterType, i) : p.DefaultValue,
                                p.ParameterType))) : key;
        Expression[] all = [Expression.Property(typed, "CertificateDer"), Expression.Property(typed, "CertificatePem"),
            Key("ToDer"), Key("ToPem")];
        return [.. all.Select(e => Expression.Lambda<Func<object, object>>(e, credential).Compile())];
    }
}

/// <summary>Removes each device's folder when the next one comes.</summary>
[Cmdlet(VerbsCommon.Remove, "Export")]
public sealed class RemoveExportCommand : PSCmdlet
{
    string? _last;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = null!;

    protected override void ProcessRecord()
    {
        if (_last is not null) Directory.Delete(_last, recursive: true);
        _last = Path;
    }
}
