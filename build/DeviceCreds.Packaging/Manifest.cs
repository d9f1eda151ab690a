using System.Collections;
using System.Management.Automation.Language;
using System.Text;

namespace DeviceCreds.Packaging;

/// <summary>What a module's manifest says.</summary>
sealed record Manifest(string Name, Hashtable Values)
{
    public string Version => Text("ModuleVersion");

    public Hashtable Gallery => (Hashtable)((Hashtable)Values["PrivateData"]!)["PSData"]!;

    public string Text(string key) => (string)Values[key]!;

    public IEnumerable<string> List(string key) => ((IEnumerable)Values[key]!).Cast<string>();

    public static Manifest Read(byte[] file)
    {
        var script = Parser.ParseInput(Encoding.UTF8.GetString(file), out _, out var errors);
        if (errors.Length > 0) throw new InvalidDataException($"The module's manifest: {errors[0].Message}");
        var table = script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false) ?? throw new InvalidDataException("The module's manifest holds no table.");
        return new("DeviceCreds", (Hashtable)table.SafeGetValue());
    }
}
