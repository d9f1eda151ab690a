namespace DeviceCreds.Shell.Tests;

public sealed class QuestionTests : IDisposable
{
    const string Mandatory = "param([Parameter(Mandatory)][string]$Name) \"hello $Name\"";
    const string ReadsLine = "$line = $Host.UI.ReadLine(); \"read $line\"";
    const string Confirms = "[CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('the CA')) { 'deleted' } else { 'kept' }";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData(Mandatory)]
    [InlineData(ReadsLine)]
    public void Redirected_input_answers(string text) => Assert.EndsWith("bob\n", shell.RunWith("bob\n", shell.Script(text)).Output);

    [Theory]
    [InlineData("No", "kept")]
    [InlineData("what\ny", "deleted")]
    [InlineData("", "deleted")]
    public void A_confirmation_takes_the_key_the_word_or_the_default(string answer, string outcome) =>
        Assert.EndsWith(outcome + "\n", shell.RunWith(answer + "\n", shell.Script(Confirms), "-Confirm").Output);

    [Fact]
    public void Questions_stay_out_of_redirected_output()
    {
        var run = shell.RunWith("bob\n", shell.Script(Mandatory));

        Assert.Equal("hello bob\n", run.Output);
        Assert.Contains("Name: ", run.Error);
    }

    [Theory]
    [InlineData(Mandatory, "missing mandatory parameters: Name")]
    [InlineData("$ErrorActionPreference = 'Stop'; " + ReadsLine, "and standard input has no")]
    public void Input_at_its_end_is_an_error_not_a_wait(string text, string explanation)
    {
        var run = shell.Run(shell.Script(text));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(explanation, run.Error);
    }

    [Theory]
    [InlineData(Mandatory, "missing mandatory parameters: Name")]
    [InlineData("$ErrorActionPreference = 'Stop'; " + ReadsLine, "-NonInteractive.")]
    public void Non_interactive_makes_a_question_an_error(string text, string explanation)
    {
        var run = shell.RunWith("bob\n", "-NonInteractive", shell.Script(text));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(explanation, run.Error);
    }
}
