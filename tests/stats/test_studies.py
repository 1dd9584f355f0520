"""A study names what its index rests on; time-dependent models are found where they were put."""

import numpy as np
import pytest

from tests.stats.published import DIAMETERS
from zhicheng.stats import Unusable, capability_study, process_model
from zhicheng.stats.process_models import _choose


def steady(seed: int = 2, groups: int = 40, size: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(10.0, 1.0, (groups, size))


def test_a_stable_normal_process_has_cpk() -> None:
    found = capability_study(steady(), lsl=5, usl=15)
    assert found.stable
    assert found.normal
    assert found.headline == "Cpk"
    assert found.value == float(found.capability.cpk.value)
    assert found.grade == "足够"
    assert found.model is not None
    assert found.model.model == "A1"


def test_without_stability_only_performance_is_spoken_of() -> None:
    shifted = steady()
    shifted[20:] += 3
    found = capability_study(shifted, lsl=5, usl=15)
    assert not found.stable
    assert found.headline == "Ppk"
    assert found.value == float(found.capability.ppk.value)
    assert any("稳定" in note for note in found.notes)
    assert found.location_signals.sentences()


def test_normal_values_in_an_unstable_order_have_no_cpk() -> None:
    ordered = np.sort(steady(), axis=None).reshape(40, 5)
    found = capability_study(ordered, lsl=5, usl=15)
    assert found.normal
    assert not found.stable
    assert found.headline == "Ppk"
    assert float(found.capability.cpk.value) > 2 * found.value


def test_without_normality_the_notes_say_so_and_quantiles_may_be_used() -> None:
    skew = np.random.default_rng(3).weibull(1.0, 200) * 3
    found = capability_study(skew, usl=20)
    assert not found.normal
    assert any("不像正态" in note for note in found.notes)
    fitted = capability_study(skew, usl=20, distribution="weibull")
    assert fitted.fitted is not None
    assert fitted.value == float(fitted.fitted.ppk)
    assert not any("不像正态" in note for note in fitted.notes)
    assert fitted.value < found.value


def test_the_diameters_of_jasp() -> None:
    found = capability_study(DIAMETERS.reshape(20, 5), lsl=0, usl=12)
    assert found.normal
    assert found.grade == "不足"
    few = capability_study(DIAMETERS[:30], lsl=0, usl=12)
    assert any("只有 30 个值" in note for note in few.notes)


@pytest.mark.parametrize(
    ("value", "grade"),
    [(0.99, "不足"), (1.0, "勉强"), (1.32, "勉强"), (1.33, "足够"), (1.66, "足够"), (1.67, "充分")],
)
def test_the_customary_gates(value: float, grade: str) -> None:
    x = steady(4, groups=60)
    base = capability_study(x, lsl=0, usl=20)
    mean, sigma = float(base.capability.mean), float(base.capability.sigma_within)
    found = capability_study(x, usl=mean + 3 * sigma * (value + 1e-9), lsl=-1e3)
    assert found.headline == "Cpk"
    assert found.grade == grade


def test_models_are_found_where_they_were_put() -> None:
    base = steady(5, 50, 5)
    random = np.random.default_rng(6)
    spread = base[:, :1] * 0 + np.where(np.arange(50) < 25, 1.0, 3.0)[:, None]
    wandering = random.normal(0, 2, (50, 1))
    skew = random.exponential(4, (50, 1))
    rising = np.linspace(0, 6, 50)[:, None]
    assert process_model(base).model == "A1"
    assert process_model(random.exponential(1.0, (50, 5))).model == "A2"
    assert process_model((base - 10) * spread).model == "B"
    assert process_model(base + wandering).model == "C1"
    assert process_model(base + skew).model == "C2"
    assert process_model(base + rising).model == "C3"
    assert process_model(base + rising + wandering).model == "C4"
    assert process_model((base - 10) * spread + wandering).model == "D"


def test_a_steady_process_is_seldom_called_otherwise() -> None:
    models = [process_model(steady(seed, 25, 4)).model for seed in range(200)]
    assert models.count("A1") >= 186


def test_every_combination_has_a_model() -> None:
    from itertools import product

    found = {_choose(*flags) for flags in product((False, True), repeat=6)}
    assert found == {"A1", "A2", "B", "C1", "C2", "C3", "C4", "D"}


def test_too_little_is_refused() -> None:
    with pytest.raises(Unusable, match="至少要 8 个"):
        capability_study([1.0, 2.0, 3.0], usl=5)
    with pytest.raises(Unusable, match="至少要 5 个子组"):
        process_model([[1.0, 2.0], [2.0, 3.0], [1.0, 3.0], [2.0, 2.5]])
    with pytest.raises(Unusable, match="一个特性"):
        capability_study(np.zeros((2, 5, 5)), usl=5)
