using System.Globalization;
using System.Text;
using System.Xml;

namespace DeviceCreds;

/// <summary>
/// JUnit's XML: one test suite per certificate, one test case per check. Azure's PublishTestResults lists cases by name and groups
/// them by class, so a case is named after device and rule, and its class is the kind. A warning is a case that passed.
/// </summary>
internal sealed class JUnitReport : IReportFormat
{
    public string Name => "JUnit";

    public string Description => "Test results for Azure's PublishTestResults, Jenkins and GitLab: one test case per check.";

    public IReadOnlyList<string> Endings { get; } = [".xml"];

    public IReportWriter Open(Stream output, ReportOptions options) => new Writer(output, options);

    sealed class Writer : IReportWriter
    {
        readonly XmlWriter _xml;
        readonly string _time;

        public Writer(Stream output, ReportOptions options)
        {
            _time = options.Now.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
            _xml = XmlWriter.Create(output, new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                Indent = true,
                NewLineChars = "\n",
                NewLineHandling = NewLineHandling.Entitize,
                CloseOutput = false,
            });
            _xml.WriteStartElement("testsuites");
            Attribute("name", options.Heading);
        }

        public void Add(ReportEntry entry)
        {
            var failed = entry.Checks.Count(c => c.Outcome == CheckOutcome.Failed);
            _xml.WriteStartElement("testsuite");
            Attribute("name", entry.Name);
            Attribute("tests", Number(entry.Checks.Count));
            Attribute("failures", Number(entry.Verdict == ReportVerdict.Unread ? 0 : failed));
            Attribute("errors", Number(entry.Verdict == ReportVerdict.Unread ? failed : 0));
            Attribute("skipped", Number(entry.Checks.Count(c => c.Outcome == CheckOutcome.Skipped)));
            Attribute("time", "0");
            Attribute("timestamp", _time);
            foreach (var check in entry.Checks) Case(entry, check);
            _xml.WriteEndElement();
        }

        public void Complete(IReadOnlyList<ReportTable> tables)
        {
            _xml.WriteEndElement();
            _xml.Dispose();
        }

        void Case(ReportEntry entry, DeviceCertificateCheck check)
        {
            _xml.WriteStartElement("testcase");
            Attribute("classname", entry.About is { } about ? $"DeviceCreds.{about.Kind}" : "DeviceCreds");
            Attribute("name", $"{entry.Name}: {check.Id}");
            Attribute("time", "0");
            if (entry.Path.Length > 0) Attribute("file", entry.Path);
            switch (check.Outcome)
            {
                case CheckOutcome.Failed:
                    _xml.WriteStartElement(entry.Verdict == ReportVerdict.Unread ? "error" : "failure");
                    Attribute("message", check.Message);
                    Attribute("type", check.Id);
                    Text($"{check.Rule}\n{check.Message}\n{check.Recommendation}\nSource: {check.Source}\n");
                    _xml.WriteEndElement();
                    break;
                case CheckOutcome.Skipped:
                    _xml.WriteStartElement("skipped");
                    Attribute("message", check.Message);
                    _xml.WriteEndElement();
                    break;
                case CheckOutcome.Warning:
                    _xml.WriteStartElement("system-out");
                    Text($"Warning: {check.Message} {check.Recommendation}");
                    _xml.WriteEndElement();
                    break;
            }

            _xml.WriteEndElement();
        }

        void Attribute(string name, string value) => _xml.WriteAttributeString(name, value);

        void Text(string value) => _xml.WriteString(value);

        static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
