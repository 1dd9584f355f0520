"""Charts in control signal as often as theory says: run lengths by simulation, with fixed seeds, against published values."""

import numpy as np
import pytest

from zhicheng import stats as st
from zhicheng.stats import (
    cusum,
    ewma,
    i_chart,
    iso7870_2,
    moving_average,
    nelson,
    western_electric,
    xbar_chart,
)

SERIES, LENGTH = 1500, 4000


def run_length(signals: np.ndarray) -> float:
    """The mean number of points to the first signal; a series without one counts its length (censored, so a little short)."""
    first = np.where(signals.any(axis=1), signals.argmax(axis=1) + 1, signals.shape[1])
    return float(first.mean())


@pytest.fixture(scope="module")
def normal() -> np.ndarray:
    return np.random.default_rng(20260128).normal(size=(SERIES, LENGTH))


def test_three_sigma_limits_signal_once_in_370(normal: np.ndarray) -> None:
    """1/0.0026998 = 370.4 (Montgomery, section 5.3)."""
    chart = i_chart(normal, centre=0.0, sigma=1.0)
    assert run_length(chart.beyond) == pytest.approx(370.4, rel=0.06)
    assert 1 / chart.beyond.mean() == pytest.approx(370.4, rel=0.03)


def test_subgroups_signal_as_single_values_do(normal: np.ndarray) -> None:
    chart = xbar_chart(normal.reshape(SERIES, LENGTH // 4, 4), centre=0.0, sigma=1.0)
    assert 1 / chart.beyond.mean() == pytest.approx(370.4, rel=0.06)


def with_run(length: int) -> float:
    """The exact in-control ARL of 3-sigma limits with a run of that length on one side, as a Markov chain.

    From a run of j points a point continues it with probability q, starts one on the other side with q, or signals; q = P(0 < z < 3).
    """
    q = 0.5 - 0.0026997960632601866 / 2
    states = length - 1
    step = np.zeros((states, states))
    for j in range(states):
        step[j, 0] += q
        if j + 1 < states:
            step[j, j + 1] += q
    arl = np.linalg.solve(np.eye(states) - step, np.ones(states))
    return float(1 + 2 * q * arl[0])


def test_western_electric_and_nelson_signal_sooner(normal: np.ndarray) -> None:
    """Champ and Woodall (1987), Technometrics 29, table 1: limits with each further test, in control; runs: exact."""
    chart = i_chart(normal.reshape(4 * SERIES, LENGTH // 4), centre=0.0, sigma=1.0)

    def length(rules: st.RuleSet) -> float:
        return run_length(np.logical_or.reduce(list(chart.signals(rules).flags.values())))

    assert length(western_electric().only(1, 2)) == pytest.approx(225.44, rel=0.05)
    assert length(western_electric().only(1, 3)) == pytest.approx(166.05, rel=0.05)
    assert length(western_electric().only(1, 4)) == pytest.approx(152.73, rel=0.05)
    assert length(western_electric()) == pytest.approx(91.75, rel=0.05)
    assert with_run(8) == pytest.approx(152.73, abs=0.01)
    assert length(nelson().only(1, 2)) == pytest.approx(with_run(9), rel=0.05)
    assert length(iso7870_2().only(1, 2)) == pytest.approx(with_run(7), rel=0.05)
    assert length(nelson()) < length(western_electric())


def test_cusum_has_the_run_lengths_of_the_textbook(normal: np.ndarray) -> None:
    """Montgomery, table 9.3: h = 4, k = 0.5 has ARL 168 in control and 8.38 after a shift of one sigma."""
    calm = cusum(normal, h=4, k=0.5, centre=0.0, sigma=1.0, of="individuals")
    assert run_length(calm.upper | calm.lower) == pytest.approx(168, rel=0.06)
    shifted = cusum(normal[:, :300] + 1, h=4, k=0.5, centre=0.0, sigma=1.0, of="individuals")
    assert run_length(shifted.upper | shifted.lower) == pytest.approx(8.38, rel=0.04)


def test_ewma_has_the_run_lengths_of_the_textbook(normal: np.ndarray) -> None:
    """Montgomery, table 9.11: λ = 0.2, L = 2.962 has ARL 500 in control and 10.5 after a shift of one sigma (final limits)."""
    calm = ewma(normal, weight=0.2, nsigma=2.962, centre=0.0, sigma=1.0, of="individuals").chart
    assert run_length(calm.beyond) == pytest.approx(500, rel=0.07)
    shifted = ewma(normal[:, :300] + 1, weight=0.2, nsigma=2.962, centre=0.0, sigma=1.0, of="individuals")
    outside = shifted.chart.statistic > shifted.asymptotic_upper
    assert run_length(outside) == pytest.approx(10.5, rel=0.04)


def test_moving_average_limits_hold_their_share(normal: np.ndarray) -> None:
    chart = moving_average(normal[:300], span=4, centre=0.0, sigma=1.0, of="individuals")
    assert chart.beyond.mean() == pytest.approx(0.0027, rel=0.06)


def test_a_head_start_finds_an_early_shift_sooner(normal: np.ndarray) -> None:
    """Lucas and Crosier (1982): h = 4, k = 0.5, head start h/2: ARL 149 in control, 5.3 at a shift of one sigma."""
    calm = cusum(normal, h=4, k=0.5, head_start=2, centre=0.0, sigma=1.0, of="individuals")
    assert run_length(calm.upper | calm.lower) == pytest.approx(149, rel=0.07)
    shifted = cusum(normal[:, :300] + 1, h=4, k=0.5, head_start=2, centre=0.0, sigma=1.0, of="individuals")
    assert run_length(shifted.upper | shifted.lower) == pytest.approx(5.29, rel=0.04)
