using System.Management.Automation;
using System.Reflection;
using DeviceCreds.PowerShell;

namespace DeviceCreds.Docs.Tests;

/// <summary>A cmdlet, as its class declares it.</summary>
sealed record CmdletClass(string Name, IReadOnlyList<string> Parameters)
{
    public static readonly IReadOnlyList<CmdletClass> All =
        [.. from type in typeof(DeviceCredsCmdlet).Assembly.GetTypes()
            let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
            where cmdlet is not null
            let name = $"{cmdlet.VerbName}-{cmdlet.NounName}"
            orderby name
            select new CmdletClass(name, ParametersOf(type, cmdlet))];

    public static CmdletClass Named(string name) => All.Single(c => c.Name == name);

    static string[] ParametersOf(Type type, CmdletAttribute cmdlet) =>
        [.. type.GetProperties().Where(p => p.IsDefined(typeof(ParameterAttribute))).Select(p => p.Name)
            .Concat(cmdlet.SupportsShouldProcess ? ["Confirm", "WhatIf"] : []).Order(StringComparer.Ordinal)];
}
