using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceCreds.Architecture.Tests;

/// <summary>What may change belongs to an object. Only what the process has once is static.</summary>
public sealed class StateTests
{
    // A generator of OpenSSL's for each thread: making one costs more than a key.
    static readonly string[] OncePerThread = ["s_generator"];

    public static TheoryData<string> Sources => ["DeviceCreds", "DeviceCreds.KeyVault", "DeviceCreds.PowerShell"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_static_field_or_property_can_be_set(string project) => Wrong.None(
        Repository.Files(Repository.Path("src", project), "*.cs").SelectMany(file => Members(file)
            .Select(name => $"{Repository.Relative(file)}: {name}")));

    static IEnumerable<string> Members(string file)
    {
        var members = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot().DescendantNodes()
            .OfType<MemberDeclarationSyntax>().Where(m => m.Modifiers.Any(SyntaxKind.StaticKeyword));
        foreach (var member in members)
        {
            if (member is FieldDeclarationSyntax field && !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
            {
                foreach (var name in field.Declaration.Variables.Select(v => v.Identifier.Text).Except(OncePerThread)) yield return name;
            }

            if (member is PropertyDeclarationSyntax { AccessorList.Accessors: var accessors } property
                && accessors.Any(a => a.IsKind(SyntaxKind.SetAccessorDeclaration))) yield return property.Identifier.Text;
        }
    }

    [Fact]
    public void A_cmdlet_has_at_most_four_base_classes_of_ours()
    {
        var bases = Repository.Files(Repository.Path("src", "DeviceCreds.PowerShell", "Cmdlets"), "*.cs")
            .SelectMany(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f)).GetCompilationUnitRoot().DescendantNodes()
                .OfType<ClassDeclarationSyntax>())
            .Where(c => c.BaseList is not null)
            .ToDictionary(c => c.Identifier.Text, c => c.BaseList!.Types[0].ToString());
        Assert.True(bases.Count > 30, $"{bases.Count} classes");
        Wrong.None(bases.Keys.Where(c => Depth(c) > 4).Select(c => $"{c}: {Depth(c)}"));

        int Depth(string name) => bases.TryGetValue(name, out var parent) && bases.ContainsKey(parent) ? 1 + Depth(parent) : 0;
    }
}
