"""The probability that a single plan accepts, with the standard library alone: what a command line or a tooltip needs.

Curves of many points, double and multiple plans: ``zhicheng.stats.sampling.oc``.
"""

from __future__ import annotations

import math


def single_acceptance(
    n: int, ac: int, p: float, distribution: str = "binomial", lot_size: int | None = None
) -> float:
    """Probability of acceptance of the single plan (n, Ac) at quality ``p``.

    ``p``: share nonconforming (binomial, hypergeometric) or nonconformities per item (poisson). ``lot_size`` is needed for the
    hypergeometric, where ``p`` times it must be a whole number.

    >>> round(single_acceptance(80, 2, 0.01), 6)
    0.953447
    """
    if n < 1 or ac < 0:
        raise ValueError(f"样本量 n 须不小于 1，接收数 Ac 须不小于 0（得到 n={n}、Ac={ac}）。")
    if not p >= 0 or (p > 1 and distribution != "poisson"):
        raise ValueError(f"质量水平 p={p} 须在 0 到 1 之间（泊松时为每单位不合格数，不小于 0）。")
    if distribution == "binomial":
        terms = [_binomial(n, d, p) for d in range(min(ac, n) + 1)]
    elif distribution == "poisson":
        terms = [_poisson(n * p, d) for d in range(ac + 1)]
    elif distribution == "hypergeometric":
        if lot_size is None or lot_size < n:
            raise ValueError("超几何分布须给出不小于样本量的批量 lot_size。")
        bad = round(lot_size * p)
        if not math.isclose(bad, lot_size * p, abs_tol=1e-6):
            raise ValueError(f"批量 {lot_size} × p={p} 不是整数：批中不合格品数须是整数。")
        whole = math.comb(lot_size, n)
        # the division of exact integers rounds once
        return (
            sum(math.comb(bad, d) * math.comb(lot_size - bad, n - d) for d in range(min(ac, n) + 1)) / whole
        )
    else:
        raise ValueError(f"分布“{distribution}”不存在：binomial、poisson 或 hypergeometric。")
    return min(math.fsum(terms), 1.0)


def _binomial(n: int, d: int, p: float) -> float:
    if p in (0.0, 1.0):
        return float(d == n * p)
    log = math.lgamma(n + 1) - math.lgamma(d + 1) - math.lgamma(n - d + 1)
    return math.exp(log + d * math.log(p) + (n - d) * math.log1p(-p))


def _poisson(mean: float, d: int) -> float:
    return float(d == 0) if mean == 0 else math.exp(d * math.log(mean) - mean - math.lgamma(d + 1))
