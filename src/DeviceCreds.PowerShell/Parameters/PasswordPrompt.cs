using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DeviceCreds.PowerShell;

/// <summary>Asks for a password at a prompt, if possible.</summary>
/// <param name="host">The host that shows the prompt.</param>
sealed class PasswordPrompt(PSHost host)
{
    const int Attempts = 3;

    /// <summary>Asks for an existing password.</summary>
    /// <param name="what">What the password is for.</param>
    /// <returns>The password; null when there is no prompt, or nothing was typed.</returns>
    public SecureString? Ask(string what) => Read($"Password of {what}");

    /// <summary>Asks for a new password twice, since typing is hidden.</summary>
    /// <param name="what">What the password is for.</param>
    /// <exception cref="InputException">There is no prompt, or the two passwords keep differing.</exception>
    public SecureString AskForNew(string what)
    {
        for (var i = 0; i < Attempts; i++)
        {
            if (Read($"New password for {what}") is not { } first || Read("The same password again") is not { } second)
            {
                throw new InputException("PasswordMissing", ErrorKind.Authentication, $"{what} needs a password, and none was given.",
                    "Give -Password (Read-Host -AsSecureString), or -NoPassword to leave the key unencrypted.");
            }

            if (Same(first, second)) return first;
            host.UI.WriteLine("The two passwords differ.");
        }

        throw new InputException("PasswordsDiffer", ErrorKind.Authentication,
            $"the passwords that were typed differ, {Attempts} times.", "Give -Password (Read-Host -AsSecureString).");
    }

    static bool Same(SecureString first, SecureString second) =>
        Secret.Use(first, a => Secret.Use(second, b => a!.AsSpan().SequenceEqual(b)));

    SecureString? Read(string prompt)
    {
        // The console would wait for keys that cannot come.
        if (host.UI is null || (host.Name == "ConsoleHost" && Console.IsInputRedirected)) return null;
        try
        {
            host.UI.Write($"{prompt}: ");
            return host.UI.ReadLineAsSecureString() is { Length: > 0 } password ? password : null;
        }
        // The exceptions of hosts without a terminal.
        catch (Exception e) when (e is HostException or InvalidOperationException or NotImplementedException or NullReferenceException)
        {
            return null;
        }
    }
}
