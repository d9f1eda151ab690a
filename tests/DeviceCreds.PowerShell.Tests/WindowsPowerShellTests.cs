using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>
/// What can be said, without Windows, of the build that Windows PowerShell loads on .NET Framework: whether each assembly
/// finds those that it refers to, and in them what it takes from them.
/// </summary>
public sealed class WindowsPowerShellTests : IDisposable
{
    // PowerShell's own, and what .NET Framework has from 4.7.2 on, which the manifest asks for.
    static readonly string[] Given = ["netstandard 2.0.0.0", "mscorlib 4.0.0.0", "System 4.0.0.0", "System.Core 4.0.0.0",
        "System.Security 4.0.0.0", "System.Management.Automation 3.0.0.0"];

    static readonly string Folder = Path.Combine(Path.GetDirectoryName(Engine.Manifest)!, "bin", "netstandard2.0");

    // What a library refers to for a part that is not used here, so that it is never loaded (docs/decisions/0009-qr-codes.md).
    static readonly HashSet<string> Unused = ["QRCoder System.Drawing.Common", "QRCoder System.Text.Encoding.CodePages"];

    readonly Dictionary<string, Image> _images = Directory.EnumerateFiles(Folder, "*.dll", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => new Image(f));

    public static TheoryData<string> Assemblies =>
        [.. Directory.EnumerateFiles(Folder, "*.dll", SearchOption.AllDirectories)
            .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        foreach (var image in _images.Values) image.Dispose();
    }

    /// <summary>
    /// There are no contexts and no redirects: an assembly is found in the version that a reference names, or not at all.
    /// </summary>
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Each_reference_names_the_version_that_is_shipped(string name)
    {
        // What Key Vault's part does not find is asked of the module itself, which takes the version that is shipped.
        var wrong = from reference in _images[name].References
                    let shipped = _images.GetValueOrDefault(reference.Name)
                    where !Unused.Contains($"{name} {reference.Name}")
                    where shipped is null
                        ? !Given.Contains($"{reference.Name} {reference.Version}")
                        : shipped.Version != reference.Version && !_images[name].IsOptional
                    select $"{reference.Name} {reference.Version}; shipped is {shipped?.Version.ToString() ?? "none"}";
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Each_type_that_it_takes_from_another_is_there(string name) =>
        Assert.Empty(
            _images[name].TypesOfOthers.Where(t => _images.TryGetValue(t.Assembly, out var other) && !other.Has(t.Type))
                .Select(t => $"{t.Type} of {t.Assembly}"));

    /// <summary>Some packages have files for netstandard2.0 that compile, and throw whatever they are asked.</summary>
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void It_does_more_than_say_that_the_platform_is_not_supported(string name) =>
    Assert.InRange(_images[name].PartThatThrowsPlatformNotSupported, 0, 0.1);

    sealed class Image : IDisposable
    {
        readonly PEReader _file;
        readonly MetadataReader _metadata;
        readonly HashSet<string> _types;

        public Image(string path)
        {
            _file = new PEReader(File.OpenRead(path));
            _metadata = _file.GetMetadataReader();
            IsOptional = Path.GetFileName(Path.GetDirectoryName(path)) == "KeyVault";
            _types = [
                .. _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition).Where(t => !t.IsNested)
                    .Select(t => Name(t.Namespace, t.Name)),
                .. _metadata.ExportedTypes.Select(_metadata.GetExportedType).Select(t => Name(t.Namespace, t.Name))];
        }

        public bool IsOptional { get; }

        public Version Version => _metadata.GetAssemblyDefinition().Version;

        public IEnumerable<(string Name, Version Version)> References =>
            _metadata.AssemblyReferences.Select(_metadata.GetAssemblyReference).Select(r => (_metadata.GetString(r.Name), r.Version));

        public IEnumerable<(string Assembly, string Type)> TypesOfOthers =>
            from type in _metadata.TypeReferences.Select(_metadata.GetTypeReference)
            where type.ResolutionScope.Kind == HandleKind.AssemblyReference
            select (_metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                Name(type.Namespace, type.Name));

        /// <summary>Of its methods, the part whose body is "throw new PlatformNotSupportedException(...)" and nothing else.</summary>
        public double PartThatThrowsPlatformNotSupported
        {
            get
            {
                var constructors = _metadata.MemberReferences.Where(IsConstructorOfPlatformNotSupported)
                    .Select(h => MetadataTokens.GetToken(h)).ToHashSet();
                var bodies = _metadata.MethodDefinitions.Select(h => _metadata.GetMethodDefinition(h).RelativeVirtualAddress)
                    .Where(a => a != 0).Select(a => _file.GetMethodBody(a).GetILBytes()!).ToList();
                return bodies.Count(b => Throws(b, constructors)) / Math.Max(1.0, bodies.Count);
            }
        }

        public bool Has(string type) => _types.Contains(type);

        public void Dispose() => _file.Dispose();

        string Name(StringHandle space, StringHandle name) => $"{_metadata.GetString(space)}.{_metadata.GetString(name)}";

        bool IsConstructorOfPlatformNotSupported(MemberReferenceHandle handle) =>
            _metadata.GetMemberReference(handle) is var member && _metadata.GetString(member.Name) == ".ctor"
                && member.Parent.Kind == HandleKind.TypeReference
            && _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == nameof(
                PlatformNotSupportedException);

        // A text may be fetched first: call, newobj, throw.
        static bool Throws(byte[] body, HashSet<int> constructors)
        {
            const byte newObject = 0x73, @throw = 0x7A;
            return body.Length is >= 6 and <= 16 && body[^1] == @throw && body[^6] == newObject
                && constructors.Contains(BitConverter.ToInt32(body, body.Length - 5));
        }
    }
}
