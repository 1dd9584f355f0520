"""Receivers of the tests: an HTTP server and an SMTP server that keep what arrives and answer what they are told to."""

from __future__ import annotations

import base64
import email
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

TAKEN = (200, b'{"errcode":0,"errmsg":"ok"}')
DROP, HANG = (0, b"drop"), (0, b"hang")


@dataclass
class Arrived:
    """One request that came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Post:
    """Where HTTP requests come. ``answers`` are given in turn, then ``TAKEN``; ``release`` ends what hangs."""

    url: str
    arrived: list[Arrived] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@contextmanager
def post() -> Iterator[Post]:
    """An HTTP server on a port of its own."""
    kept = Post("")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                kept.arrived.append(Arrived(parts.path, dict(parse_qsl(parts.query)), headers, body))
                status, answer = kept.answers.pop(0) if kept.answers else TAKEN
            if (status, answer) == HANG:
                kept.release.wait(20)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{kept.url}/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        kept.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class MailServer:
    """Where mail comes. ``answers`` maps a command to what it is answered; DROP as an answer cuts the connection."""

    port: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    certificate: tuple[str, str] | None = None


@contextmanager
def mail_server(kept: MailServer | None = None, *, implicit_tls: bool = False) -> Iterator[MailServer]:
    """An SMTP server on a port of its own; with a certificate it offers STARTTLS, or speaks TLS from the start."""
    kept = kept or MailServer()
    server = _Smtp(("127.0.0.1", 0), _Session)
    server.kept, server.implicit_tls = kept, implicit_tls
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Smtp(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    kept: MailServer
    implicit_tls: bool

    def handle_error(self, *_args: Any) -> None:
        """A client that goes away is no news."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("_Smtp", self.server)
        self.kept, self.to = server.kept, ""
        if server.implicit_tls:
            self._encrypt()
        self._say("220 test")
        while line := self.rfile.readline():
            words = line.decode().strip()
            command = words.split(" ")[0].upper()
            answer = self.kept.answers.get(command) or self._answer(command, words)
            if answer == "drop":
                return
            self._say(answer)
            if command == "STARTTLS":
                self._encrypt()
            if command == "DATA" and answer.startswith("354"):
                self._say(self._taken())
            if command == "QUIT":
                return

    def _answer(self, command: str, words: str) -> str:
        if command == "EHLO":
            offers = ["test", "AUTH PLAIN", "8BITMIME"] + (["STARTTLS"] if self.kept.certificate else [])
            return "\r\n".join(f"250-{o}" for o in offers[:-1]) + f"\r\n250 {offers[-1]}"
        if command == "AUTH":
            _none, user, password = base64.b64decode(words.split(" ")[2]).decode().split("\0")
            self.kept.logins.append((user, password))
            return "235 in"
        if command == "RCPT":
            self.to = words.partition("<")[2].partition(">")[0]
        return {"DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on"}.get(command, "250 ok")

    def _taken(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = email.message_from_bytes(b"".join(lines), policy=policy.default)
        self.kept.letters.append((self.to, letter))
        return self.kept.answers.get("TAKEN", "250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()

    def _encrypt(self) -> None:
        assert self.kept.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.kept.certificate)
        self.connection = self.request = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), cast("Any", self.connection.makefile("wb"))
