using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The folder that a device's files go to, named after its endpoint name.</summary>
public class FolderNameTests
{
    [Theory]
    [InlineData("device-0001", "device-0001")]
    [InlineData("A_b.c-1", "A_b.c-1")]
    [InlineData("a b", "a%20b")]
    [InlineData("a%20b", "a%2520b")]
    [InlineData("../..", "..%2F.%2E")]
    [InlineData(".", "%2E")]
    [InlineData("..", "%2E%2E")]
    [InlineData("...", "..%2E")]
    [InlineData("a.", "a%2E")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("CON", "%43ON")]
    [InlineData("nul.txt", "%6Eul.txt")]
    [InlineData("Com1.tar.gz", "%43om1.tar.gz")]
    [InlineData("console", "console")]
    [InlineData("C:\\x", "C%3A%5Cx")]
    [InlineData("Gerät", "Ger%C3%A4t")]
    public void Special_names_are_percent_encoded(string endpointName, string folder) =>
    Assert.Equal(folder, FileNames.FolderFor(endpointName));

    [Fact]
    public void No_name_leaves_its_folder_or_is_special_anywhere() => Given.EndpointName.Sample(name =>
    {
        var folder = FileNames.FolderFor(name);
        Assert.Matches("^[A-Za-z0-9._%~-]{1,255}$", folder);
        Assert.Equal(Path.GetFullPath("/root"), Path.GetDirectoryName(Path.GetFullPath("/root/" + folder)));
        Assert.False(folder is "." or ".." || folder.EndsWith('.'), folder);
        Assert.DoesNotMatch(@"(?i)^(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)", folder);
    }, iter: 2000);

    [Fact]
    public void The_name_can_be_read_back_from_the_folder_so_that_no_two_share_one() => Given.EndpointName.Sample(name =>
    {
        var folder = FileNames.FolderFor(name);
        if (!folder.Contains('~')) Assert.Equal(name, Uri.UnescapeDataString(folder));
    }, iter: 2000);

    [Fact]
    public void Names_that_are_too_long_for_a_folder_are_cut_and_told_apart_by_a_digest()
    {
        var names = Enumerable.Range(0, 100).Select(i => string.Concat(Enumerable.Repeat("漢", 62)) + $"{i:00}").ToList();
        var folders = names.Select(FileNames.FolderFor).ToList();
        Assert.Equal(100, folders.Distinct().Count());
        Assert.All(folders, f => Assert.Matches(new Regex("^[A-Z0-9%]{200}~[0-9A-F]{32}$"), f));
    }
}
