"""How long `zhicheng review` takes as a whole process: a report of 25 pages under 2 s, one of 200 pages under 10 s."""

from __future__ import annotations

import argparse
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
CHARACTERS_A_PAGE = 900  # A4 in 小四 with tables
LIMITS = {25: 2.0, 200: 10.0}


def written(folder: Path, pages: int) -> Path:
    """A report of so many pages: one of an invented enterprise, then clauses of many such reports put together anew."""
    from tests.review.enterprises import enterprise
    from tests.review.reports import as_text, report

    rng = random.Random(pages)
    text = as_text(report(enterprise(rng, "阀门"), "gbt31870", rng))
    clauses = sorted({
        clause
        for _ in range(40)
        for piece in report(enterprise(rng), "official_2013", rng)
        if piece.kind in ("paragraph", "item")
        for clause in re.split("[，。；]", piece.text)
        if len(clause) > 6
    })  # fmt: skip
    section = 0
    while len(text) < pages * CHARACTERS_A_PAGE:
        section += 1
        text += f"\n\n{section}、工作情况之{rng.choice(clauses)[:8]}\n\n"
        for _ in range(rng.randrange(2, 6)):
            text += "，".join(rng.sample(clauses, rng.randrange(3, 7))) + "。\n\n"
        rows = ["指标\t目标值\t实际值"] + [
            f"{name}率\t≥9{rng.randrange(9)}%\t99.{rng.randrange(9)}%" for name in ("合格", "及时", "完好")
        ]
        text += f"表 {section + 40} 第{section}组指标\n" + "\n".join(rows) + "\n\n"
    path = folder / f"{pages}.txt"
    path.write_text(text, "utf-8")
    return path


def main() -> int:
    """Print the median of each; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for pages, limit in LIMITS.items():
            path = written(Path(folder), pages)
            taken = []
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            for _ in range(rounds):
                began = time.perf_counter()
                run = "from zhicheng.review_cli import review; review()"
                subprocess.run(
                    [sys.executable, "-c", run, str(path), "--format", "json"],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                taken.append(time.perf_counter() - began)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / rounds
            median = statistics.median(taken)
            missed = missed or median > limit
            print(
                f"{pages} pages: median {median:.2f} s of {rounds} (from {min(taken):.2f} to {max(taken):.2f}), limit {limit} s; processor time {spent:.2f} s"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
