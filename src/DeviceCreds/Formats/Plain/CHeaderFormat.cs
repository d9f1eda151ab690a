namespace DeviceCreds;

/// <summary>A header for firmware: key, certificate and chain as arrays of C, with their sizes.</summary>
internal sealed class CHeaderFormat : IDeviceFormat
{
    public FormatInfo Info { get; } = new()
    {
        Name = "CHeader",
        Description = "C header: the private key, the certificate and its issuers as arrays in DER, with their sizes",
        Audience = "Firmware for trials that has its credential compiled in (Mbed TLS, wolfSSL, Zephyr)",
        Files = "`BootstrapDevice.h`, or `LwM2MDevice.h`",
        Example = "$credentials | Export-DeviceCredential -Path out -Format CHeader -Prefix factory_",
        Source = "C99; names are -Prefix (by default bootstrap_ or lwm2m_) and endpoint_name, private_key, certificate, issuer_1 ...",
        KeyForm = PrivateKeyForm.Plain,
    };

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var prefix = options.Prefix ?? credential.Kind switch { CredentialKind.Bootstrap => "bootstrap_", _ => "lwm2m_" };
        var key = options.NoPrivateKey ? null : credential.PrivateKey;
        var guard = $"{prefix.ToUpperInvariant()}CREDENTIAL_H";
        var content = key is null ? "certificate" : "certificate and the private key";
        var text = new CText().Add($"/* The {content} of one device, in DER. */\n");
        text.Add($"#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n#include <stdint.h>\n\n");
        text.Add($"static const char {prefix}endpoint_name[] = \"{CSource.Escape(credential.EndpointName)}\";\n\n");
        if (key is not null)
        {
            var der = key.ToDer(options.KeyEncoding);
            Append("private_key", der);
            Array.Clear(der, 0, der.Length);
        }

        Append("certificate", credential.CertificateDer);
        var issuers = credential.Chain.Select(options.ChainDepth, options.ExcludeRoot).Skip(1).ToList();
        for (var i = 0; i < issuers.Count; i++) Append($"issuer_{i + 1}", issuers[i].CertificateDer);
        text.Add("#endif\n");
        yield return new OutputFile(FileNames.Device(credential.Kind) + ".h", text.Take(), IsSecret: key is not null);

        void Append(string name, byte[] der) => text
            .Add($"static const uint8_t {prefix}{name}[] = ").Add(der).Add(";\n")
            .Add($"static const size_t {prefix}{name}_size = sizeof({prefix}{name});\n\n");
    }
}
