"""How long `zhicheng review` takes as a whole process: a report of 25 pages under 2 s, one of 200 pages under 10 s."""

from __future__ import annotations

import argparse
import random
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
    """A report of so many pages: one of an invented enterprise, and sentences strewn anew until it is long enough."""
    from tests.review.enterprises import enterprise
    from tests.review.reports import as_text, report

    rng = random.Random(pages)
    pieces = report(enterprise(rng, "阀门"), "gbt31870", rng)
    sentences = [piece.text for piece in pieces if piece.kind == "paragraph" and len(piece.text) > 20]
    text = as_text(pieces)
    while len(text) < pages * CHARACTERS_A_PAGE:
        words = list("".join(rng.sample(sentences, 3)))
        rng.shuffle(words)
        text += "".join(words)[:160].replace("\n", "") + "。\n\n"
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
            for _ in range(rounds):
                began = time.perf_counter()
                run = "from zhicheng.review_cli import review; review()"
                subprocess.run(
                    [sys.executable, "-c", run, str(path), "--format", "json"],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                taken.append(time.perf_counter() - began)
            median = statistics.median(taken)
            missed = missed or median > limit
            print(
                f"{pages} pages: median {median:.2f} s of {rounds} (from {min(taken):.2f} to {max(taken):.2f}), limit {limit} s"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
