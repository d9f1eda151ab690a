namespace DeviceCreds.Tests;

/// <summary>Runs what must be refused, and gives the stable name of the refusal.</summary>
static class Refused
{
    public static string Issuance(Action action) => Checked(Assert.Throws<IssuanceException>(action));

    public static string Input(Action action) => Checked(Assert.Throws<InputException>(action));

    public static string Output(Action action) => Checked(Assert.Throws<OutputException>(action));

    static string Checked(DeviceCredsException error)
    {
        // Every message is a sentence that a terminal can show; how long the paths of the temporary folder are is not ours.
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Replace(Path.GetTempPath(), "/tmp/", StringComparison.Ordinal).Length, 10, 600);
        return error.ErrorId;
    }
}
