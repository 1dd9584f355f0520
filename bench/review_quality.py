"""Recall and precision of each check on reports of invented enterprises; writes the tables of docs/review-quality.md.

.venv/bin/python bench/review_quality.py            print
.venv/bin/python bench/review_quality.py --write    and put the tables into the page
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "review-quality.md"


def main() -> int:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--reports", type=int, default=32, help="clean reports, each spoiled by every mutation"
    )
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    from tests.review.measuring import measure
    from tests.review.mutations_afterwards import AFTERWARDS
    from tests.review.quality_tables import tables

    same = measure(range(arguments.reports))
    other = measure(range(1000, 1000 + arguments.reports), None, AFTERWARDS)
    text = tables(same, other)
    print(text)
    if arguments.write:
        page = PAGE.read_text("utf-8")
        marked = re.sub(r"(?s)(<!-- measured -->\n).*(<!-- end -->)", lambda m: m[1] + text + m[2], page)
        PAGE.write_text(marked, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
