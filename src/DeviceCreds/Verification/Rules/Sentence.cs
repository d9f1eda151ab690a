using System.Runtime.CompilerServices;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// The interpolated text of a finding, made only where the case wants texts: without them, not even the values in the text are asked for.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Sentence
{
    readonly StringBuilder? _text;

    /// <param name="literalLength">How many characters of the text are fixed.</param>
    /// <param name="formattedCount">How many values are in it; the compiler passes both.</param>
    /// <param name="testCase">The case.</param>
    /// <param name="isWanted">Whether the compiler's code is to append anything.</param>
    public Sentence(int literalLength, int formattedCount, VerificationCase testCase, out bool isWanted)
    {
        isWanted = testCase.WantsTexts;
        _text = isWanted ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(value);

    public override string ToString() => $"{_text}";
}
