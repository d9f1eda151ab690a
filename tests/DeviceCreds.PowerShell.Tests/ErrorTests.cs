using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>Every sort of error: its id and category, whether it ends the pipeline, and what it is about.</summary>
public sealed class ErrorTests : IClassFixture<Engine>, IDisposable
{
    const string Issue = "New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority Root)";

    readonly Engine _engine;
    readonly TempFolder _folder = new();

    public ErrorTests(Engine engine)
    {
        _engine = engine;
        File.WriteAllText(_folder.File("text.txt"), "nothing to see");
        File.WriteAllText(_folder.File("empty.pem"), "");
        using (var large = File.Create(_folder.File("large.pem"))) large.SetLength(17 << 20);
        Assert.Empty(
            engine.Run(
                "$f = $args[0]; $null = New-DeviceKey | Export-DeviceKey $f/key.pem; "
                    + "$null = New-CertificateAuthority Root | Export-CertificateAuthority $f/ca -NoPassword", _folder.Path).Errors);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Script, id, category. In the script, $f is a folder of the test's own.</summary>
    public static TheoryData<string, string, ErrorCategory> OfARow => new()
    {
        { "Get-DeviceCertificate $f/none.pem", "FileNotFound", ErrorCategory.ObjectNotFound },
        { "Get-DeviceCertificate $f/none*.pem", "FileNotFound", ErrorCategory.ObjectNotFound },
        { "Get-DeviceCertificate -LiteralPath $f/none", "FileNotFound", ErrorCategory.ObjectNotFound },
        { "Get-DeviceCertificate $f", "PathIsFolder", ErrorCategory.InvalidArgument },
        { "Get-DeviceCertificate env:PATH", "PathNotInFileSystem", ErrorCategory.InvalidArgument },
        { "Get-DeviceCertificate nodrive:/x", "PathInvalid", ErrorCategory.InvalidArgument },
        { "Get-DeviceCertificate $f/text.txt", "CertificateNotRecognised", ErrorCategory.InvalidData },
        { "Get-DeviceCertificate $f/empty.pem", "FileEmpty", ErrorCategory.InvalidData },
        { "Get-DeviceCertificate $f/key.pem", "CertificateNotFound", ErrorCategory.InvalidData },
        { "Get-DeviceCertificate $f/large.pem", "FileTooLarge", ErrorCategory.LimitsExceeded },
        { "Test-DeviceCertificate $f/text.txt", "CertificateNotRecognised", ErrorCategory.InvalidData },
        { "Import-DeviceKey $f/ca/CA_cert.pem", "KeyNotFound", ErrorCategory.InvalidData },
        { "Import-DeviceCertificateRequest $f/key.pem", "RequestNotFound", ErrorCategory.InvalidData },
        { "Import-DeviceCredential $f/key.pem", "CredentialNotFound", ErrorCategory.InvalidData },
        { "Import-CertificateAuthority $f/ca/CA_cert.pem $f/key.pem", "KeyMismatch", ErrorCategory.InvalidOperation },
        { "New-DeviceKey | Export-DeviceKey $f/key.pem", "FileExists", ErrorCategory.ResourceExists },
        { "New-DeviceKey | Export-DeviceKey $f/ca", "FileIsFolder", ErrorCategory.ResourceExists },
        { "New-CertificateAuthority Root | Export-CertificateAuthority $f/ca -NoPassword", "FileExists", ErrorCategory.ResourceExists },
        { "New-CertificateAuthority ''", "NameEmpty", ErrorCategory.InvalidArgument },
        { "New-CertificateAuthority R -PathLength -1", "PathLengthNegative", ErrorCategory.InvalidArgument },
        { "New-CertificateAuthority R -ValidYears 9000", "ValidityTooLong", ErrorCategory.InvalidArgument },
        { "New-CertificateChain Root, root", "NameDuplicate", ErrorCategory.InvalidOperation },
        { "(New-CertificateAuthority A), (New-CertificateAuthority B) | New-CertificateChain", "ChainSeveralLeaves",
        ErrorCategory.InvalidData },
        { "New-DeviceCertificateRequest ''", "EndpointNameEmpty", ErrorCategory.InvalidArgument },
        { "New-Lwm2mDeviceCredential d -Issuer (New-CertificateAuthority R) -AccountId a -ServerUri 'coaps://x?aid=b'",
        "AccountIdAmbiguous", ErrorCategory.InvalidArgument },
        { "New-Lwm2mDeviceCredential d -Issuer (New-CertificateAuthority R) -ServerUri 'coaps://x?aid=b&x=1'",
        "ServerUriAccountIdNotLast", ErrorCategory.InvalidArgument },
        { "New-DeviceCertificateRequest d | New-BootstrapDeviceCredential -EndpointName e -Issuer (New-CertificateAuthority R)",
        "RequestNameDiffers", ErrorCategory.InvalidOperation },
        { "$ca = New-CertificateAuthority R -Key ($k = New-DeviceKey); New-BootstrapDeviceCredential d -Key $k -Issuer $ca",
        "KeyOfAuthority", ErrorCategory.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(OfARow))]
    public void An_error_of_a_row_lets_the_others_go_on(string script, string id, ErrorCategory category)
    {
        var result = _engine.Run("$f = $args[0]; " + script + "; 'after'", _folder.Path);
        Assert.False(result.Terminated);
        Assert.Equal("after", Assert.Single(result.Output).ToString());
        AssertIs(Assert.Single(result.Errors), id, category);
    }

    /// <summary>What makes every row senseless ends the cmdlet before the first.</summary>
    public static TheoryData<string, string, ErrorCategory> OfTheCmdlet => new()
    {
        { Issue + " -ValidYears 10", "ValidityTooShort", ErrorCategory.InvalidArgument },
        { Issue + " -ValidYears 36", "ValidityOutlivesIssuer", ErrorCategory.InvalidOperation },
        { Issue + " -ValidYears 20 -NoExpiration", "ValidityAmbiguous", ErrorCategory.InvalidArgument },
        { "New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority R -ValidYears 9)", "IssuerExpiresTooSoon",
        ErrorCategory.InvalidOperation },
        { "New-BootstrapDeviceCredential d -Issuer (Import-CertificateAuthority $f/ca/CA_cert.pem)", "IssuerWithoutKey",
        ErrorCategory.InvalidArgument },
        { Issue + " | Export-DeviceCredential $f -Format Pemm", "FormatUnknown", ErrorCategory.InvalidArgument },
        { Issue + " | Export-DeviceCredential $f -Format Pem, Pfx", "PasswordMissing", ErrorCategory.AuthenticationError },
        { Issue + " | Export-DeviceCredential env:x", "PathNotInFileSystem", ErrorCategory.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(OfTheCmdlet))]
    public void An_error_of_the_cmdlet_ends_it(string script, string id, ErrorCategory category)
    {
        var result = _engine.Run($"$f = $args[0]; try {{ {script} }} catch {{ $_ }}", _folder.Path);
        Assert.Empty(result.Errors);
        AssertIs((ErrorRecord)Assert.Single(result.Output).BaseObject, id, category);
    }

    static void AssertIs(ErrorRecord error, string id, ErrorCategory category)
    {
        Assert.StartsWith(id + ",DeviceCreds.PowerShell.Cmdlets.", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.Matches(@"^\S.*\.$", error.ErrorDetails.Message);
        // The exception's message is the whole story, for who looks at nothing else.
        Assert.StartsWith(error.ErrorDetails.Message, error.Exception.Message);
        Assert.EndsWith(error.ErrorDetails.RecommendedAction, error.Exception.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_read_error()
    {
        // The first page of a process is nobody's: reading there fails, whoever asks.
        Assert.SkipUnless(File.Exists("/proc/self/mem"), "this system has no /proc/self/mem");
        var error = _engine.Run("Get-DeviceCertificate /proc/self/mem").Error;
        Assert.StartsWith("FileUnreadable,", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ReadError, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_disk_without_room_is_a_write_error_and_leaves_nothing()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "this system has no /proc");
        var error = _engine.Run("New-DeviceKey | Export-DeviceKey /proc/self/key.pem").Error;
        Assert.Contains(error.CategoryInfo.Category, new[] { ErrorCategory.WriteError, ErrorCategory.PermissionDenied });
    }

    [Fact]
    public void ErrorAction_Stop_stops_at_the_bad_row()
    {
        var result = _engine.Run("'a', '', 'b' | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority R) -ErrorAction Stop");
        Assert.True(result.Terminated);
        Assert.Equal(["a"], result.All<string>("EndpointName"));
        Assert.StartsWith("EndpointNameEmpty,", Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void ErrorVariable_gets_what_SilentlyContinue_hides()
    {
        var result =
            _engine.Run(
                "$null = 'a', '', 'b' | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority R) -ErrorAction SilentlyContinue "
                    + "-ErrorVariable bad; $bad");
        Assert.Empty(result.Errors);
        Assert.StartsWith("EndpointNameEmpty,", ((ErrorRecord)result.Single.BaseObject).FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("New-DeviceKey -Count 0", "ParameterArgumentValidationError")]
    [InlineData("Test-DeviceCertificate x -ChainDepth 6", "ParameterArgumentValidationError")]
    [InlineData("New-BootstrapDeviceCredential d -Issuer $null", "ParameterArgumentTransformationError|ParameterArgumentValidationError")]
    [InlineData("New-BootstrapDeviceCredential d -Issuer 5", "CannotConvertArgumentNoMessage|ParameterArgumentTransformationError")]
    [InlineData("Export-DeviceKey x -Key (New-DeviceKey) -Format Pemm", "CannotConvertArgumentNoMessage")]
    [InlineData("New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority R) -NotAfter soon", "CannotConvertArgument")]
    public void What_cannot_be_bound_says_which_parameter(string script, string ids)
    {
        var error = _engine.Run(script).Error;
        Assert.Contains(error.FullyQualifiedErrorId.Split(',')[0], ids.Split('|').Concat(ids.Split('|').Select(i => i + "NoMessage")));
        Assert.Matches("'(Count|ChainDepth|Issuer|Format|NotAfter)'", error.Exception.Message);
    }

    [Fact]
    public void A_certificate_of_NET_s_without_its_key_is_no_issuer() =>
        Assert.Contains("Import-CertificateAuthority",
            _engine.Run("New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority R).Certificate").Error.Exception.Message);

    [Fact]
    public void Quiet_says_false_of_what_cannot_be_read()
    {
        var result = _engine.Run("Test-DeviceCertificate $args[0] -Quiet", _folder.File("text.txt"));
        Assert.Equal(false, Assert.Single(result.Output).BaseObject);
        Assert.Single(result.Errors);
    }
}
