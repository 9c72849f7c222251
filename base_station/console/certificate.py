"""A certificate made at home, for consoles that the LAN may reach.

In      a folder; the addresses that it is for
Out     paths of certificate and key, and the certificate's SHA-256 fingerprint as browsers show it
The key is readable by its user alone. A certificate lasts two years and is made anew when addresses change.
Source  RFC 5280; Ed25519 is not accepted by browsers, so P-256
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAYS = 730


@dataclass(frozen=True)
class HomeCertificate:
    certificate: Path
    key: Path
    fingerprint: str


def home_certificate(folder: Path, addresses: Sequence[str]) -> HomeCertificate:
    """The one in `folder` if it fits and is still good for a month, else a new one."""
    paths = folder / "console.crt", folder / "console.key"
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses)]
    )
    if all(path.exists() for path in paths):
        old = x509.load_pem_x509_certificate(paths[0].read_bytes())
        same = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value == names
        if same and old.not_valid_after_utc > _now() + datetime.timedelta(days=30):
            return HomeCertificate(*paths, _fingerprint(old))
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "plush console")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_now() - datetime.timedelta(days=1))
        .not_valid_after(_now() + datetime.timedelta(days=_DAYS))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(paths[1], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(pem)
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return HomeCertificate(*paths, _fingerprint(made))


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
