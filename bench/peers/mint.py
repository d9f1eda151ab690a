"""Device credentials as a program of a few lines makes them: Python's cryptography, one process for each processor.

    mint.py <count> <processes> <folder>

For each device a P-256 key, an X.509 v3 certificate with the same fields and extensions as ours, and four files in a folder of its own.
"""
import datetime
import multiprocessing
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA = ec.generate_private_key(ec.SECP256R1())
ISSUER = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Factory CA")])
BEGIN = datetime.datetime.utcnow() - datetime.timedelta(hours=1)
USAGE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)


def write(path, content, mode):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def make(number):
    name = f"device-{number}"
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(ISSUER)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + datetime.timedelta(days=7310))
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(USAGE, True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(CA.public_key()), False)
        .sign(CA, hashes.SHA256())
    )
    folder = os.path.join(sys.argv[3], name)
    os.mkdir(folder, 0o700)
    for ending, encoding in ((".pem", serialization.Encoding.PEM), (".der", serialization.Encoding.DER)):
        content = key.private_bytes(encoding, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
        write(os.path.join(folder, "BootstrapDevicePrivateKey" + ending), content, 0o600)
        write(os.path.join(folder, "BootstrapDeviceCert" + ending), certificate.public_bytes(encoding), 0o666)


if __name__ == "__main__":
    with multiprocessing.Pool(int(sys.argv[2])) as pool:
        pool.map(make, range(int(sys.argv[1])), chunksize=100)
    os.sync()
