using DeviceCreds.Fuzz;


namespace DeviceCreds.Tests;

public class InputFileTests
{
    static (string, ErrorKind) Refusal(string path)
    {
        var error = Assert.Throws<InputException>(() => InputFile.Read(path));
        Assert.Equal(path, error.Path);
        return (error.ErrorId, error.Kind);
    }

    [Fact]
    public void A_file_is_read_whole()
    {
        using var folder = new TempFolder();
        var file = InputFile.Read(folder.Write("a", [1, 2, 3]));
        Assert.Equal([1, 2, 3], file.Bytes);
        Assert.Equal(folder.File("a"), file.Path);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_file_of_any_size_is_read_whole(int size)
    {
        using var folder = new TempFolder();
        var content = new byte[size];
        new Random(size).NextBytes(content);
        Assert.Equal(content, InputFile.Read(folder.Write("a", content)).Bytes);
    }

    [Fact]
    public void A_path_is_not_read_up_to_a_null_character()
    {
        using var folder = new TempFolder();
        var path = folder.Write("a", [1, 2, 3]) + "\0b";
        Assert.Equal("FileUnreadable", Assert.Throws<InputException>(() => InputFile.Read(path)).ErrorId);
    }

    [Fact]
    public void A_file_of_the_kernel_which_has_no_length_is_read_whole()
    {
        Assert.SkipUnless(File.Exists("/proc/self/mountinfo"), "this system has no /proc");
        Assert.Equal(File.ReadAllText("/proc/self/mountinfo"), InputFile.Read("/proc/self/mountinfo").Text);
    }

    [Fact]
    public void What_is_not_there_or_no_file_or_empty_is_named()
    {
        using var folder = new TempFolder();
        Assert.Equal(("FileNotFound", ErrorKind.NotFound), Refusal(folder.File("missing")));
        Assert.Equal(("FileNotFound", ErrorKind.NotFound), Refusal(folder.File("missing/missing")));
        Assert.Equal(("PathIsFolder", ErrorKind.InvalidArgument), Refusal(folder.Path));
        Assert.Equal(("FileEmpty", ErrorKind.InvalidData), Refusal(folder.Write("empty", [])));
        Assert.Equal(("FileUnreadable", ErrorKind.InputOutput), Refusal(""));
    }

    [Fact]
    public void A_file_of_a_gibibyte_is_refused_at_once()
    {
        using var folder = new TempFolder();
        using (var sparse = File.Create(folder.File("sparse"))) sparse.SetLength(1L << 30);
        var time = ThreadClock.StartNew();
        Assert.Equal(("FileTooLarge", ErrorKind.LimitExceeded), Refusal(folder.File("sparse")));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(2), $"took {time.Elapsed}");
    }

    [Fact]
    public void A_device_that_never_ends_and_a_pipe_that_nobody_writes_to_are_not_opened()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "this system has no /dev/zero");
        Assert.Equal(("FileNotRegular", ErrorKind.InvalidArgument), Refusal("/dev/zero"));
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "mkfifo pipe; ln -s pipe link; ln -s /dev/zero device; ln -s file to-file; echo x > file", "mkfifo");
        foreach (var name in new[] { "pipe", "link", "device" }) Assert.Equal(("FileNotRegular", ErrorKind.InvalidArgument),
            Refusal(folder.File(name)));
        Assert.Equal("x\n", InputFile.Read(folder.File("to-file")).Text);
    }

    [Fact]
    public void A_file_of_exactly_the_limit_is_read()
    {
        using var folder = new TempFolder();
        using (var sparse = File.Create(folder.File("sparse"))) sparse.SetLength(InputFile.MaximumBytes);
        Assert.Equal(InputFile.MaximumBytes, InputFile.Read(folder.File("sparse")).Bytes.Length);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named()
    {
        using var folder = new TempFolder();
        var path = folder.Write("secret", "x");
        Modes.Set(path, "0");
        // Root may read everything but what the kernel itself guards.
        if (CanRead(path)) path = Directory.Exists("/sys/bus")
            ? Directory.EnumerateDirectories("/sys/bus").Select(d => Path.Combine(d, "uevent")).FirstOrDefault(
            f => File.Exists(f) && !CanRead(f)) ?? path : path;
        Assert.SkipWhen(CanRead(path), "this account may read everything");
        Assert.Equal(("FileAccessDenied", ErrorKind.AccessDenied), Refusal(path));
    }

    static bool CanRead(string path)
    {
        try
        {
            File.OpenRead(path).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
