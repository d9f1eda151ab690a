using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-SerialPort</c> with the ports that this computer has.</summary>
public sealed class SerialPortCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        // ACM also finds /dev/ttyACM0.
        return DeviceAddress.SerialPorts().Where(p => p.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
            .Select(p => new CompletionResult(p));
    }
}
