namespace DeviceCreds;

/// <summary>A file that is to be written.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="IsSecret">Whether only its owner may read it.</param>
internal sealed record OutputFile(string Name, byte[] Content, bool IsSecret)
{
    /// <summary>A text file ends with a newline.</summary>
    public static OutputFile Text(string name, string text, bool isSecret) =>
        new(name, System.Text.Encoding.ASCII.GetBytes(text.EndsWith("\n", StringComparison.Ordinal) ? text : text + "\n"), isSecret);

    /// <summary>Overwrites a secret's bytes.</summary>
    public void Wipe()
    {
        if (IsSecret) Array.Clear(Content, 0, Content.Length);
    }
}
