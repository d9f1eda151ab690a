using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The one place where the library's errors become PowerShell's.</summary>
static class ErrorRecords
{
    public static ErrorRecord From(DeviceCredsException e, object? target)
    {
        var record = new ErrorRecord(e, e.ErrorId, Category(e), ErrorTarget.From(target)) { ErrorDetails = Details(e) };
        // Windows PowerShell shows it below the message.
        record.CategoryInfo.TargetName = MessageText.Message(record.CategoryInfo.TargetName);
        return record;
    }

    // PowerShell 7 shows the recommended action below the message; Windows PowerShell shows only the message.
    static ErrorDetails Details(DeviceCredsException e)
    {
#if NET
        return e.Advice is null ? new ErrorDetails(e.Message) : new ErrorDetails(e.Problem) { RecommendedAction = e.Advice };
#else
        return new ErrorDetails(e.Message) { RecommendedAction = e.Advice ?? "" };
#endif
    }

    static ErrorCategory Category(DeviceCredsException e) => e.Kind switch
    {
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.Conflict => ErrorCategory.InvalidOperation,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.AccessDenied => ErrorCategory.PermissionDenied,
        ErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorKind.Authentication => ErrorCategory.AuthenticationError,
        ErrorKind.LimitExceeded => ErrorCategory.LimitsExceeded,
        ErrorKind.InputOutput => e is InputException ? ErrorCategory.ReadError : ErrorCategory.WriteError,
        ErrorKind.Connection => ErrorCategory.ConnectionError,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        ErrorKind.Protocol => ErrorCategory.ProtocolError,
        ErrorKind.Device => ErrorCategory.DeviceError,
        _ => ErrorCategory.NotSpecified,
    };
}
