"""Mixed load for a long time: does the log stay whole, the memory flat, a write quick?

Usage: ``python bench/soak.py [--seconds 86400] [--verify-every 3600] [--writers 4] [--limit 200] [--slack 20]``, on SQLite, or on an empty
PostgreSQL database (``python bench/on_postgresql.py bench/soak.py``).

In one process, as ``zhicheng serve`` is one: writers open, judge and amend lots over the API, some with a refusal on purpose; a reader
opens lists, records and exports; what the server does each minute is done each ``--verify-every``, and then the whole log is audited
and the checkpoint compared with the one outside. Between two requests of a thread lie ``--pause`` seconds. Printed, as JSON: requests,
p95 of a write in milliseconds, findings, server errors, and by how many MB an hour the memory grew (a straight line through the second
half of the samples). Exit 1 on a finding, a server error, a p95 of ``--limit`` ms or more, or a growth of more than ``--slack`` MB an hour.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]


class Load:
    """What all threads share: the end, the counts, the times."""

    def __init__(self, house: Any, token: str, pause: float) -> None:
        self.house, self.pause, self.end = house, pause, threading.Event()
        from django.core.wsgi import get_wsgi_application

        self.site, self.token = get_wsgi_application(), token
        self.said: Counter[int] = Counter()
        self.writes: list[float] = []
        self.numbers: list[str] = []
        self.errors: list[str] = []

    def run(self, work: Any, name: str) -> None:
        """One thread, until the end; whatever it raises is an error of the server."""
        from django.db import connections

        turn = 0
        try:
            while not self.end.wait(self.pause * random.uniform(0.5, 1.5)):
                turn += 1
                work(f"{name}-{turn}")
        except Exception as error:  # noqa: BLE001 - any is one too many
            self.errors.append(repr(error))
        finally:
            connections.close_all()

    def call(self, method: str, path: str, facts: dict[str, Any] | None = None) -> Any:
        """One request over the API; 503 (somebody else holds the log) is sent again, as the API says."""
        while True:
            begun = time.perf_counter()
            status, content = self.answer(method, path, b"" if facts is None else json.dumps(facts).encode())
            self.said[status] += 1
            if method != "GET":
                self.writes.append(time.perf_counter() - begun)
            if status != 503:
                break
        if status >= 500:
            self.errors.append(f"{method} {path}: {status}")
        return json.loads(content)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """As a web server asks the site. Django's test client keeps something of every request, and would be measured with it."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "HTTP_AUTHORIZATION": f"Bearer {self.token}",
        }  # fmt: skip
        setup_testing_defaults(environ)
        said: list[str] = []
        found = self.site(environ, lambda status, headers, info=None: said.append(status))
        try:
            return int(said[0].split()[0]), b"".join(found)
        finally:
            found.close()

    def write(self, name: str) -> None:
        """Open a lot, amend it now and then, judge it, ask once for what is refused."""
        asked = {
            "supplier": self.house.supplier.number, "document": name, "line": 1,
            "item": self.house.items["raw_material"].number, "quantity": "100",
        }  # fmt: skip
        at = "/api/v1/inspection.lot"
        number = self.call("POST", at, {"facts": asked})["number"]
        self.numbers.append(number)
        version = 1
        if random.random() < 0.3:
            self.call("PATCH", f"{at}/{number}", {"version": 1, "facts": {"note": name}})
            version = 2
        self.call("POST", at, {"facts": {**asked, "quantity": "-1"}})
        judged = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
        self.call("POST", f"{at}/{number}/judge", {"version": version, "facts": judged})

    def read(self, _name: str) -> None:
        """A list, a record with its history, a figure."""
        self.call("GET", "/api/v1/inspection.lot?limit=50")
        if self.numbers:
            number = random.choice(self.numbers)
            self.call("GET", f"/api/v1/inspection.lot/{number}")
            self.call("GET", f"/api/v1/inspection.lot/{number}/history")
        self.call("GET", "/api/v1/metrics/incoming_acceptance?from=2017-01-01&to=2017-12-31")


def memory() -> float:
    """Of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def slope(samples: list[tuple[float, float]]) -> float:
    """MB an hour, by the straight line of least squares through the second half."""
    half = samples[len(samples) // 2 :]
    n = len(half)
    if n < 3:
        return 0.0
    mean_x, mean_y = sum(x for x, _ in half) / n, sum(y for _, y in half) / n
    below = sum((x - mean_x) ** 2 for x, _ in half)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in half) / below


def look() -> list[str]:
    """What does not hold: the audit of the whole log, and the log against its last checkpoint outside."""
    from zhicheng.config import server
    from zhicheng.core.audit import audit
    from zhicheng.ledger import checkpoints

    failed = server.sweep()
    checkpoints.sign("on_demand")
    checkpoints.guard()
    return failed + [one.sentence for one in audit().findings or []]


def main() -> int:
    """See the module's text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=86_400)
    parser.add_argument("--verify-every", type=float, default=3600)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.5)
    parser.add_argument("--limit", type=float, default=200)
    parser.add_argument("--slack", type=float, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        from bench import kills

        house = kills.set_up(Path(home))
        return soak(house, given)


def soak(house: Any, given: argparse.Namespace) -> int:
    """Load until the time is over, looking in between."""
    from django.db import connection

    from zhicheng.core.account import Account, ApiToken
    from zhicheng.ledger import log

    logging.disable(logging.WARNING)  # what is refused on purpose
    account = Account.objects.make("soak", "a-long-password", house.people["inspector"])
    load = Load(house, ApiToken.issue(account, "bench", "*"), given.pause)
    threads = [
        threading.Thread(target=load.run, args=(load.write, f"PO-{n}"), daemon=True)
        for n in range(given.writers)
    ]
    threads.append(threading.Thread(target=load.run, args=(load.read, "R"), daemon=True))
    for thread in threads:
        thread.start()
    began, samples, findings, looked = time.monotonic(), list[tuple[float, float]](), list[str](), 0
    due = given.verify_every
    while (now := time.monotonic() - began) < given.seconds and not load.errors:
        time.sleep(min(5.0, given.seconds / 20))
        samples.append((now, memory()))
        if now >= due:
            findings += look()
            looked, due = looked + 1, now + given.verify_every
    load.end.set()
    for thread in threads:
        thread.join(60)
    findings += look()
    times = sorted(load.writes)
    p95 = times[int(len(times) * 0.95)] if times else 0.0
    result = {
        "database": connection.vendor, "seconds": round(time.monotonic() - began), "requests": sum(load.said.values()),
        "answers": {str(k): n for k, n in sorted(load.said.items())}, "entries": log.head().size, "looked": looked + 1,
        "p95_write_ms": round(1000 * p95, 1), "memory_mb": round(memory()), "memory_mb_an_hour": round(slope(samples), 1),
        "findings": len(findings), "errors": len(load.errors),
    }  # fmt: skip
    print(json.dumps(result))
    for one in (findings + load.errors)[:10]:
        print(one)
    return int(bool(findings or load.errors) or 1000 * p95 >= given.limit or slope(samples) > given.slack)


if __name__ == "__main__":
    sys.exit(main())
