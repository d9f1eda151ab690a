using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeviceCreds.Architecture.Tests;

/// <summary>What hides secrets in a message leaves the product's own sentences as they are.</summary>
public sealed class MessageTests
{
    public static TheoryData<string> Sources => ["DeviceCreds", "DeviceCreds.KeyVault", "DeviceCreds.PowerShell"];

    // What may stand in a sentence in place of an expression.
    static readonly string[] Values = ["device", "Import-DeviceKey", "12", "devices/meter-1.pem", "'name'"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_part_of_a_sentence_is_hidden(string project)
    {
        var sentences = Repository.Files(Repository.Path("src", project), "*.cs").SelectMany(Sentences).ToList();
        Assert.True(sentences.Count > 3, $"{sentences.Count} sentences");
        Wrong.None(from sentence in sentences
                   from value in Values
                   let text = TextOf(sentence, value)
                   where MessageText.HoldsSecret(text)
                   select $"{Repository.Relative(sentence.SyntaxTree.FilePath)}: {text} -> {MessageText.Message(text)}");
    }

    // Texts that are added are one sentence.
    static IEnumerable<ExpressionSyntax> Sentences(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file).GetCompilationUnitRoot().DescendantNodes()
            .OfType<ExpressionSyntax>()
            .Where(e => IsText(e) && !(e.Parent is BinaryExpressionSyntax sum && IsText(sum)) && HasWords(TextOf(e, "")));

    static bool IsText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax sum => sum.IsKind(SyntaxKind.AddExpression) && (IsText(sum.Left) || IsText(sum.Right)),
        _ => false,
    };

    // What is in angle brackets is HTML.
    static bool HasWords(string text) => text.Count(c => c == ' ') >= 3 && text[0] != '<';

    static string TextOf(ExpressionSyntax expression, string value) => expression switch
    {
        LiteralExpressionSyntax literal when IsText(literal) => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax text => string.Concat(text.Contents.Select(
            c => c is InterpolatedStringTextSyntax part ? part.TextToken.ValueText : value)),
        BinaryExpressionSyntax sum when IsText(sum) => TextOf(sum.Left, value) + TextOf(sum.Right, value),
        _ => value,
    };
}
