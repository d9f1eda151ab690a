using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceCreds.Architecture.Tests;

/// <summary>A symbol of one folder, used in another.</summary>
/// <param name="From">The folder that uses it.</param>
/// <param name="To">The folder that declares it.</param>
/// <param name="Text">For people: both files and the symbol.</param>
sealed record FolderUse(string From, string To, string Text)
{
    /// <summary>Every use across two folders of a project.</summary>
    public static IEnumerable<FolderUse> Find(SourceProject project)
    {
        foreach (var tree in project.Trees)
        {
            var model = project.Compilation.GetSemanticModel(tree);
            var from = project.FolderOf(tree.FilePath)!;
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (Declared(model.GetSymbolInfo(name).Symbol) is not { } symbol) continue;
                foreach (var declaration in symbol.DeclaringSyntaxReferences)
                {
                    var file = declaration.SyntaxTree.FilePath;
                    if (project.FolderOf(file) is { } to && to != from)
                        yield return new FolderUse(from, to,
                            $"{Repository.Relative(tree.FilePath)} uses {symbol.Name} of {Repository.Relative(file)}");
                }
            }
        }
    }

    static ISymbol? Declared(ISymbol? symbol) => symbol switch
    {
        null or INamespaceSymbol => null,
        IMethodSymbol { ReducedFrom: { } extension } => extension.OriginalDefinition,
        _ => symbol.OriginalDefinition,
    };
}
