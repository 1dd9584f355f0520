"""How soon a control chart of many points is drawn in Chromium: ``python bench/charts.py [--points 100000]``.

A chart with that many subgroups and frozen limits, on a new SQLite database, served as the tests serve; the time from the request of the
page until both pictures (X̄ and R) are drawn, median of five, at most 1.5 s. Rows are put into the table around the log: what
is measured is the page. Exit 1: the limit is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
MOST = 1.5
ROUNDS = 5


def fill(chart: Any, points: int) -> None:
    """Rows such as the writers leave, without their entries."""
    import random

    from zhicheng.core.inserting import insert
    from zhicheng.core.process import registry
    from zhicheng.core.records import writing

    model, draw = registry["spc.subgroup"].model, random.Random(1)
    last = model.objects.order_by("-k")[0]
    with writing():
        for start in range(0, points, 5000):
            rows = []
            for n in range(start, min(start + 5000, points)):
                row = last.copy()
                row.k, row.number = last.k + 1 + n, f"ZZ-2026-{100000 + n}"
                row.location = round(Decimal(repr(draw.gauss(10, 0.009))), 6)
                row.spread = round(Decimal(repr(abs(draw.gauss(0.046, 0.017)))), 6)
                row.signals = "1" if n % 997 == 0 else ""
                rows.append(row)
            insert(model, rows)


def main() -> int:
    """Fill, serve, open five times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=100_000)
    points = parser.parse_args().points
    with tempfile.TemporaryDirectory() as home:
        from bench.kills import set_up

        house = set_up(Path(home))
        from tests.processes.test_spc import running
        from tests.web.conftest import PASSWORD, accounts

        accounts(house)
        chart = running(house)
        fill(chart, points)
        times = opened(chart, PASSWORD)
    seconds = statistics.median(times)
    print(
        f"{points} points: {', '.join(f'{t:.2f}' for t in times)} s; median {seconds:.2f} s (at most {MOST} s)"
    )
    return int(seconds > MOST)


def opened(chart: Any, password: str) -> list[float]:
    """Seconds from request to drawn, each time anew."""
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.wsgi import get_wsgi_application
    from django.test.testcases import QuietWSGIRequestHandler
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_FLAGS

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    site = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    site.set_app(get_wsgi_application())
    threading.Thread(target=site.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{site.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.goto(f"{at}/login")
        page.get_by_label("用户名").fill("quality_manager")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="我的工作").wait_for()
        times = []
        for _ in range(ROUNDS + 1):  # the first warms files up
            began = time.perf_counter()
            page.goto(f"{at}/spc.chart/{chart.number}/", wait_until="commit")
            page.locator('[data-pictures][data-drawn="2"]').wait_for()
            times.append(time.perf_counter() - began)
        browser.close()
    site.shutdown()
    return times[1:]


if __name__ == "__main__":
    sys.exit(main())
