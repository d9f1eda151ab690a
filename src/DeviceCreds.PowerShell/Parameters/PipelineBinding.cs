using System.Diagnostics;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Whether PowerShell is binding an object of the pipeline, or the command line. A transformation is not told, and a value that cannot be
/// converted is an error at once on a command line, while of a row the cmdlet itself says what is wrong, with the row's number. Asked
/// only when there is such an error: it looks at the stack.
/// </summary>
static class PipelineBinding
{
    public static bool IsUnderWay =>
        Array.Exists(new StackTrace().GetFrames(),
            f => f.GetMethod()?.Name is "BindPipelineParameters" or "BindPipelineParametersPrivate" or "BindPipelineParameter");
}
