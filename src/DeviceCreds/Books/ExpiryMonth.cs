namespace DeviceCreds;

/// <summary>What expires in one month.</summary>
/// <param name="Month">The first day of the month, in UTC.</param>
/// <param name="Certificates">How many valid certificates of devices expire in it.</param>
/// <param name="Authorities">How many valid certificates of CAs expire in it.</param>
public sealed record ExpiryMonth(DateTime Month, long Certificates, long Authorities)
{
    /// <summary>The month and what expires in it.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Month:yyyy-MM}: {Certificates} certificates, {Authorities} CAs");
}
