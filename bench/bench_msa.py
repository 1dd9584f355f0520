"""How fast 1,000 gauge R&R studies (3 operators, 10 parts, 3 trials) are: each method under 1 s; and ``zhicheng sampling`` under 0.4 s.

Usage: ``python bench/bench_msa.py [studies]``. Prints the median of some rounds and the limit, and the ratio to a plain vectorised
NumPy baseline (sums of squares, variance components and no more) of the same run; exit 1 when a limit is missed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from zhicheng.stats.msa.gauge_rr_anova import gauge_rr_anova, gauge_rr_nested, variance_intervals
from zhicheng.stats.msa.gauge_rr_range import gauge_rr_range

ROUNDS = 7
MOST_STUDIES, MOST_COMMAND = 1.0, 0.4
COMMAND = "from zhicheng.sampling_cli import sampling; sampling(['--lot', '1200', '--aql', '1.0', '--format', 'json'])"


def baseline(y: np.ndarray) -> np.ndarray:
    """The variance components of crossed studies without pooling, and nothing else."""
    o, p, r = y.shape[1:]
    cell = y.mean(axis=3)
    operator, part, grand = cell.mean(axis=2), cell.mean(axis=1), cell.mean(axis=(1, 2))
    ms_o = p * r * ((operator - grand[:, None]) ** 2).sum(axis=1) / (o - 1)
    ms_p = o * r * ((part - grand[:, None]) ** 2).sum(axis=1) / (p - 1)
    effect = cell - operator[:, :, None] - part[:, None, :] + grand[:, None, None]
    ms_i = r * (effect**2).sum(axis=(1, 2)) / ((o - 1) * (p - 1))
    ms_e = ((y - cell[..., None]) ** 2).sum(axis=(1, 2, 3)) / (o * p * (r - 1))
    return np.stack([ms_e, (ms_i - ms_e) / r, (ms_o - ms_i) / (p * r), (ms_p - ms_i) / (o * r)])


def median(act: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> int:
    """Print a line for each measurement."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(1)
    data = rng.normal(size=(studies, 1, 10, 1)) * 2 + rng.normal(size=(studies, 3, 10, 3))
    plain = median(lambda: baseline(data))
    print(f"baseline NumPy         {plain * 1000:8.2f} ms for {studies} studies")
    missed = 0
    tasks: dict[str, Callable[[], object]] = {
        "ANOVA crossed": lambda: gauge_rr_anova(data, tolerance=20),
        "ANOVA and intervals": lambda: variance_intervals(gauge_rr_anova(data, tolerance=20)),
        "ANOVA nested": lambda: gauge_rr_nested(data),
        "average and range": lambda: gauge_rr_range(data),
    }
    for name, act in tasks.items():
        act()
        took = median(act)
        kept = took < MOST_STUDIES
        missed += not kept
        print(
            f"{name:22} {took * 1000:8.2f} ms, {took / plain:5.1f} × baseline, limit {MOST_STUDIES} s: {'kept' if kept else 'MISSED'}"
        )
    took = median(lambda: subprocess.run([sys.executable, "-c", COMMAND], check=True, capture_output=True))
    kept = took < MOST_COMMAND
    missed += not kept
    print(
        f"{'sampling, process':22} {took * 1000:8.2f} ms, limit {MOST_COMMAND} s: {'kept' if kept else 'MISSED'}"
    )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
