namespace DeviceCreds.Tests;

/// <summary>What only a stored certificate says of an entry of a ledger.</summary>
public sealed class StoredCertificateTests
{
    [Fact]
    public void The_enrollment_id_comes_from_the_folders_of_an_export()
    {
        using var folder = new TempFolder();
        var credential = Factory.Credential(depth: 2, name: "a/b");
        Given.Export(credential, folder.Path, ["Pem"], new ExportOptions(), replace: false);
        Assert.Equal(credential.EnrollmentId, Complete(credential, folder.Path));
        // Another certificate of the same device says nothing of this one.
        Assert.Null(Complete(Factory.Credential(depth: 2, name: "a/b"), folder.Path));
    }

    [Fact]
    public void The_enrollment_id_comes_from_where_openssl_keeps_certificates()
    {
        using var folder = new TempFolder();
        var credential = Factory.Credential();
        folder.Write(LedgerEntry.Of(credential).SerialNumber + ".pem", credential.CertificatePem);
        Assert.Equal(credential.EnrollmentId, Complete(credential, folder.Path));
    }

    [Fact]
    public void A_file_that_cannot_be_read_says_nothing()
    {
        using var folder = new TempFolder();
        var credential = Factory.Credential();
        folder.Write(LedgerEntry.Of(credential).SerialNumber + ".pem", "junk");
        Assert.Null(Complete(credential, folder.Path));
    }

    [Fact]
    public void What_is_not_a_folder_is_an_error()
    {
        using var folder = new TempFolder();
        folder.Write("file", "");
        Assert.Equal("FolderNotFound", Refused.Input(() => new StoredCertificates([folder.Path, folder.File("none")])));
        Assert.Equal("PathIsFile", Refused.Input(() => new StoredCertificates([folder.File("file")])));
        Assert.SkipUnless(File.Exists("/dev/null"), "this system has no /dev/null");
        var error = Assert.Throws<InputException>(() => new StoredCertificates(["/dev/null"]));
        Assert.Contains("expected a folder, found a device.", error.Message);
        Tool.Bash(folder.Path, "mkfifo pipe", "mkfifo");
        Assert.Equal("PathIsFile", Refused.Input(() => new StoredCertificates([folder.File("pipe")])));
    }

    static string? Complete(DeviceCredential credential, string folder) =>
        new StoredCertificates([folder]).Complete(LedgerEntry.Of(credential)).EnrollmentId;
}
