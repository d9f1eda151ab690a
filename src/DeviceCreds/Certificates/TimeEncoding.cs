namespace DeviceCreds;

/// <summary>The form of a certificate's times (RFC 5280, 4.1.2.5): UTCTime until 2049, GeneralizedTime later; UTC, with seconds.</summary>
internal static class TimeEncoding
{
    /// <summary>What is wrong with the form of a certificate's times, in a sentence; null when nothing is.</summary>
    public static string? FindProblem(CertificateFields fields) =>
        FindProblem(fields.RawNotBefore, fields.NotBefore, "notBefore") ?? FindProblem(fields.RawNotAfter, fields.NotAfter, "notAfter");

    static string? FindProblem(byte[] der, DateTime time, string field)
    {
        var isUtc = der[0] == DerCursor.UtcTime;
        var text = System.Text.Encoding.ASCII.GetString(der, 2, der.Length - 2);
        var (type, length) = isUtc ? ("UTCTime", 13) : ("GeneralizedTime", 15);
        if (isUtc != time.Year <= 2049) return $"{field} is in {time.Year} and is written as {type}.";
        var isWhole = text.Length == length && text[^1] == 'Z' && text.AsSpan(0, length - 1).TrimStart("0123456789".AsSpan()).Length == 0;
        return isWhole ? null : $"{field} is written as '{SubjectText.Shorten(text)}', which is not {type} with seconds in UTC.";
    }
}
