namespace DeviceCreds;

/// <summary>Why a certificate may not issue others.</summary>
/// <param name="RuleId">The rule of the catalogue.</param>
/// <param name="ErrorId">The error of issuing.</param>
/// <param name="Text">What is wrong, in a sentence.</param>
/// <param name="Advice">What to do when issuing.</param>
internal sealed record IssuerProblem(string RuleId, string ErrorId, string Text, string Advice)
{
    /// <summary>The error for issuing from it.</summary>
    public IssuanceException ToError() =>
        new(ErrorId, ErrorId == "PathLengthExceeded" ? ErrorKind.Conflict : ErrorKind.InvalidArgument,
            $"{Text.TrimEnd('.')} (rule {RuleId}).", Advice, RuleId);
}
