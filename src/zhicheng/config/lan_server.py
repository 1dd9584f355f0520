"""``zhicheng serve --lan``: HTTPS for the phones of the hall, and a page with a QR code to trust it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import segno
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from zhicheng.config import lan_authority, server

TRUST_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>信任本机</title><style>body{{font:18px/1.6 sans-serif;max-width:34em;margin:2em auto;padding:0 1em}}
a.main{{display:inline-block;padding:.7em 1.2em;background:#1f4e79;color:#fff;text-decoration:none}}</style>
<h1>让手机信任本机</h1><ol><li>点下面的按钮下载根证书并安装。</li>
<li>苹果手机：设置 → 通用 → 关于本机 → 证书信任设置，打开开关。安卓手机：设置 → 安全 → 安装证书 → CA 证书。</li>
<li>然后打开 <a href="{site}">{site}</a>，用相机扫码即可。</li></ol>
<p><a class="main" href="/root.crt">下载根证书</a></p><p>{qr}</p>
<p lang="en">Let this phone trust the installation: download the root certificate (the button) and install it. iPhone: Settings →
General → About → Certificate Trust Settings, switch it on. Android: Settings → Security → Install a certificate → CA
certificate. Then open <a href="{site}">{site}</a>. The camera works over HTTPS only.</p></html>"""


def trust_page(site: str, root: bytes) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A tiny WSGI application: the page that explains, and the root certificate."""
    qr = segno.make(site).svg_inline(scale=5)
    page = TRUST_PAGE.format(site=escape(site), qr=qr).encode()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/root.crt":
            start_response("200 OK", [("Content-Type", "application/x-x509-ca-cert")])
            return [root]
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page]

    return application


def serve(port: int, *, say: Callable[[str], None]) -> None:
    """Serve HTTPS on ``port`` and the trust page on the next one. Errors: server.NotServed."""
    server.prepare("0.0.0.0")
    hosts = lan_authority.addresses()
    settings.ALLOWED_HOSTS += hosts
    certificate, key = lan_authority.server_certificate(hosts)
    from zhicheng.config.wsgi import application

    site, trust = f"https://{hosts[0]}:{port}/", f"http://{hosts[0]}:{port + 1}/"
    main = wsgi.Server(("0.0.0.0", port), application, numthreads=server.THREADS)
    main.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(key))
    root = lan_authority.root()[0].public_bytes(serialization.Encoding.PEM)
    helper = wsgi.Server(("0.0.0.0", port + 1), trust_page(site, root), numthreads=2)
    stop = threading.Event()
    server.begin(stop)
    threading.Thread(target=helper.safe_start, daemon=True).start()
    say(f"质诚已启动： {site}\n手机第一次使用，先扫此码信任本机： {trust}")
    segno.make(trust).terminal(compact=True)
    try:
        main.safe_start()
    except OSError as error:
        raise server.NotServed(f"端口 {port} 不能使用：{error}") from error
    finally:
        stop.set()
        helper.stop()
