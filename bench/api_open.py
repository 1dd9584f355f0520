"""How fast records are opened over the API by one client, and by four on PostgreSQL, against a bare Django view that inserts one row.

Both run in one waitress on the same database; rounds alternate. The database is a fresh SQLite file, or with
ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty or used by this benchmark only). Prints a line with the ratio for each.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROUNDS, EACH, WARM = 6, 60, 30
WANTED = 0.25


def urlconf() -> list[Any]:
    """The API and the bare view."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    from zhicheng.core.account import SecurityEvent

    @csrf_exempt
    def bare(request: HttpRequest) -> HttpResponse:
        given = json.loads(request.body)
        row = SecurityEvent.objects.create(username=given["username"], what="bench")
        return HttpResponse(json.dumps({"id": row.pk}), status=201, content_type="application/json")

    return [path("bare", bare), path("api/v1/", include("zhicheng.api.urls"))]


def serve(port: int) -> None:
    """Run waitress in this process; what is measured is the product's settings with one more address."""
    import types

    import django

    django.setup()
    from django.conf import settings

    module = types.ModuleType("bench_urls")
    module.urlpatterns = urlconf()  # type: ignore[attr-defined]
    sys.modules["bench_urls"] = module
    settings.ROOT_URLCONF = "bench_urls"
    import logging

    from waitress import serve as listen

    from zhicheng.config.wsgi import application

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    listen(application, host="127.0.0.1", port=port, threads=4, _quiet=True)


def prepare() -> tuple[str, dict[str, Any]]:
    """Migrate, set up a company; returns a token and the facts of a lot without its document."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhicheng.core.account import Account, ApiToken
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.process import registry
    from zhicheng.core.setup import Enterprise, establish
    from zhicheng.core.writers import open_record, perform

    establish(Enterprise("基准", "BENCH0001", "总部"), "管理员")
    person = open_record(registry["org.person"], {"name": "检验员", "staff_number": "9"}, by=SYSTEM)
    open_record(registry["org.role"], {"person": person, "role": "inspector"}, by=SYSTEM)
    supplier = open_record(
        registry["supplier.supplier"],
        {"name": "甲", "risk_class": "C", "qualified_until": "2090-01-01"},
        by=SYSTEM,
    )
    perform(supplier, "approve", {"grade": "A"}, by=SYSTEM, version=1)
    item = open_record(
        registry["supplier.item"],
        {
            "code": "M1", "name": "壳体", "purchase_kind": "raw_material", "risk_class": "A", "unit": "件",
            "ruling": "every_lot",
        },
        by=SYSTEM,
    )  # fmt: skip
    token = ApiToken.issue(Account.objects.make("bench", "bench-password", person), "bench", "*")
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    return token, {
        "supplier": supplier.number, "line": 1, "item": item.number, "quantity": "10", "occurred_on": today,
    }  # fmt: skip


@contextlib.contextmanager
def server() -> Iterator[int]:
    """The server in a process of its own; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen([sys.executable, __file__, "serve", str(port)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(10)


def rate(post: Callable[[int], int], first: int, n: int) -> float:
    """Requests a second. Errors: SystemExit when one is not answered with 201."""
    start = time.perf_counter()
    for i in range(first, first + n):
        if (status := post(i)) != 201:
            raise SystemExit(f"answered {status}")
    return n / (time.perf_counter() - start)


Post = Callable[[int], int]


def client(port: int, token: str, facts: dict[str, Any]) -> tuple[Post, Post]:
    """One client with a kept connection: what opens lot ``i``, and what makes the bare view insert a row."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(path: str, body: Any) -> int:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        response.read()
        return response.status

    def open_lot(i: int) -> int:
        return post("/api/v1/inspection.lot", {"facts": {**facts, "document": f"PO-{i}"}})

    return open_lot, lambda i: post("/bare", {"username": f"u{i}"})


def measure(port: int, token: str, facts: dict[str, Any], clients: int) -> tuple[float, float]:
    """Median rates of the API and of the bare view, all clients together."""
    posts = [client(port, token, facts) for _ in range(clients)]
    base = clients * 10**6

    def together(which: int, first: int) -> float:
        with ThreadPoolExecutor(clients) as pool:
            started = time.perf_counter()
            jobs = [pool.submit(rate, post[which], first + 10**4 * i, EACH) for i, post in enumerate(posts)]
            for job in jobs:
                job.result()
            return clients * EACH / (time.perf_counter() - started)

    rate(posts[0][0], base, WARM)
    rate(posts[0][1], base, WARM)
    rounds = [(together(0, base + 10**3 * i), together(1, base)) for i in range(1, ROUNDS + 1)]
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds)


def main() -> None:
    """Measure and print; exit 1 below the wanted ratio."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHICHENG_HOME"] = home
        os.environ.setdefault("ZHICHENG_DATABASE", f"sqlite:///{Path(home) / 'bench.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
        token, facts = prepare()
        from django.db import connection

        kind = connection.vendor
        connection.close()
        with server() as port:
            ratio = told(kind, 1, *measure(port, token, facts, 1), f"wanted {WANTED}")
            if kind == "postgresql":
                told(kind, 4, *measure(port, token, facts, 4), "no limit set")
    raise SystemExit(ratio < WANTED)


def told(kind: str, clients: int, opened: float, bare: float, limit: str) -> float:
    """Print one line; returns the ratio."""
    ratio = opened / bare
    print(
        f"{kind}, clients {clients}: API open {opened:.0f}/s, bare insert {bare:.0f}/s, ratio {ratio:.2f} ({limit})"
    )
    return ratio


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
