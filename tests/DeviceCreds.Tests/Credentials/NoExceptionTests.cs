using System.Runtime.ExceptionServices;

namespace DeviceCreds.Tests;

/// <summary>An exception, caught or not, costs as much as a signature: a device that is in order meets none.</summary>
public class NoExceptionTests
{
    [Fact]
    public void A_device_is_issued_exported_recognised_read_and_tested_without_an_exception()
    {
        using var folder = new TempFolder();
        Run(folder.File("first"));
        var thrown = new List<string>();
        var own = Environment.CurrentManagedThreadId;
        void Note(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == own) thrown.Add($"{e.Exception.GetType().Name}: {e.Exception.Message}");
        }

        AppDomain.CurrentDomain.FirstChanceException += Note;
        try
        {
            Run(folder.File("second"));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Note;
        }

        Assert.Empty(thrown);
    }

    static void Run(string folder)
    {
        var (root, device) = (Delivery.Root, new DeviceIdentity("dev-1"));
        var issuer = new CredentialIssuer(root, CredentialKind.Bootstrap);
        using (var export = new CredentialExport(folder, ["Pem", "Der"], new ExportOptions(), replace: false))
        {
            Assert.Null(new ExportedCredentials(folder, CredentialKind.Bootstrap, root).Find(device, null));
            export.EnsureNamePossible(device.EndpointName);
            var order = issuer.Accept(device);
            export.EnsurePossible(order);
            export.Write(order.Issue());
            export.Complete();
        }

        Assert.NotNull(new ExportedCredentials(folder, CredentialKind.Bootstrap, root).Find(device, null));
        var credential = Assert.Single(CredentialImporter.Read(Directory.GetFiles(Path.Combine(folder, "dev-1"))));
        Assert.True(new CertificateVerifier { Kind = CredentialKind.Bootstrap, Issuers = root.Chain.Certificates }.Test(credential).Passed);
    }
}
