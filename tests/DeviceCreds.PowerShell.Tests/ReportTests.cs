namespace DeviceCreds.PowerShell.Tests;

/// <summary>Export-DeviceCertificateReport, and what a build's agent is told.</summary>
public sealed class ReportTests(Engine engine) : IClassFixture<Engine>, IDisposable
{
    const string Setup =
        "$f = $args[0]; $ca = New-CertificateAuthority Root; $other = New-CertificateAuthority Other; $c = 'a', "
            + "'b' | New-BootstrapDeviceCredential -Issuer $ca; ";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r.html", "<!DOCTYPE html>")]
    [InlineData("r.xml", "<testsuites")]
    [InlineData("r.sarif", "\"runs\"")]
    [InlineData("r.csv", "Verdict,")]
    [InlineData("r.md", "All 2 certificates passed.")]
    public void The_ending_chooses_the_format(string name, string content)
    {
        var file = engine.Run(Setup + "$c | Test-DeviceCertificate -Issuer $ca | Export-DeviceCertificateReport \"$f/" + name + "\"",
            _folder.Path).Single;
        Assert.IsType<FileInfo>(file.BaseObject);
        Assert.Contains(content, File.ReadAllText(_folder.File(name)), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_in_the_pipeline_are_files_that_could_not_be_read()
    {
        File.WriteAllText(_folder.File("junk.pem"), "junk");
        _ = engine.Run(
            Setup + "$r = @($c | Test-DeviceCertificate -Issuer $ca) + @(Test-DeviceCertificate \"$f/junk.pem\" 2>&1); "
                + "$r | Export-DeviceCertificateReport \"$f/r.md\" -Title Mine", _folder.Path).Single;
        var text = File.ReadAllText(_folder.File("r.md"));
        Assert.Contains("## Mine\n\n**1 of 3 certificates did not pass.**", text, StringComparison.Ordinal);
        Assert.Contains("| junk.pem | **Readable** ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_is_replaced_only_with_Force()
    {
        File.WriteAllText(_folder.File("r.md"), "precious");
        var result = engine.Run(Setup + "$c | Test-DeviceCertificate | Export-DeviceCertificateReport \"$f/r.md\"", _folder.Path);
        Assert.StartsWith("FileExists,", result.Error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(_folder.File("r.md")));
        _ = engine.Run(Setup + "$c | Test-DeviceCertificate | Export-DeviceCertificateReport \"$f/r.md\" -Force", _folder.Path).Single;
        Assert.DoesNotContain("precious", File.ReadAllText(_folder.File("r.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_and_a_pipeline_that_breaks_leave_nothing()
    {
        Assert.Empty(
            engine.Run(Setup + "$c | Test-DeviceCertificate | Export-DeviceCertificateReport \"$f/r.html\" -WhatIf", _folder.Path).Output);
        Assert.True(
            engine.Run(
                Setup + "$c | Test-DeviceCertificate | ForEach-Object { $_; "
                    + "throw 'broken' } | Export-DeviceCertificateReport \"$f/r.html\"", _folder.Path).Terminated);
        Assert.Empty(
            Directory.EnumerateFileSystemEntries(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }));
    }

    [Fact]
    public void A_format_that_there_is_not_is_answered_with_those_that_there_are()
    {
        var error = engine.Run(Setup + "$c | Test-DeviceCertificate | Export-DeviceCertificateReport \"$f/r\" -Format Pdf",
            _folder.Path).Error;
        Assert.StartsWith("FormatUnknown,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    /// <summary>What goes to the host beside the objects: the line's text.</summary>
    string[] Printed(string script, out int objects)
    {
        using var shell = engine.Create(Setup + script, _folder.Path);
        objects = shell.Invoke().Count;
        // How far it is, it says as well when it takes longer than a second.
        return [.. shell.Streams.Information.Select(i => i.MessageData.ToString()!)
            .Where(l => !l.StartsWith("##vso[task.setprogress ", StringComparison.Ordinal))];
    }

    [Fact]
    public void Outside_of_an_agent_nothing_is_printed() => Assert.Empty(Printed("$c | Test-DeviceCertificate -Issuer $other", out _));

    [Fact]
    public void An_agent_is_told_of_each_check_that_failed_and_the_objects_stay_as_they_are()
    {
        var printed = Printed("$c | Test-DeviceCertificate -Issuer $other -LogFormat AzureDevOps", out var objects);
        Assert.Equal(2, objects);
        Assert.Equal(2, printed.Length);
        Assert.All(printed, l => Assert.StartsWith("##vso[task.logissue type=error;code=TrustedIssuer;]", l, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'', 'ok' | New-BootstrapDeviceCredential -Issuer $ca", 1, "EndpointNameEmpty")]
    [InlineData("$c | Export-DeviceCredential \"$f/out\"; $c[0] | Export-DeviceCredential \"$f/out\"", 2, "FileExists")]
    [InlineData("Test-DeviceCertificate \"$f/none.pem\"", 0, "FileNotFound")]
    public void An_agent_is_told_of_each_error(string script, int count, string id)
    {
        var printed = Printed("$PSDefaultParameterValues = @{ '*:LogFormat' = 'AzureDevOps' }; " + script, out var objects);
        Assert.Equal(count, objects);
        Assert.Contains($"code={id};]", Assert.Single(printed), StringComparison.Ordinal);
    }
}
