namespace DeviceCreds.Tests;

/// <summary>A file system that is soon full: a tmpfs of 256 KiB, which only root may mount.</summary>
sealed class SmallDisk : IDisposable
{
    readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public static SmallDisk Mount()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "tmpfs not found");
        var disk = new SmallDisk();
        if (Tool.Try("mount", "-t", "tmpfs", "-o", "size=256k", "devicecreds-test", disk.Path) is { ExitCode: not 0 } result)
        {
            disk._folder.Dispose();
            Assert.Skip($"mount (as root) not found: {result.Error.Trim()}");
        }

        return disk;
    }

    public void Dispose()
    {
        Tool.Run("umount", "-l", Path);
        _folder.Dispose();
    }
}
