"""The installation's own certificate authority: phone cameras need HTTPS, and a hall has no public name."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

ROOT_YEARS, LEAF_DAYS = 10, 365


def folder() -> Path:
    """Where root and server certificate lie."""
    return Path(settings.HOME) / "lan"


def addresses() -> list[str]:
    """This machine's IPv4 addresses that others in the same network may reach, the outgoing one first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: nothing is sent
            first = [probe.getsockname()[0]]
        except OSError:
            first = []
    try:
        named = socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        named = []
    found = [a for a in dict.fromkeys([*first, *named]) if not a.startswith("127.")]
    return found or ["127.0.0.1"]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def root() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The root certificate and its key, made the first time."""
    certificate, key = folder() / "root.crt", folder() / "root.key"
    if certificate.exists() and key.exists():
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate.read_bytes()), loaded
    private = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name("Zhicheng local authority"))
        .issuer_name(_name("Zhicheng local authority"))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * ROOT_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    _write(key, _key_bytes(private))
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    return made, private


def server_certificate(hosts: list[str]) -> tuple[Path, Path]:
    """A certificate for these addresses signed by the root, made anew at each start; paths of certificate and key."""
    authority, authority_key = root()
    private = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    names = [x509.IPAddress(ipaddress.ip_address(h)) for h in hosts]
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(hosts[0]))
        .issuer_name(authority.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=LEAF_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificate, key = folder() / "server.crt", folder() / "server.key"
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    _write(key, _key_bytes(private))
    return certificate, key
