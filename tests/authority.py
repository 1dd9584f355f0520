"""A time-stamping authority for tests: certificates made here, tokens by ``openssl ts``, answered over HTTP."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl() -> str:
    """The program. Errors: AssertionError with the line to type."""
    found = shutil.which("openssl")
    assert found, "openssl is not installed. Type: sudo apt-get install -y openssl"
    return found


def _key(kind: str) -> Any:
    return (
        rsa.generate_private_key(65537, 2048)
        if kind == "rsa"
        else ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])
    )


def _certificate(
    name: str, key: Any, issuer: Any, issuer_key: Any, extensions: list[tuple[Any, bool]]
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
    )
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return made.sign(issuer_key, hashes.SHA256())


class Authority:
    """An authority in a folder: a root, an intermediate and a signer, each with a key of ``kind`` (rsa, p256, p384)."""

    def __init__(
        self, folder: Path, kind: Literal["rsa", "p256", "p384"] = "rsa", *, purpose: bool = True
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        ca = [(x509.BasicConstraints(ca=True, path_length=None), True)]
        usage = [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)] if purpose else []
        root_key, middle_key, key = _key(kind), _key(kind), _key(kind)
        root = _certificate("Test Root", root_key, None, root_key, ca)
        middle = _certificate("Test CA", middle_key, root, root_key, ca)
        signer = _certificate("Test TSA", key, middle, middle_key, usage)
        for name, one in (("root.pem", root), ("middle.pem", middle), ("tsa.pem", signer)):
            (folder / name).write_bytes(one.public_bytes(serialization.Encoding.PEM))
        (folder / "chain.pem").write_bytes((folder / "middle.pem").read_bytes())
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01\n")
        digest = "sha384" if kind == "p384" else "sha256"
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder, digest=digest))
        self.lock = threading.Lock()

    def answer(self, query: bytes) -> bytes:
        """The TimeStampResp to a TimeStampReq."""
        with self.lock:
            (self.folder / "query").write_bytes(query)
            run = [
                openssl(),
                "ts",
                "-reply",
                "-config",
                str(self.folder / "tsa.cnf"),
                "-section",
                "tsa_config",
            ]
            run += ["-queryfile", str(self.folder / "query"), "-out", str(self.folder / "answer")]
            subprocess.run(run, check=True, capture_output=True)
            return (self.folder / "answer").read_bytes()

    def serve(self) -> ThreadingHTTPServer:
        """A server in a thread; the caller shuts it down."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *given: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server
