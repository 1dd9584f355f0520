"""What may be served to whom; the local authority whose certificate phones trust."""

from __future__ import annotations

import ssl
import threading
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import waitress.server
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

from zhicheng.config import lan_authority, lan_server, server
from zhicheng.core.account import Account

if TYPE_CHECKING:
    from tests.house import House


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "example.org"])
def test_demo_accounts_are_served_on_the_loopback_address_only(house: House, host: str) -> None:
    Account.objects.make("demo", "a-published-password", house.people["inspector"], example=True)
    with pytest.raises(server.NotServed, match="本机"):
        server.prepare(host)
    server.prepare("127.0.0.1")


def test_without_demo_accounts_any_address_is_served(house: House) -> None:
    server.prepare("0.0.0.0")


def test_a_phone_that_trusts_the_root_trusts_the_site() -> None:
    certificate, key = lan_authority.server_certificate(["127.0.0.1"])
    root = lan_authority.folder() / "root.crt"
    assert key.stat().st_mode & 0o077 == 0
    site = wsgi.Server(("127.0.0.1", 0), lan_server.trust_page("https://127.0.0.1/", root.read_bytes()))
    site.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(key))
    site.prepare()
    thread = threading.Thread(target=site.serve)
    thread.start()
    try:
        address = f"https://127.0.0.1:{site.bind_addr[1]}"
        trusting = ssl.create_default_context(cafile=str(root))
        with urllib.request.urlopen(f"{address}/root.crt", context=trusting) as answer:
            assert answer.read() == root.read_bytes()
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(address, context=ssl.create_default_context())
    finally:
        site.stop()
        thread.join()


def test_beside_the_pages_runs_the_sweep_and_what_sends_messages(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each goes on after a failure, and neither waits for the other."""
    ran = {"sweep": threading.Event(), "deliver": threading.Event()}
    tries: list[str] = []

    def step(name: str) -> Callable[[], None]:
        def run() -> None:
            tries.append(name)
            if tries.count(name) == 1:
                raise ValueError(name)
            ran[name].set()

        run.__name__ = name
        return run

    for name in ran:
        monkeypatch.setattr(server, name, step(name))
        monkeypatch.setattr(server, f"{name.upper()}_SECONDS", 0.01)
    monkeypatch.setattr(server, "close_old_connections", lambda: None)
    stop = threading.Event()
    server.begin(stop)
    try:
        assert all(one.wait(5) for one in ran.values())
    finally:
        stop.set()
    assert sorted(record.getMessage() for record in caplog.records) == ["deliver failed", "sweep failed"]


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [("127.0.0.1", "192.0.2.9 https"), ("", "127.0.0.1 http"), ("192.0.2.1", "127.0.0.1 http")],
)
def test_the_word_of_the_named_proxy_counts_and_nobody_elses(
    monkeypatch: pytest.MonkeyPatch, proxy: str, seen: str
) -> None:
    """The limit of public pages for each address needs the visitor's, and the origin of forms whether it was HTTPS."""

    def application(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]

    monkeypatch.setenv("ZHICHENG_PROXY", proxy)
    site = waitress.server.create_server(application, host="127.0.0.1", port=0, **server.proxied())
    done = threading.Event()

    def serve() -> None:  # in turns, so that nothing is closed under the hands of who waits for it
        while not done.is_set():
            site.asyncore.loop(timeout=0.05, map=site._map, count=1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        said = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://127.0.0.1:{site.effective_port}/", headers=said)
        with urllib.request.urlopen(request) as answer:
            assert answer.read().decode() == seen
    finally:
        done.set()
        thread.join()
        site.close()
