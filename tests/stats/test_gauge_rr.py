"""Gauge R&R: AIAG's own example, JASP's printed tables (checked there against Minitab), simulation, properties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhicheng.stats.msa.gauge import crossed_layout, gauge_verdict, nested_layout
from zhicheng.stats.msa.gauge_rr_anova import gauge_rr_anova, gauge_rr_nested, variance_intervals
from zhicheng.stats.msa.gauge_rr_expanded import gauge_rr_expanded
from zhicheng.stats.msa.gauge_rr_range import _range_moments, gauge_rr_range

# AIAG MSA, figure III-B 15: 3 appraisers, 10 parts, 3 trials
AIAG = [
    [[0.29, 0.41, 0.64], [-0.56, -0.68, -0.58], [1.34, 1.17, 1.27], [0.47, 0.50, 0.64], [-0.80, -0.92, -0.84],
     [0.02, -0.11, -0.21], [0.59, 0.75, 0.66], [-0.31, -0.20, -0.17], [2.26, 1.99, 2.01], [-1.36, -1.25, -1.31]],
    [[0.08, 0.25, 0.07], [-0.47, -1.22, -0.68], [1.19, 0.94, 1.34], [0.01, 1.03, 0.20], [-0.56, -1.20, -1.28],
     [-0.20, 0.22, 0.06], [0.47, 0.55, 0.83], [-0.63, 0.08, -0.34], [1.80, 2.12, 2.19], [-1.68, -1.62, -1.50]],
    [[0.04, -0.11, -0.15], [-1.38, -1.13, -0.96], [0.88, 1.09, 0.67], [0.14, 0.20, 0.11], [-1.46, -1.07, -1.45],
     [-0.29, -0.67, -0.49], [0.02, 0.01, 0.21], [-0.46, -0.56, -0.49], [1.77, 1.45, 1.87], [-1.49, -1.77, -2.16]],
]  # fmt: skip


def test_average_and_range_of_the_aiag_example():
    found = gauge_rr_range(AIAG)
    # as the manual's form prints them
    printed = [
        (found.ev, 0.20188),
        (found.av, 0.22963),
        (found.grr, 0.30575),
        (found.pv, 1.10456),
        (found.tv, 1.14610),
    ]
    for ours, theirs in printed:
        assert float(ours) == pytest.approx(theirs, abs=1e-4)
    assert [round(float(x), 1) for x in (found.pct_ev, found.pct_av, found.pct_grr, found.pct_pv)] == [
        17.6,
        20.0,
        26.7,
        96.4,
    ]
    assert int(found.ndc) == 5
    assert float(found.ndc_raw) == pytest.approx(5.09369247292348, rel=1e-9)
    assert found.r_bar_by_operator == pytest.approx([0.184, 0.513, 0.328])
    assert float(found.ucl_r) == pytest.approx(0.8815, abs=1e-6)
    assert gauge_verdict(found.components).endswith("测量系统有条件接受，取决于用途、成本与风险。")


def test_anova_of_the_aiag_example():
    """AIAG, table III-B 7 (with interaction pooled): EV 0.199933, AV 0.226838, GRR 0.302373, PV 1.042327, TV 1.085."""
    found = gauge_rr_anova(AIAG).components
    assert float(found.repeatability.sd) == pytest.approx(0.199933, abs=2e-6)
    assert float(found.operator.sd) == pytest.approx(0.226838, abs=2e-6)
    assert float(found.grr.sd) == pytest.approx(0.302373, abs=2e-6)
    assert float(found.part.sd) == pytest.approx(1.042327, abs=2e-6)
    assert float(found.total.sd) == pytest.approx(1.085, abs=5e-4)
    assert int(found.ndc) == 4
    # table III-B 5: mean squares and F
    table = gauge_rr_anova(AIAG)
    assert float(table.operator.ss) == pytest.approx(3.1673, abs=1e-4)
    assert float(table.part.ss) == pytest.approx(88.3619, abs=1e-4)
    assert float(table.interaction.ss) == pytest.approx(0.3590, abs=1e-4)
    assert float(table.repeatability.ss) == pytest.approx(2.7589, abs=1e-4)


def test_constants_are_those_printed():
    d2 = {2: (1.128, 0.853), 3: (1.693, 0.888), 5: (2.326, 0.864), 10: (3.078, 0.797)}
    for n, (mean, spread) in d2.items():
        assert _range_moments(n) == pytest.approx((mean, spread), abs=6e-4)
    four = gauge_rr_range(np.random.default_rng(1).normal(size=(4, 12, 4)))
    assert (round(four.k1, 4), round(four.k2, 4)) == (0.4857, 0.4467)


# JASP quality control 38c84de5, msaGaugeRRNested: 3 operators, 5 batches each, 2 results
NESTED = [
    [[33.4, 33.2], [32.4, 31.7], [34.4, 34.5], [33.9, 34.5], [34.5, 34.7]],
    [[32.5, 32.1], [32.1, 32.3], [35.1, 34.7], [32.4, 33.1], [34.8, 34.9]],
    [[32.6, 32.7], [32.3, 32.1], [34.9, 34.7], [33.0, 33.2], [31.6, 30.9]],
]


def test_nested_study_like_jasp():
    found = gauge_rr_nested(NESTED, tolerance=15)
    lines = (found.operator, found.part_in_operator, found.repeatability)
    assert [float(line.ss) for line in lines] == pytest.approx([4.36266666666666, 37.606, 1.21])
    assert [float(line.f) for line in lines[:2]] == pytest.approx([0.696059139499015, 38.849173553719])
    assert [float(line.p) for line in lines[:2]] == pytest.approx([0.517597080688392, 4.46224072581384e-09])
    parts = found.components
    assert float(parts.grr.pct_contribution) == pytest.approx(5.01892466428164)
    assert float(parts.grr.pct_study_variation) == pytest.approx(22.4029566447861)
    assert float(parts.part.pct_tolerance) == pytest.approx(49.4219924055408)
    assert float(parts.reproducibility.variance) == 0


def test_nested_study_by_its_definition():
    rng = np.random.default_rng(5)
    data = rng.normal(size=(3, 5, 2)) * 0.3 + rng.normal(size=(3, 5, 1))
    found = gauge_rr_nested(data, tolerance=15)
    part_means = data.mean(axis=2)
    ss = 2 * ((part_means - part_means.mean(axis=1, keepdims=True)) ** 2).sum()
    assert float(found.part_in_operator.ss) == pytest.approx(ss)
    assert (found.operator.df, found.part_in_operator.df, found.repeatability.df) == (2, 12, 15)
    total = found.operator.ss + found.part_in_operator.ss + found.repeatability.ss
    assert float(total) == pytest.approx(((data - data.mean()) ** 2).sum())
    rows = [((o, p), o, value) for o in range(3) for p in range(5) for value in data[o, p]]
    assert nested_layout(rows)[0] == pytest.approx(data)
    names: dict[str, list[Any]] = {"operator": [o for _p, o, _v in rows], "part": [p for p, _o, _v in rows]}
    general = gauge_rr_expanded([v for *_x, v in rows], names, [["operator"], ["part"]])
    assert general.part_variance == pytest.approx(float(found.components.part.variance))
    assert general.repeatability.variance == pytest.approx(float(found.components.repeatability.variance))


def test_crossed_study_like_jasp():
    """JASP quality control 38c84de5, gauge R&R LF1: mean squares 97.8395, 0.836111, 0.157099, 0.127778 with 10 × 3 × 3."""
    rng = np.random.default_rng(9)
    data = made_to_measure(rng, (97.8395061728395, 0.836111111111114, 0.157098765432099, 0.127777777777778))
    found = gauge_rr_anova(data, tolerance=10)
    assert float(found.part.f) == pytest.approx(622.789783889979, rel=1e-9)
    assert float(found.operator.p) == pytest.approx(0.0152789978971193, rel=1e-9)
    assert float(found.interaction.p) == pytest.approx(0.268355463232599, rel=1e-9)
    assert bool(found.pooled)
    parts = found.components
    assert float(parts.grr.variance) == pytest.approx(0.157929724596391, rel=1e-9)
    assert float(parts.operator.variance) == pytest.approx(0.0233855650522318, rel=1e-9)
    assert float(parts.part.variance) == pytest.approx(10.8561068903661, rel=1e-9)
    shares = [
        float(x)
        for x in (
            parts.grr.pct_study_variation,
            parts.repeatability.pct_study_variation,
            parts.part.pct_tolerance,
        )
    ]
    assert [round(x, 2) for x in shares] == [11.97, 11.05, 197.69]
    historical = gauge_rr_anova(data, tolerance=10, process_sd=3).components
    assert round(float(historical.grr.pct_study_variation), 2) == 13.25
    assert float(historical.part.variance) == pytest.approx(8.84207027540361, rel=1e-9)
    apart = gauge_rr_anova(data, pooling_p=None).components
    assert float(apart.interaction.variance) == pytest.approx(
        (0.157098765432099 - 0.127777777777778) / 3, rel=1e-9
    )


def made_to_measure(rng, mean_squares, shape=(3, 10, 3)):
    """Crossed data whose four mean squares are exactly those given."""
    o, p, r = shape
    y = rng.normal(size=shape)
    cell, grand = y.mean(axis=2), y.mean()
    operator, part = cell.mean(axis=1), cell.mean(axis=0)
    effects = [
        np.broadcast_to(part[None, :, None] - grand, shape),
        np.broadcast_to(operator[:, None, None] - grand, shape),
        np.broadcast_to((cell - operator[:, None] - part[None, :] + grand)[:, :, None], shape),
        y - cell[:, :, None],
    ]
    dfs = (p - 1, o - 1, (o - 1) * (p - 1), o * p * (r - 1))
    return sum(
        effect * np.sqrt(ms * df / (effect**2).sum())
        for effect, ms, df in zip(effects, mean_squares, dfs, strict=True)
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-100, 100), st.floats(0.01, 50))
def test_shift_leaves_and_scale_multiplies(seed, shift, scale):
    data = np.random.default_rng(seed).normal(size=(2, 5, 2))
    for method in (gauge_rr_anova, gauge_rr_range, gauge_rr_nested):
        one, other = method(data).components, method(data * scale + shift).components
        assert other.grr.sd == pytest.approx(one.grr.sd * scale, rel=1e-6, abs=1e-9)
        assert other.grr.pct_study_variation == pytest.approx(one.grr.pct_study_variation, rel=1e-6)


def test_many_studies_at_once_are_the_same_as_one_by_one():
    data = np.random.default_rng(2).normal(size=(20, 3, 5, 2))
    together = gauge_rr_anova(data)
    for at in range(20):
        alone = gauge_rr_anova(data[at])
        assert together.components.grr.sd[at] == pytest.approx(float(alone.components.grr.sd))
        assert bool(together.pooled[at]) == bool(alone.pooled)
    assert gauge_rr_range(data).ev.shape == gauge_rr_nested(data).components.part.sd.shape == (20,)


def test_estimates_and_intervals_against_simulation():
    rng = np.random.default_rng(4)
    studies, o, p, r = 3000, 4, 12, 3
    true = {"part": 4.0, "operator": 0.5, "interaction": 0.3, "repeatability": 1.0}
    data = (
        rng.normal(0, 2.0, (studies, 1, p, 1))
        + rng.normal(0, 0.5**0.5, (studies, o, 1, 1))
        + rng.normal(0, 0.3**0.5, (studies, o, p, 1))
        + rng.normal(0, 1.0, (studies, o, p, r))
    )
    found = gauge_rr_anova(data, pooling_p=None)
    assert found.components.repeatability.variance.mean() == pytest.approx(true["repeatability"], abs=0.02)
    assert found.components.part.variance.mean() == pytest.approx(true["part"], abs=0.15)
    intervals = variance_intervals(found)
    wanted = {"repeatability": 1.0, "grr": 1.8, "part": 4.0}
    for name, value in wanted.items():
        low, high = getattr(intervals, name)
        assert ((low <= value) & (value <= high)).mean() == pytest.approx(0.95, abs=0.02), name


def test_expanded_study_is_the_crossed_one_when_balanced_and_takes_missing_readings():
    rows = [(p, o, AIAG[o][p][t]) for o in range(3) for p in range(10) for t in range(3)]
    names = {"part": [p for p, _o, _v in rows], "operator": [o for _p, o, _v in rows]}
    effects = [["part"], ["operator"], ["part", "operator"]]
    found = gauge_rr_expanded([v for *_x, v in rows], names, effects, tolerance=8)
    ours = gauge_rr_anova(AIAG, pooling_p=None).components
    assert found.part_variance == pytest.approx(float(ours.part.variance))
    assert found.pct_grr == pytest.approx(float(ours.grr.pct_study_variation))
    kept = [row for at, row in enumerate(rows) if at % 13]
    names = {"part": [p for p, _o, _v in kept], "operator": [o for _p, o, _v in kept]}
    thinned = gauge_rr_expanded([v for *_x, v in kept], names, effects)
    assert thinned.part_variance == pytest.approx(found.part_variance, rel=0.1)
    with pytest.raises(ValueError, match="不均衡"):
        crossed_layout(kept)
    with pytest.raises(ValueError, match="没有数据"):
        gauge_rr_expanded([v for *_x, v in kept], names, [["gauge"]])
    with pytest.raises(ValueError, match="没有自由度"):
        gauge_rr_expanded([v for *_x, v in kept], names, [["part", "operator"], ["part"]])


def test_expanded_study_with_three_factors_finds_its_variances():
    rng, shape = np.random.default_rng(13), (20, 4, 5, 2)  # part, operator, laboratory, trial
    found = []
    for _ in range(60):
        y = (
            rng.normal(0, 2, (20, 1, 1, 1))
            + rng.normal(0, 1, (1, 4, 1, 1))
            + rng.normal(0, 0.7, (1, 1, 5, 1))
            + rng.normal(0, 0.5, shape)
        )
        at = np.indices(shape).reshape(4, -1)
        kept = np.arange(y.size) % 11 != 0
        levels: dict[str, list[Any]] = {
            name: at[k][kept].tolist() for k, name in enumerate(("part", "operator", "laboratory"))
        }
        study = gauge_rr_expanded(y.ravel()[kept], levels, [["part"], ["operator"], ["laboratory"]])
        found.append([effect.variance for effect in study.effects] + [study.repeatability.variance])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(60)
    assert (np.abs(mean - [4, 1, 0.49, 0.25]) < 4 * error).all()


def test_broken_studies_are_refused_in_words():
    with pytest.raises(ValueError, match="1 位操作者"):
        gauge_rr_anova([[[1.0, 2.0], [3.0, 4.0]]])
    with pytest.raises(ValueError, match="都至少须 2"):
        gauge_rr_anova([[[1], [3]], [[1], [2]]])
    with pytest.raises(ValueError, match="三层"):
        gauge_rr_range([1, 2, 3])
    with pytest.raises(ValueError, match="缺失"):
        gauge_rr_anova([[[1.0, 2.0], [3.0, float("nan")]], [[1.0, 2.0], [3.0, 4.0]]])
    broken: Any = [[[1, 2], [3, "坏"]], [[1, 2], [3, 4]]]
    with pytest.raises(ValueError, match="不是数"):
        gauge_rr_anova(broken)
    with pytest.raises(ValueError, match="公差"):
        gauge_rr_anova(AIAG, tolerance=-1)
    same = gauge_rr_anova(np.ones((2, 3, 2)))
    assert gauge_verdict(same.components) == "总变差为零，无法评价：请检查数据。"
