"""Statistics of many characteristics against plain NumPy: ``python bench/bench_spc.py [characteristics] [rounds]``.

X̄-R limits and all eight tests for 10,000 characteristics × 100 subgroups × 5, and capability with intervals for 10,000 × 500. The
baselines are what a good NumPy programmer writes for the same figures, whole arrays at once; the results are compared before
anything is timed. Rounds alternate, so that a busy machine is busy for both. Limit: 1.5 times the baseline.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np
from scipy import special

from zhicheng.stats import QCC, anderson_darling, capability, xbar_r

LIMIT = 1.5
D2, D3 = 2.3259289472810, 0.8640819411


def windows(flags: np.ndarray, length: int) -> np.ndarray:
    """How many flags each window of ``length`` has, by a running total: points × characteristics."""
    total = np.cumsum(flags, axis=1, dtype=np.int16)
    total[:, length:] -= total[:, :-length].copy()
    return total


def baseline_charts(data: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """X̄-R limits and Nelson's eight tests in plain array operations."""
    means = data.mean(axis=2)
    ranges = data.max(axis=2) - data.min(axis=2)
    centre, spread = means.mean(axis=1), ranges.mean(axis=1)
    sigma = spread / D2
    z = (means - centre[:, None]) / (sigma / np.sqrt(data.shape[2]))[:, None]
    limits = np.stack(
        [centre - 3 * sigma / np.sqrt(data.shape[2]), centre + 3 * sigma / np.sqrt(data.shape[2])]
    )
    dispersion = np.stack([np.maximum(0, spread - 3 * D3 * sigma), spread + 3 * D3 * sigma])
    steps = np.sign(np.diff(means, axis=1))
    size = np.abs(z)
    tests = [size > 3]
    for flags, points, window in (((z > 0), 9, 9), ((steps > 0), 5, 5), ((z > 2), 2, 3), ((z > 1), 4, 5)):
        mirrored = {9: z < 0, 3: z < -2}.get(window, z < -1)
        mirror = (steps < 0) if flags.shape[1] < z.shape[1] else mirrored
        found = (windows(flags, window) >= points) | (windows(mirror, window) >= points)
        tests.append(found)
    alternating = steps[:, 1:] * steps[:, :-1] < 0
    tests.append(windows(alternating, 12) >= 12)
    tests.append(windows(size <= 1, 15) >= 15)
    outside = (windows(size > 1, 8) >= 8) & (windows(z > 1, 8) > 0) & (windows(z < -1, 8) > 0)
    tests.append(outside)
    return limits, dispersion, tests


def ours_charts(data: np.ndarray) -> Any:
    """The same with the package."""
    pair = xbar_r(data)
    return pair, pair.xbar.signals()


def baseline_capability(data: np.ndarray, lsl: float, usl: float) -> dict[str, Any]:
    """Cp and Cpk (mean moving range), Pp and Ppk, each with its interval, and Cpm, in plain array operations."""
    n, z, tail = data.shape[1], special.ndtri(0.975), 0.025
    mean, overall = data.mean(axis=1), data.std(axis=1, ddof=1)
    within = np.abs(np.diff(data, axis=1)).mean(axis=1) / 1.1283791670955126
    low, high = (np.sqrt(special.chdtri(n - 1, q) / (n - 1)) for q in (1 - tail, tail))
    out: dict[str, Any] = {
        "observed": ((data < lsl).mean(axis=1), (data > usl).mean(axis=1)),
    }
    for name, sigma in (("c", within), ("p", overall)):
        width = (usl - lsl) / (6 * sigma)
        lower, upper = (mean - lsl) / (3 * sigma), (usl - mean) / (3 * sigma)
        near = np.minimum(lower, upper)
        half = z * np.sqrt(1 / (9 * n) + near**2 / (2 * (n - 1)))
        delta = (mean - (lsl + usl) / 2) / sigma
        freedom = n * (1 + delta**2) / (1 + 2 * delta**2)
        off = width / np.sqrt(1 + delta**2)
        cpm = (
            off * np.sqrt(special.chdtri(freedom, 1 - tail) / freedom),
            off * np.sqrt(special.chdtri(freedom, tail) / freedom),
        )
        shares = special.ndtr((lsl - mean) / sigma), special.ndtr(-(usl - mean) / sigma)
        out[name] = (width, width * low, width * high, near, near - half, near + half, off, *cpm, *shares)
    return out


