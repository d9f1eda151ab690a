namespace DeviceCreds;

/// <summary>
/// An enrollment group of Azure's Device Provisioning Service: all devices below a CA. Source: its service API, version 2021-10-01,
/// EnrollmentGroup, <c>PUT /enrollmentGroups/{id}</c>.
/// </summary>
internal static class AzureDpsGroup
{
    /// <summary>The ID of a CA's group, made from its name.</summary>
    /// <exception cref="InputException">The name has no character that Azure accepts.</exception>
    public static string IdOf(string name) => AzureDpsId.Fit(name) ?? throw new InputException(
        "EnrollmentGroupNotPossible", ErrorKind.InvalidArgument,
        $"'{MessageText.Shorten(name)}' cannot become the ID of an enrollment group in Azure: expected a letter a-z A-Z or a digit, "
            + "found none.",
        "Make the group in the Azure portal, with the CA's certificate (-NoPrivateKey writes it).");

    /// <summary>The body of the request: the CA signs the devices' certificates.</summary>
    public static string Write(string id, DeviceCertificate authority) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("enrollmentGroupId", id);
        writer.WriteStartObject("attestation");
        writer.WriteString("type", "x509");
        writer.WriteStartObject("x509");
        writer.WriteStartObject("signingCertificates");
        writer.WriteStartObject("primary");
        writer.WriteString("certificate", authority.CertificatePem + "\n");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("provisioningStatus", "enabled");
        writer.WriteEndObject();
    });
}
