using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceCreds.Architecture.Tests;

/// <summary>The sources of a project, compiled for one framework: which symbol is declared and used in which file.</summary>
sealed class SourceProject
{
    static readonly string[] Net = ["NET", "NET5_0_OR_GREATER", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER", "NET8_0_OR_GREATER", "NET8_0"];

    readonly string _root;

    /// <param name="name">The project's folder below src.</param>
    /// <param name="isNet">Whether what stands under #if NET counts, or what stands under its #else.</param>
    /// <param name="lower">The projects that it refers to.</param>
    public SourceProject(string name, bool isNet, params SourceProject[] lower)
    {
        _root = Repository.Path("src", name);
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse, preprocessorSymbols: isNet ? Net : []);
        Trees = [.. Repository.Files(_root, "*.cs").Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), options, f))];
        var usings =
            "System;System.Collections.Generic;System.IO;System.Linq;System.Net.Http;System.Threading;System.Threading.Tasks".Split(';');
        var globals = CSharpSyntaxTree.ParseText(string.Concat(usings.Select(u => $"global using {u};\n")), options);
        Compilation = CSharpCompilation.Create(
            name,
            [.. lower.SelectMany(l => l.Compilation.SyntaxTrees), .. Trees, .. lower.Length == 0 ? new[] { globals } : []],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator)
                .Where(a => !System.IO.Path.GetFileName(a).StartsWith("DeviceCreds", StringComparison.Ordinal))
                .Select(a => MetadataReference.CreateFromFile(a)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    public ImmutableArray<SyntaxTree> Trees { get; }

    public CSharpCompilation Compilation { get; }

    /// <summary>The folder of a file, relative to the project, with slashes; null when the file is another project's.</summary>
    public string? FolderOf(string file) => file.StartsWith(_root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? System.IO.Path.GetRelativePath(_root, System.IO.Path.GetDirectoryName(file)!).Replace('\\', '/')
        : null;

    /// <summary>The folders that hold sources.</summary>
    public IEnumerable<string> Folders => Trees.Select(t => FolderOf(t.FilePath)!).Distinct().Order(StringComparer.Ordinal);
}