def baseline_least(data: np.ndarray, lsl: float, usl: float) -> tuple[np.ndarray, ...]:
    """Only Pp and Ppk with their intervals: the least that may be called capability."""
    n = data.shape[1]
    mean, overall = data.mean(axis=1), data.std(axis=1, ddof=1)
    width = (usl - lsl) / (6 * overall)
    near = np.minimum(usl - mean, mean - lsl) / (3 * overall)
    half = special.ndtri(0.975) * np.sqrt(1 / (9 * n) + near**2 / (2 * (n - 1)))
    low, high = (np.sqrt(special.chdtri(n - 1, q) / (n - 1)) for q in (0.975, 0.025))
    return width, width * low, width * high, near, near - half, near + half


def same(data: np.ndarray) -> None:
    """Both ways must agree, or the times mean nothing."""
    limits, dispersion, tests = baseline_charts(data)
    pair, signals = ours_charts(data)
    np.testing.assert_allclose(pair.xbar.lower[:, 0], limits[0], rtol=1e-9)
    np.testing.assert_allclose(pair.r.upper[:, 0], dispersion[1], rtol=1e-9)
    order = (1, 2, 3, 5, 6, 4, 7, 8)
    for number, found in zip(order, tests, strict=True):
        expected = signals.flags[f"nelson{number}"][:, -found.shape[1] :]
        if number in (
            5,
            6,
        ):  # a window that is not full, or whose last point is inside, is not reported by the package
            assert not (expected & ~found).any()
        else:
            np.testing.assert_array_equal(expected, found)
    flat = data.reshape(data.shape[0], -1)
    plain = baseline_capability(flat, 4.0, 16.0)
    ours = capability(flat, lsl=4.0, usl=16.0, of="individuals", conventions=QCC)
    for index, at in ((ours.cp, 0), (ours.cpk, 3), (ours.cpm, 6)):
        assert index is not None
        np.testing.assert_allclose(
            np.stack([index.value, index.lower, index.upper]), np.stack(plain["c"][at : at + 3])
        )


def timed(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median of each way, in seconds, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(spent) for name, spent in times.items()}


def main(characteristics: int = 10_000, rounds: int = 7) -> int:
    """Print microseconds a characteristic, and the ratios; 1 if a ratio misses its limit."""
    data = np.random.default_rng(20260128).normal(10.0, 1.0, (characteristics, 100, 5))
    same(data[:200])
    flat = np.ascontiguousarray(data.reshape(characteristics, 500))
    worst = 0.0
    for title, ours, baseline in (
        ("X̄-R limits and eight tests, 100 × 5", lambda: ours_charts(data), lambda: baseline_charts(data)),
        (
            "Cp, Cpk, Cpm, Pp, Ppk with intervals, 500 values",
            lambda: capability(flat, lsl=4.0, usl=16.0, of="individuals"),
            lambda: baseline_capability(flat, 4.0, 16.0),
        ),
    ):
        spent = timed({"ours": ours, "numpy": baseline}, rounds)
        ratio = spent["ours"] / spent["numpy"]
        worst = max(worst, ratio)
        each = {name: 1e6 * seconds / characteristics for name, seconds in spent.items()}
        word = "kept" if ratio <= LIMIT else "MISSED"
        print(
            f"{title}: ours {each['ours']:.1f} µs, numpy {each['numpy']:.1f} µs, ratio {ratio:.2f} (limit {LIMIT}): {word}"
        )
    least = timed({"numpy": lambda: baseline_least(flat, 4.0, 16.0)}, rounds)["numpy"] * 1e6 / characteristics
    print(f"for comparison: Pp and Ppk alone with intervals in plain NumPy: {least:.1f} µs")
    few = flat[: max(1, characteristics // 10)]
    spent_test = timed({"test": lambda: anderson_darling(few)}, 3)["test"] * 1e6 / few.shape[0]
    print(
        f"for comparison: Anderson–Darling test of 500 values (part of a study, not of the indices): {spent_test:.1f} µs"
    )
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
