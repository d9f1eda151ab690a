using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DeviceCreds.Docs.Tests;

/// <summary>The help that Get-Help shows, as it lies in the module.</summary>
static partial class Maml
{
    public static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    public static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    public static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    static readonly Lazy<Dictionary<string, XElement>> Commands = new(() =>
        XDocument.Parse(
            Repository.Read(
                Repository.File("src", "DeviceCreds.PowerShell", "Module", "en-US", "DeviceCreds.PowerShell.dll-Help.xml"))).Root!
            .Elements(Command + "command").ToDictionary(c => c.Element(Command + "details")!.Element(Command + "name")!.Value));

    public static IEnumerable<string> Names => Commands.Value.Keys.Order(StringComparer.Ordinal);

    public static XElement Of(string cmdlet) => Commands.Value[cmdlet];

    /// <summary>The full description of each parameter; the syntax above it only names them.</summary>
    public static Dictionary<string, string> Parameters(string cmdlet) =>
        Of(cmdlet).Element(Command + "parameters")!.Elements(Command + "parameter").ToDictionary(p => p.Element(Text + "name")!.Value,
            p => Words(p.Element(Text + "description")));

    public static IEnumerable<XElement> Examples(string cmdlet) => Of(cmdlet).Element(Command + "examples")!.Elements(Command + "example");

    /// <summary>What an element says, with single spaces between the words.</summary>
    public static string Words(XElement? element) =>
        element is null ? "" : Words(string.Join(" ", element.DescendantNodes().OfType<XText>().Select(t => t.Value)));

    public static string Words(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"[\s\u00A0]+")]
    private static partial Regex Spaces();
}
