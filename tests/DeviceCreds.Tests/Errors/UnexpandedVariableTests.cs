namespace DeviceCreds.Tests;

/// <summary>Variables that a pipeline, a shell or a template did not replace.</summary>
public sealed class UnexpandedVariableTests
{
    [Theory]
    [InlineData("$(AccountId)", "$(AccountId)")]
    [InlineData("out/$(Build.BuildId)/keys", "$(Build.BuildId)")]
    [InlineData("$(my-variable_1)", "$(my-variable_1)")]
    [InlineData("${ACCOUNT_ID}", "${ACCOUNT_ID}")]
    [InlineData("dev-$[variables.deviceId]", "$[variables.deviceId]")]
    [InlineData("${env:ACCOUNT_ID}", "${env:ACCOUNT_ID}")]
    [InlineData("${{ variables.accountId }}", "${{ variables.accountId }}")]
    [InlineData("$env:ACCOUNT_ID", "$env:ACCOUNT_ID")]
    [InlineData("coaps://lwm2m.example.com:5684?aid=%ACCOUNT_ID%", "%ACCOUNT_ID%")]
    [InlineData("dev-{{ device.id }}", "{{ device.id }}")]
    [InlineData("dev-#{DeviceId}#", "#{DeviceId}#")]
    public void A_variable_is_found(string text, string variable)
    {
        Assert.Equal(variable, UnexpandedVariable.Find(text));
        Assert.Equal(text == variable, UnexpandedVariable.Is(text));
    }

    [Theory]
    [InlineData("$ACCOUNT_ID", "$ACCOUNT_ID")]
    [InlineData("dev-$name-1", "$name")]
    [InlineData("coaps://lwm2m.example.com:5684?aid=$account", "$account")]
    [InlineData("dev-$(name)", "$(name)")]
    public void In_a_name_it_may_be_plain(string text, string variable) => Assert.Equal(variable, UnexpandedVariable.FindInName(text));

    [Theory]
    [InlineData("A$B")]
    [InlineData("US$")]
    [InlineData("$5")]
    [InlineData("$$a")]
    public void Other_dollars_may_be_in_a_name(string text) => Assert.Null(UnexpandedVariable.FindInName(text));

    [Theory]
    [InlineData("dev-1")]
    [InlineData("urn:dev:ops:32473-Refrigerator-5002")]
    [InlineData("100 % $ {a} (b)")]
    [InlineData("coaps://lwm2m.example.com:5684/a%20b%C3%A4c%20d?aid=0123456789abcdef0123456789abcdef")]
    [InlineData("coaps://lwm2m.example.com:5684/%C3abc%20")]
    [InlineData("C:\\Users\\me$\\out")]
    [InlineData("/home/me/$RECYCLE.BIN/x")]
    [InlineData("{6f9619ff-8b86-d011-b42d-00c04fc964ff}")]
    [InlineData("5 % of 10 % off")]
    public void What_is_none_is_not(string text) => Assert.Null(UnexpandedVariable.Find(text));

    public static TheoryData<string> Variables => ["$(EndpointName)", "${NAME}", "%NAME%", "{{name}}", "$NAME"];

    [Theory]
    [MemberData(nameof(Variables))]
    public void No_device_is_named_after_one(string variable)
    {
        var root = CertificateAuthority.Create("Root");
        var bootstrap = new CredentialIssuer(root, CredentialKind.Bootstrap);
        var lwm2m = new CredentialIssuer(root, CredentialKind.Lwm2m);
        Assert.Equal("EndpointNameNotExpanded", Refused.Issuance(() => bootstrap.Issue(new DeviceIdentity(variable))));
        Assert.Equal("EndpointNameNotExpanded", Refused.Issuance(() => bootstrap.Issue(new DeviceIdentity("dev-" + variable))));
        Assert.Equal("AccountIdNotExpanded", Refused.Issuance(() => lwm2m.Issue(new DeviceIdentity("dev-1", variable))));
        Assert.Equal("ServerUriNotExpanded", Refused.Issuance(() => ServerUri.AccountId(new Uri($"coaps://h?aid={variable}"))));
        Assert.Equal("NameNotExpanded", Refused.Issuance(() => CertificateAuthority.Create(variable)));
        Assert.Equal("EndpointNameNotExpanded", Refused.Issuance(() => DeviceCertificateRequest.Create(variable)));
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void No_device_is_told_one(string variable)
    {
        foreach (var field in ConfigurationField.All.Where(f => f.Type == ConfigurationType.Text))
        {
            var builder = new ConfigurationBuilder();
            builder.Set(field.Name, field.Name == nameof(DeviceConfiguration.ServerUri) ? $"coaps://h?aid={variable}" : variable);
            Assert.Contains(variable, Assert.ThrowsAny<DeviceCredsException>(() => builder.Build()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_file_says_that_its_path_has_one() =>
        Assert.Contains("$(Folder)", Assert.Throws<InputException>(() => InputFile.Read("/no/$(Folder)/x")).Advice,
            StringComparison.Ordinal);
}
