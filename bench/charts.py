"""How soon a control chart of many points is drawn in Chromium: ``python bench/charts.py [--points 100000]``.

A chart with that many subgroups and frozen limits, on a new SQLite database, served as the tests serve; the time from the request of the
page until both pictures (X̄ and R) are drawn, median of five, at most 1.5 s. Beside it the parts: the page, the answer of the server
with the points, the rest in the browser, and the processor time of this process, which serves. Rows are put into the table around the
log: what is measured is the page. Exit 1: the limit is missed.
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
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
MOST = 1.5
ROUNDS = 5
PARTS = ("page", "points", "browser", "server's processor")
ANSWERED = """() => {
  const points = performance.getEntriesByType("resource").find((one) => one.name.endsWith("/pictures"));
  return [performance.getEntriesByType("navigation")[0].responseEnd, points.responseEnd - points.startTime];
}"""


def fill(chart: Any, points: int) -> None:
    """Rows such as the writers leave, without their entries: the last row again and again, with other values, as plain tuples."""
    import random

    from django.db import connection, transaction

    from zhicheng.core.process import registry

    model, draw = registry["spc.subgroup"].model, random.Random(1)
    quote, table = connection.ops.quote_name, model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {quote(table)} WHERE chart_id = %s ORDER BY k DESC LIMIT 1", [chart.pk]
        )
        names, last = [column[0] for column in cursor.description], cursor.fetchone()
    row, rows = dict(zip(names, last, strict=True)), []
    for n in range(1, points - model.objects.filter(chart=chart).count() + 1):
        row |= {
            "k": last[names.index("k")] + n,
            "number": f"ZZ-2026-{100000 + n}",
            "location": round(draw.gauss(10, 0.009) * 10**6),
            "spread": round(abs(draw.gauss(0.046, 0.017)) * 10**6),
            "signals": "1" if n % 997 == 0 else "",
        }
        rows.append(tuple(row.values()))
    marks = ", ".join(["%s"] * len(names))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) VALUES ({marks})", rows
        )


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
        rounds = opened(chart, PASSWORD)
    times = [one["whole"] for one in rounds]
    whole = statistics.median(times)
    print(f"{points} points: {', '.join(f'{t:.2f}' for t in times)} s; median {whole:.2f} s")
    parts = {part: statistics.median(one[part] for one in rounds) for part in PARTS}
    print("; ".join(f"{part} {seconds:.2f} s" for part, seconds in parts.items()))
    print(f"ratio to {MOST} s: {whole / MOST:.2f} (at most 1)")
    return int(whole > MOST)


def opened(chart: Any, password: str) -> list[dict[str, float]]:
    """Seconds from request to drawn, each time anew, whole and by ``PARTS``."""
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
            began, busy = time.perf_counter(), time.process_time()
            page.goto(f"{at}/spc.chart/{chart.number}/", wait_until="commit")
            page.locator('[data-pictures][data-drawn="2"]').wait_for()
            whole, busy = time.perf_counter() - began, time.process_time() - busy
            first, points = (seconds / 1000 for seconds in page.evaluate(ANSWERED))
            times.append(
                dict(
                    zip(("whole", *PARTS), (whole, first, points, whole - first - points, busy), strict=True)
                )
            )
        browser.close()
    site.shutdown()
    return times[1:]


if __name__ == "__main__":
    sys.exit(main())
