namespace DeviceCreds.Tests;

/// <summary>A file system that is soon full: a tmpfs of 256 KiB unless the test wants another, which only root may mount.</summary>
sealed class SmallDisk : IDisposable
{
    readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public static SmallDisk Mount(string size = "256k")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "tmpfs not found");
        var disk = new SmallDisk();
        if (Tool.Try("mount", "-t", "tmpfs", "-o", "size=" + size, "devicecreds-test", disk.Path) is { ExitCode: not 0 } result)
        {
            disk._folder.Dispose();
            Assert.Skip($"mount (as root) not found: {result.Error.Trim()}");
        }

        return disk;
    }

    public void Grow(string size) => Tool.Run("mount", "-o", "remount,size=" + size, Path);

    public void Dispose()
    {
        Tool.Run("umount", "-l", Path);
        _folder.Dispose();
    }
}
