using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceCreds.Architecture.Tests;

/// <summary>What a reader may expect of a file.</summary>
public sealed class FileTests
{
    public static TheoryData<string> Sources => ["DeviceCreds", "DeviceCreds.KeyVault", "DeviceCreds.PowerShell"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_file_holds_one_type_which_has_its_name(string project)
    {
        var wrong = Repository.Files(Repository.Path("src", project), "*.cs")
            .Select(f => (Path: f, Types: Types(f)))
            .Where(f => f.Types.Count > 1 || (f.Types.Count == 1 && f.Types[0] != Path.GetFileName(f.Path).Split('.')[0]))
            .Select(f => $"{Repository.Relative(f.Path)}: {string.Join(", ", f.Types)}");
        Wrong.None(wrong);
    }

    static List<string> Types(string file) =>
        [.. CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot().DescendantNodes(n => n is not TypeDeclarationSyntax)
        .OfType<BaseTypeDeclarationSyntax>().Select(t => t.Identifier.Text).Distinct()];
}
