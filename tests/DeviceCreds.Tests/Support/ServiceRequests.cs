using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>What services take, by their public documents as they were read on 2026-11-26.</summary>
static class ServiceRequests
{
    const string EnrollmentPattern = "^A-[A-Za-z0-9:]{95}$";

    static readonly string[] Attestations = ["none", "tpm", "x509", "symmetricKey"];
    static readonly string[] ProvisioningStatuses = ["enabled", "disabled"];

    // Pelion Device Management API 3: the OpenAPI document in the vendor's SDK for Python, 2023-04-06.
    public static readonly ServiceRequest TrustedCertificate = new("POST", "/v3/trusted-certificates",
        Text("name") with { Required = true, MaximumLength = 100 },
        Text("certificate") with { Required = true, Pattern = "^-----BEGIN CERTIFICATE-----\n" },
        Text("service") with { Required = true, Values = ["lwm2m", "bootstrap"] },
        Text("description") with { MaximumLength = 500 },
        new ServiceField("enrollment_mode", JsonValueKind.True),
        Text("signature"),
        Text("status") with { Values = ["ACTIVE", "INACTIVE"] });

    public static readonly ServiceRequest Enrollment = new("POST", "/v3/device-enrollments",
        Text("enrollment_identity") with { Required = true, Pattern = EnrollmentPattern });

    public static readonly ServiceRequest EnrollmentUpload = new("POST", "/v3/device-enrollments-bulk-uploads",
        Text("enrollment_identities") with { Required = true, Pattern = EnrollmentPattern, MaximumLength = 10_000_000 })
    {
        ContentType = "multipart/form-data",
    };

    public static readonly ServiceRequest EnrollmentUploadState = new("GET", "/v3/device-enrollments-bulk-uploads/{id}");

    // Device Provisioning Service, service API 2021-10-01: service.json in Azure's REST API specifications.
    public static readonly ServiceRequest EnrollmentGroup = new("PUT", "/enrollmentGroups/{id}",
        Text("enrollmentGroupId") with { Required = true, Pattern = "^[a-zA-Z0-9._:-]*[a-zA-Z0-9-]$", MaximumLength = 128 },
        Text("attestation.type") with { Required = true, Values = Attestations },
        Text("attestation.x509.signingCertificates.primary.certificate"),
        Text("attestation.x509.signingCertificates.secondary.certificate"),
        Text("attestation.x509.caReferences.primary"),
        Text("attestation.x509.caReferences.secondary"),
        Text("iotHubHostName"),
        Text("provisioningStatus") with { Values = ProvisioningStatuses });

    public static readonly ServiceRequest IndividualEnrollment = new("PUT", "/enrollments/{id}",
        Text("registrationId") with { Required = true, Pattern = "^[a-zA-Z0-9._:-]*[a-zA-Z0-9-]$", MaximumLength = 128 },
        Text("deviceId"),
        Text("attestation.type") with { Required = true, Values = Attestations },
        Text("attestation.x509.clientCertificates.primary.certificate"),
        Text("attestation.x509.clientCertificates.secondary.certificate"),
        Text("iotHubHostName"),
        Text("provisioningStatus") with { Values = ProvisioningStatuses });

    // Azure IoT Hub, a line of the bulk import: AuthenticationType, ExportImportDevice and ImportMode of Azure's SDK for C#.
    public static readonly ServiceRequest ImportedDevice = new("", "devices.txt",
        Text("id") with { Required = true, MaximumLength = 128 },
        Text("status") with { Values = ["enabled", "disabled"] },
        Text("authentication.type") with { Values = ["sas", "selfSigned", "certificateAuthority", "none"] },
        Text("importMode") with { Values = ["create", "update", "updateIfMatchETag", "createOrUpdate", "delete"] });

    // Leshan 2.0.0, the security servlet of its demo servers.
    public static readonly ServiceRequest LeshanClient = new("PUT", "/api/security/clients",
        Text("endpoint") with { Required = true },
        Text("tls.mode") with { Required = true, Values = ["psk", "rpk", "x509"] });

    // ThingsBoard, DeviceController: a device with credentials.
    public static readonly ServiceRequest ThingsBoardDevice = new("POST", "/api/device-with-credentials",
        Text("device.name") with { Required = true },
        Text("device.type"),
        Text("credentials.credentialsType") with { Required = true, Values = ["LWM2M_CREDENTIALS"] },
        Text("credentials.credentialsValue") with { Required = true });

    static ServiceField Text(string path) => new(path, JsonValueKind.String);
}
