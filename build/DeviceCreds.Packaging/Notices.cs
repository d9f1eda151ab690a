using System.Text;

namespace DeviceCreds.Packaging;

/// <summary>THIRD-PARTY-NOTICES.txt: what is shipped of others, and on what terms.</summary>
static class Notices
{
    const string Mit = """
        Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
        associated documentation files (the "Software"), to deal in the Software without restriction, including
        without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
        copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
        following conditions:

        The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
        LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
        NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
        WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
        SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
        """;

    const string Bsd2 = """
        Redistribution and use in source and binary forms, with or without modification, are permitted provided
        that the following conditions are met:

        1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

        2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and
        the following disclaimer in the documentation and/or other materials provided with the distribution.

        THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED
        WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
        PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR
        ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
        LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
        INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR
        TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF
        ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
        """;

    static readonly Dictionary<string, string> Known = new()
    {
        ["MIT"] = "MIT Licence\n\n" + Mit.ReplaceLineEndings("\n"),
        ["BSD-2-Clause"] = "BSD 2-Clause Licence\n\n" + Bsd2.ReplaceLineEndings("\n"),
    };

    static readonly string Rule = new('-', 80);

    public static string Of(string product, IReadOnlyList<Dependency> dependencies)
    {
        var text = new StringBuilder($"{product} ships the following packages of others, unchanged.\n");
        foreach (var dependency in dependencies)
        {
            text.Append($"\n{Rule}\n{dependency.Id} {dependency.Version}\n");
            if (dependency.Copyright is { Length: > 0 } copyright) text.Append(copyright).Append('\n');
            if (dependency.Project is { Length: > 0 } project) text.Append(project).Append('\n');
            text.Append($"Licence: {dependency.License}\nFiles: {string.Join(", ", dependency.Files.Select(f => f.Path))}\n");
        }

        // Many packages carry the same text: each text once, with all that it stands for.
        var texts = dependencies.SelectMany(d => d.Texts.Select(t => (Text: t.Value, d.Id)))
            .Concat(dependencies.Where(d => Known.ContainsKey(d.License)).Select(d => (Text: Known[d.License], d.Id)))
            .GroupBy(t => t.Text, t => t.Id);
        foreach (var group in texts) text.Append($"\n{Rule}\nOf {string.Join(", ", group.Distinct())}:\n\n{group.Key}\n");
        return text.ToString();
    }
}
