"""EWMA, CUSUM and moving average against qcc, NIST and by hand."""

import numpy as np
import pytest

from tests.stats.published import EWMA_EXAMPLE, PISTON_RINGS
from zhicheng.stats import Unusable, cusum, ewma, i_chart, moving_average


def test_ewma_of_the_nist_handbook_as_qcc_prints_it() -> None:
    found = ewma(EWMA_EXAMPLE, weight=0.3, centre=50, sigma=2.0539)
    assert found.chart.statistic[:4].tolist() == pytest.approx([50.6, 49.52, 50.564, 50.1848])
    assert found.chart.lower[:4].tolist() == pytest.approx(
        [48.15149, 47.743605987876, 47.5685944292046, 47.4872846531191]
    )
    assert float(found.asymptotic_upper) == pytest.approx(52.5884317381266)
    assert float(found.asymptotic_lower) == pytest.approx(47.4115682618734)
    assert not found.chart.beyond.any()


def test_ewma_as_qcc_asserts_it() -> None:
    """tests/testthat/test-ewma.R of qcc 3.0."""
    found = ewma([11, 13, 12], weight=0.5, centre=10, sigma=2, nsigma=2)
    assert found.chart.statistic.tolist() == pytest.approx([10.5, 11.75, 11.875])
    assert found.chart.upper.tolist() == pytest.approx([10 + 2 * s for s in (1, 1.25**0.5, 1.3125**0.5)])
    assert ewma([0, 0, 0, 5], weight=1, centre=0, sigma=1, nsigma=2).chart.beyond.tolist() == [False] * 3 + [
        True
    ]


def test_ewma_of_weight_one_is_the_shewhart_chart() -> None:
    found, plain = ewma(EWMA_EXAMPLE, weight=1.0), i_chart(EWMA_EXAMPLE)
    assert found.chart.upper.tolist() == pytest.approx([float(plain.upper[0])] * len(EWMA_EXAMPLE))
    assert found.chart.beyond.tolist() == plain.beyond.tolist()


def test_cusum_of_piston_rings_as_qcc_prints_it() -> None:
    found = cusum(PISTON_RINGS[:25], h=4, k=0.5, constants="table")
    assert found.positive[:4].tolist() == pytest.approx(
        [1.56215612037841, 0.930529133975764, 1.98994329238263, 1.90676208267444]
    )
    assert not found.upper.any()
    assert not found.lower.any()
    first = cusum(PISTON_RINGS[:25], h=5, k=0.5, head_start=2.5, constants="table")
    both = cusum(PISTON_RINGS, limits=first.limits)
    assert both.positive[:2].tolist() == pytest.approx([4.06215612037841, 3.43052913397576])
    assert (np.flatnonzero(both.upper) + 1).tolist() == [37, 38, 39, 40]
    assert not both.lower.any()
    assert both.phase == 2


def test_cusum_as_qcc_asserts_it() -> None:
    """tests/testthat/test-cusum.R of qcc 3.0: a sum equal to h is no signal."""
    found = cusum([1.5, 0.5, 0.6, -1.5, -0.5, -0.8], h=1, k=0.5, centre=0, sigma=1)
    assert found.positive.tolist() == pytest.approx([1.0, 1.0, 1.1, 0, 0, 0])
    assert found.negative.tolist() == pytest.approx([0, 0, 0, 1.0, 1.0, 1.3])
    assert found.upper.tolist() == [False, False, True, False, False, False]
    assert found.positive_since.tolist() == [1, 2, 3, 0, 0, 0]


def test_cusum_with_subgroups_of_their_own_size() -> None:
    """qcc 3.0: newdata of sizes 2 and 3 with centre 10, sigma 2."""
    rows = [[10, 10, 10], [10, 10, 10], [14, 14], [16, 16, 16]]
    found = cusum(rows, h=10, k=0.5, centre=10, sigma=2)
    assert found.positive.tolist() == pytest.approx([0, 0, 2.32842712474619, 7.02457954745282])


def test_the_head_start_shortens_the_delay() -> None:
    late = np.full(20, 1.0)
    plain, fast = (cusum(late, centre=0, sigma=1, head_start=start) for start in (0.0, 2.5))
    assert int(np.argmax(fast.upper)) < int(np.argmax(plain.upper))


def test_both_sums_begin_at_the_head_start() -> None:
    found = cusum([0.0, 0.0], h=5, k=0.5, head_start=2.5, centre=0, sigma=1)
    assert found.positive.tolist() == found.negative.tolist() == [2.0, 1.5]


def test_moving_average_by_hand() -> None:
    chart = moving_average([1, 2, 3, 6], span=2, centre=2, sigma=1)
    assert chart.statistic.tolist() == [1, 1.5, 2.5, 4.5]
    assert chart.upper.tolist() == pytest.approx([5, *[2 + 3 / 2**0.5] * 3])
    assert chart.beyond.tolist() == [False, False, False, True]
    grouped = moving_average([[1, 3], [2, 4], [3, 5]], span=2, sigma=1, centre=3)
    assert grouped.upper.tolist() == pytest.approx([3 + 3 / 2**0.5, 3 + 1.5, 3 + 1.5])


def test_many_series_at_once_are_each_as_one_alone() -> None:
    x = np.random.default_rng(1).normal(size=(4, 30))
    together = ewma(x, of="individuals")
    sums = cusum(x, of="individuals")
    for row in range(4):
        assert together.chart.statistic[row].tolist() == pytest.approx(ewma(x[row]).chart.statistic.tolist())
        assert sums.positive[row].tolist() == pytest.approx(cusum(x[row]).positive.tolist())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ewma([1, 2, 3], weight=1.2), "λ"),
        (lambda: ewma([1, 2, 3], weight=0.0), "λ"),
        (lambda: cusum([1, 2, 3], h=0), "h"),
        (lambda: cusum([1, 2, 3], h=2, head_start=2), "head_start"),
        (lambda: cusum([1, 2, 3], k=-1), "k"),
        (lambda: moving_average([1, 2, 3], span=4), "跨度"),
        (lambda: moving_average([2, 2, 2], span=2), "σ 为 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        call()
