using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Security;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>What the cmdlets ask of somebody who sits at a prompt, and what they make of the answers.</summary>
public sealed class PasswordPromptTests : IDisposable
{
    const string Export = "param($ca, $path) Export-CertificateAuthority -CertificateAuthority $ca -Path $path";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_password_is_asked_for_twice()
    {
        var host = new TypingHost("correct", "correct");
        Assert.Equal(3, Run(host, Export).Length);
        Assert.Equal(["New password for the private key of the CA 'Typed CA': ", "The same password again: "], host.Prompts);
        Assert.Equal("Typed CA", Import("correct"));
    }

    [Fact]
    public void Two_that_differ_are_asked_for_again()
    {
        var host = new TypingHost("correct", "corect", "correct", "correct");
        Assert.Equal(3, Run(host, Export).Length);
        Assert.Equal(4, host.Prompts.Count);
        Assert.Equal(["The two passwords differ."], host.Lines);
        Assert.Equal("Typed CA", Import("correct"));
    }

    [Fact]
    public void Three_typing_errors_write_nothing()
    {
        var host = new TypingHost("a", "b", "c", "d", "e", "f", "never");
        var error = Assert.ThrowsAny<RuntimeException>(() => Run(host, Export));
        Assert.StartsWith("PasswordsDiffer,", error.ErrorRecord.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("correct", "")]
    public void Nothing_typed_is_no_password(params string[] typed)
    {
        var error = Assert.ThrowsAny<RuntimeException>(() => Run(new TypingHost(typed), Export));
        Assert.StartsWith("PasswordMissing,", error.ErrorRecord.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Each_ca_has_a_password_of_its_own()
    {
        var host = new TypingHost("one", "one", "two", "two");
        Run(host, "param($ca, $path) $ca, $ca | Export-CertificateAuthority -Path { \"$path/$((++$global:n))\" }");
        Assert.Equal(4, host.Prompts.Count);
        Assert.Equal("Typed CA", Import("one", "1"));
        Assert.Equal("Typed CA", Import("two", "2"));
    }

    [Fact]
    public void Nobody_is_asked_where_nothing_is_encrypted_or_written()
    {
        var host = new TypingHost();
        Run(host, Export + " -WhatIf");
        Run(host, Export + " -NoPrivateKey");
        Run(host, Export + " -NoPassword -Force");
        Run(host, "param($ca, $path) (Import-CertificateAuthority -Path $path).Name");
        Assert.Empty(host.Prompts);
    }

    [Fact]
    public void An_encrypted_key_is_asked_for_once_and_named()
    {
        Run(new TypingHost("correct", "correct"), Export);
        var host = new TypingHost("correct");
        Assert.Equal("Typed CA", Run(host, "param($ca, $path) (Import-CertificateAuthority -Path $path).Name").Single().BaseObject);
        Assert.Contains("CA_private.pem", Assert.Single(host.Prompts), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_is_an_error_and_is_not_shown()
    {
        Run(new TypingHost("correct", "correct"), Export);
        var error =
            Assert.ThrowsAny<RuntimeException>(
                () => Run(new TypingHost("wr0ng-horse"), "param($ca, $path) Import-CertificateAuthority -Path $path"));
        Assert.StartsWith("PasswordWrong,", error.ErrorRecord.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-horse", error.ToString(), StringComparison.Ordinal);
    }

    string Import(string password, string name = "") =>
        (string)Run(new TypingHost(password), $"param($ca, $path) (Import-CertificateAuthority -Path \"$path/{name}\").Name")
            .Single().BaseObject;

    PSObject[] Run(TypingHost host, string script)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Engine.Manifest]);
        using var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        var ca = shell.AddScript("New-CertificateAuthority -Name 'Typed CA'").Invoke().Single();
        shell.Commands.Clear();
        shell.AddScript("$ErrorActionPreference = 'Stop'").AddStatement().AddScript(script).AddArgument(ca).AddArgument(_folder.Path);
        return [.. shell.Invoke()];
    }

    /// <summary>Somebody who types these passwords at the prompts; an empty one is a mere Enter.</summary>
    sealed class TypingHost(params string[] typed) : PSHost
    {
        readonly TypingInterface _interface = new(new Queue<string>(typed));

        public List<string> Prompts => _interface.Prompts;

        public List<string> Lines => _interface.Lines;

        public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

        public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

        public override Guid InstanceId { get; } = Guid.NewGuid();

        public override string Name => "Typing";

        public override PSHostUserInterface UI => _interface;

        public override Version Version { get; } = new(1, 0);

        public override void EnterNestedPrompt() => throw new NotSupportedException();

        public override void ExitNestedPrompt() => throw new NotSupportedException();

        public override void NotifyBeginApplication()
        {
        }

        public override void NotifyEndApplication()
        {
        }

        public override void SetShouldExit(int exitCode)
        {
        }
    }

    sealed class TypingInterface(Queue<string> typed) : PSHostUserInterface
    {
        public List<string> Prompts { get; } = [];

        public List<string> Lines { get; } = [];

        public override PSHostRawUserInterface? RawUI => null;

        public override SecureString ReadLineAsSecureString()
        {
            var password = new SecureString();
            foreach (var c in typed.Count > 0 ? typed.Dequeue() : "") password.AppendChar(c);
            return password;
        }

        public override void Write(string value) => Prompts.Add(value);

        public override void WriteLine(string value) => Lines.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        {
        }

        public override void WriteDebugLine(string message)
        {
        }

        public override void WriteErrorLine(string value)
        {
        }

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override void WriteVerboseLine(string message)
        {
        }

        public override void WriteWarningLine(string message)
        {
        }

        public override string ReadLine() => throw new NotSupportedException();

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
            PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();
    }
}
