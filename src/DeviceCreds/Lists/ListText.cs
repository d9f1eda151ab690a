using System.Text;

namespace DeviceCreds;

/// <summary>The text of a list, and the position in its file.</summary>
sealed class ListText(Stream stream, FileStream file, Encoding encoding)
    : StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, ReadAhead)
{
    // The text is never further behind the file position than this.
    const int ReadAhead = 4096;

    /// <summary>How much of the file has been read, from 0 to 1.</summary>
    public double Progress => file.CanRead ? Math.Min(1, (double)file.Position / file.Length) : 1;
}
