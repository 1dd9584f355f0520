"""How fast a file of incoming lots is taken in, and in how much memory: 100,000 rows, at least 2,000 a second, under 600 MB.

Usage: ``python bench/import_lots.py [rows]``. Works on a new SQLite database in a temporary folder.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LEAST_PER_SECOND = 2000
MOST_MEGABYTES = 600
SUPPLIERS, ITEMS = 40, 60


def make_file(path: Path, rows: int) -> None:
    """A file of lots as an office program writes it."""
    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, day = book.add_worksheet("进货检验批"), book.add_format({"num_format": "yyyy-mm-dd"})
    heads = ("供方", "ERP 单据号", "行号", "物料", "数量", "单位", "发生日期", "检验数量", "不合格数量", "检验结论", "备注")  # fmt: skip
    sheet.write_row(0, 0, heads)
    start = dt.datetime(2017, 1, 3)  # noqa: DTZ001 - a date cell has no zone
    for i in range(1, rows + 1):
        bad = i % 40 == 0
        facts = (f"供方{i % SUPPLIERS}", f"PO{i:07d}", 1, f"M{i % ITEMS}", 100 + i % 900)
        sheet.write_row(i, 0, (*facts, "件"))
        sheet.write_datetime(i, 6, start + dt.timedelta(days=i % 360), day)
        sheet.write_row(i, 7, (20, 3 if bad else 0, "不接收" if bad else "接收", f"第 {i} 批"))
    book.close()


def set_up(home: Path) -> None:
    """An installation with suppliers and items."""
    os.environ["ZHICHENG_HOME"] = str(home)
    os.environ.pop("ZHICHENG_DATABASE", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.process import registry
    from zhicheng.core.setup import Enterprise, establish
    from zhicheng.core.writers import open_record, perform

    call_command("migrate", verbosity=0)
    establish(Enterprise("测速", "91330000BENCH00001", "总部"), "管理员")
    for i in range(SUPPLIERS):
        facts = {"name": f"供方{i}", "risk_class": "C", "qualified_until": "2099-12-31"}
        supplier = open_record(registry["supplier.supplier"], facts, by=SYSTEM)
        perform(supplier, "approve", {"grade": "A"}, by=SYSTEM, version=1)
    item = {
        "name": "壳体",
        "purchase_kind": "bought_part",
        "risk_class": "B",
        "unit": "件",
        "ruling": "every_lot",
    }
    for i in range(ITEMS):
        open_record(registry["supplier.item"], {"code": f"M{i}", **item}, by=SYSTEM)


def take_in(path: Path) -> Any:
    """Read, check and write, each timed; returns what was checked."""
    from zhicheng.core import bulk
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.process import registry
    from zhicheng.exchange.imports import read

    begun = time.perf_counter()
    sheet = read(registry["inspection.lot"], path, path.name)
    opened = time.perf_counter()
    checked = bulk.check(registry["inspection.lot"], sheet, by=SYSTEM)
    judged = time.perf_counter()
    bulk.write(checked, by=SYSTEM, file_name=path.name, file_sha256=sheet.sha256)
    written = time.perf_counter()
    print(
        f"open {opened - begun:.1f} s, check {judged - opened:.1f} s, write {written - judged:.1f} s; {time.process_time():.1f} s of the processor"
    )
    return checked, written - begun


def main() -> int:
    """Measure; 1 if slower or larger than promised."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        path = Path(folder) / "lots.xlsx"
        make_file(path, rows)
        checked, seconds = take_in(path)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{path.stat().st_size / 2**20:.1f} MB file, {len(checked.ready)} lots opened, {len(checked.errors)} refused"
        )
        print(
            f"{rows / seconds:.0f} rows/s (at least {LEAST_PER_SECOND}), {megabytes:.0f} MB (under {MOST_MEGABYTES})"
        )
        return int(rows / seconds < LEAST_PER_SECOND or megabytes > MOST_MEGABYTES or bool(checked.errors))


if __name__ == "__main__":
    sys.exit(main())
