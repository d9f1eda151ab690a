using System.Runtime.InteropServices;

namespace DeviceCreds.Tests;

/// <summary>Which folders below a path are read, and what becomes of those that cannot be.</summary>
public sealed class FolderReadingTests : IDisposable
{
    const int Nobody = 65534;

    readonly TempFolder _folder = new();

    public FolderReadingTests()
    {
        foreach (var name in new[] { "a", "a-1", "a/below", "b", "c" })
        {
            Directory.CreateDirectory(_folder.File(name));
            var (plain, leaf) = (name.Replace('/', '-'), name + "/BootstrapDeviceCert.pem");
            _folder.Write(leaf, Delivery.Issue(CredentialKind.Bootstrap, plain).CertificatePem);
        }
    }

    public void Dispose() => _folder.Dispose();

    string[] Read(string path, List<InputException> errors) =>
        [.. CredentialImporter.Group(path, errors.Add).Select(g => CredentialImporter.Read(g).Single().EndpointName)];

    [Fact]
    public void Links_to_folders_are_not_followed_and_each_device_is_read_once()
    {
        Directory.CreateSymbolicLink(_folder.File("all"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("a/up"), _folder.File("a"));
        Directory.CreateSymbolicLink(_folder.File("d"), _folder.File("b"));
        Directory.CreateSymbolicLink(_folder.File("e"), _folder.File("nowhere"));
        List<InputException> errors = [];
        Assert.Equal(["a", "a-1", "a-below", "b", "c"], Read(_folder.Path, errors));
        Assert.Empty(errors);
    }

#if !NETSTANDARD_BUILD
    [Fact]
    public void A_link_to_another_place_is_followed_once()
    {
        using var delivery = new TempFolder();
        foreach (var name in new[] { "1", "2" }) Directory.CreateSymbolicLink(delivery.File(name), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("c/back"), delivery.Path);
        Assert.Equal(["a", "a-1", "a-below", "b", "c"], Read(delivery.Path, []).Order(StringComparer.Ordinal));
    }
#endif

    [Fact]
    public void A_link_that_is_the_path_itself_is_followed()
    {
        using var other = new TempFolder();
        Directory.CreateSymbolicLink(other.File("link"), _folder.Path);
        Assert.Equal(["a", "a-1", "a-below", "b", "c"], Read(other.File("link"), []));
    }

    [Fact]
    public void A_folder_that_goes_away_meanwhile_is_one_error_and_the_others_are_read()
    {
        List<InputException> errors = [];
        var names = new List<string>();
        foreach (var group in CredentialImporter.Group(_folder.Path, errors.Add))
        {
            if (names.Count == 0) Directory.Delete(_folder.File("b"), recursive: true);
            names.Add(CredentialImporter.Read(group).Single().EndpointName);
        }

        Assert.Equal(["a", "a-1", "a-below", "c"], names);
        Assert.Equal((_folder.File("b"), "FileNotFound"), (Assert.Single(errors).Path, errors[0].ErrorId));
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_one_error_and_the_others_are_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the folder is closed by its mode");
        Modes.Set(_folder.Path, "755");
        Modes.Set(_folder.File("a"), "000");
        List<InputException> errors = [];
        // Root may read everything.
        var me = SetFileUser(Nobody);
        try
        {
            Assert.Equal(["a-1", "b", "c"], Read(_folder.Path, errors));
            Assert.Equal((_folder.File("a"), "FileAccessDenied"), (Assert.Single(errors).Path, errors[0].ErrorId));
            Assert.Equal("FileAccessDenied", Refused.Input(() => CredentialImporter.Group(_folder.Path).ToList()));
        }
        finally
        {
            SetFileUser(me);
            Modes.Set(_folder.File("a"), "700");
        }
    }

    [Fact]
    public void Pem_instead_of_a_path_is_a_file_of_its_own()
    {
        var pem = Delivery.Issue(CredentialKind.Bootstrap, "d").CertificatePem;
        Assert.False(new StoredPlaces().HoldsDevices(pem));
        Assert.Equal(["d"], Read(pem, []));
        Assert.Equal("d", CredentialImporter.Read([new StoredPlaces().Find(pem)]).Single().EndpointName);
    }

    /// <summary>The user that this thread opens files as.</summary>
    [DllImport("libc", EntryPoint = "setfsuid")]
    static extern int SetFileUser(int user);
}
