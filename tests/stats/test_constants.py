"""Constants of control charts against printed tables and another program's integration."""

import math

import numpy as np
import pytest
from scipy import stats

from zhicheng.stats import Unusable, c4, d2, d3, factors
from zhicheng.stats.constants import LARGEST_PRINTED, by_size, median_error, range_cdf, range_quantile

# n: d2, d3, c4, A2, A3, B3, B4, D3, D4 (Montgomery, Appendix VI; ISO 7870-2 prints the same)
PRINTED = {
    2: (1.128, 0.853, 0.7979, 1.880, 2.659, 0.0, 3.267, 0.0, 3.267),
    3: (1.693, 0.888, 0.8862, 1.023, 1.954, 0.0, 2.568, 0.0, 2.575),
    4: (2.059, 0.880, 0.9213, 0.729, 1.628, 0.0, 2.266, 0.0, 2.282),
    5: (2.326, 0.864, 0.9400, 0.577, 1.427, 0.0, 2.089, 0.0, 2.115),
    6: (2.534, 0.848, 0.9515, 0.483, 1.287, 0.030, 1.970, 0.0, 2.004),
    7: (2.704, 0.833, 0.9594, 0.419, 1.182, 0.118, 1.882, 0.076, 1.924),
    8: (2.847, 0.820, 0.9650, 0.373, 1.099, 0.185, 1.815, 0.136, 1.864),
    9: (2.970, 0.808, 0.9693, 0.337, 1.032, 0.239, 1.761, 0.184, 1.816),
    10: (3.078, 0.797, 0.9727, 0.308, 0.975, 0.284, 1.716, 0.223, 1.777),
    15: (3.472, 0.756, 0.9823, 0.223, 0.789, 0.428, 1.572, 0.347, 1.653),
    25: (3.931, 0.708, 0.9896, 0.153, 0.606, 0.565, 1.435, 0.459, 1.541),
}
# R package SixSigma 0.11, ss.cc.getd2, getd3, getc4
SIX_SIGMA = {
    2: (1.12837916709572, 0.852502466429672, 0.797884560802865),
    4: (2.0587507460143, 0.879808202832172, 0.921317731923561),
    5: (2.32592894730363, 0.864081941115661, 0.939985602986625),
}
# ISO 8258 and GB/T 4091, factors of the median chart
MEDIAN = {3: 1.187, 4: 0.796, 5: 0.691, 6: 0.549, 7: 0.509, 8: 0.434, 9: 0.412, 10: 0.365}


@pytest.mark.parametrize("n", PRINTED)
def test_factors_round_to_the_printed_tables(n: int) -> None:
    f = factors(n)
    found = (f.d2, f.d3, f.c4, f.A2, f.A3, f.B3, f.B4, f.D3, f.D4)
    for ours, printed in zip(found, PRINTED[n], strict=True):
        assert ours == pytest.approx(printed, abs=0.00101)


@pytest.mark.parametrize("n", SIX_SIGMA)
def test_exact_constants_agree_with_another_program(n: int) -> None:
    assert (d2(n), d3(n), c4(n)) == pytest.approx(SIX_SIGMA[n], rel=1e-9)


def test_pairs_have_closed_forms() -> None:
    assert d2(2) == pytest.approx(2 / math.sqrt(math.pi), rel=1e-12)
    assert d3(2) == pytest.approx(math.sqrt(2 - 4 / math.pi), rel=1e-11)
    assert median_error(2) == pytest.approx(math.sqrt(0.5), rel=1e-6)


@pytest.mark.parametrize("n", range(2, LARGEST_PRINTED + 1))
def test_the_printed_table_is_the_exact_one_rounded(n: int) -> None:
    assert d2(n, "table") == pytest.approx(d2(n), abs=0.00051)
    assert d3(n, "table") == pytest.approx(d3(n), rel=2e-4)


@pytest.mark.parametrize("n", MEDIAN)
def test_factors_of_the_median_chart(n: int) -> None:
    assert pytest.approx(MEDIAN[n], abs=0.004) == factors(n).A4


@pytest.mark.parametrize("n", [2, 5, 12])
def test_the_distribution_of_the_range_is_scipys_studentized_range_without_end(n: int) -> None:
    for width in (0.5, 2.3, 4.7):
        assert float(range_cdf(width, n)[0]) == pytest.approx(
            stats.studentized_range.cdf(width, n, np.inf), abs=1e-8
        )
    assert float(range_cdf(range_quantile(0.99, n), n)[0]) == pytest.approx(0.99, abs=1e-10)


def test_moments_agree_with_simulation() -> None:
    x = np.random.default_rng(7).normal(size=(200_000, 6))
    r, s = np.ptp(x, axis=1), x.std(axis=1, ddof=1)
    assert r.mean() == pytest.approx(d2(6), abs=0.008)
    assert r.std() == pytest.approx(d3(6), abs=0.008)
    assert s.mean() == pytest.approx(c4(6), abs=0.004)
    assert np.median(x, axis=1).std() == pytest.approx(median_error(6), abs=0.004)


def test_by_size_follows_each_size() -> None:
    sizes = np.array([[2, 5], [5, 3]])
    assert by_size(sizes, "d2").tolist() == [[d2(2), d2(5)], [d2(5), d2(3)]]


@pytest.mark.parametrize("wrong", [1, 0, -3, 2.5, True])
def test_a_size_below_two_is_refused(wrong: float) -> None:
    with pytest.raises(Unusable, match="子组大小"):
        d2(wrong)  # type: ignore[arg-type]


def test_beyond_the_printed_table_is_refused() -> None:
    with pytest.raises(Unusable, match="只到 n = 25"):
        d2(26, "table")
    assert d2(100) == pytest.approx(5.0152, abs=1e-4)  # Harter (1960)
