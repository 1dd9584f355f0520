"""The package loads nothing that is not asked for, and its names are what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import zhicheng.stats
from zhicheng.stats import _WHERE, __all__
from zhicheng.stats.constants import median_error, range_cdf


def test_importing_the_package_loads_no_numpy() -> None:
    code = "import sys, zhicheng.stats as s; s.share_chart; print([m for m in ('numpy', 'scipy', 'django') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(_WHERE))
def test_every_name_is_there_and_explained(name: str) -> None:
    found = getattr(zhicheng.stats, name)
    assert getattr(found, "__module__", None) in (None, f"zhicheng.stats.{_WHERE[name]}")
    assert getattr(found, "__doc__", None)


def test_no_name_is_a_module_too() -> None:
    """A module of the same name would stand in the way of the function as soon as it is imported."""
    modules = {path.stem for path in Path(zhicheng.stats.__file__).parent.glob("*.py")}
    assert not modules & set(__all__)


EXAMPLE = re.compile(r"``([^`]+)`` is (?:about )?(-?\d+(?:\.\d+)?)")
SOURCES = sorted(Path(zhicheng.stats.__file__).parent.glob("*.py"))
EXAMPLES = [
    pytest.param(" ".join(expression.split()), value, id=f"{path.stem}-{at}")
    for path in SOURCES
    for at, (expression, value) in enumerate(EXAMPLE.findall(path.read_text("utf-8")), 1)
    if "(" in expression
]


@pytest.mark.parametrize(("expression", "value"), EXAMPLES)
def test_the_examples_in_the_documentation_are_true(expression: str, value: str) -> None:
    names = {name: getattr(zhicheng.stats, name) for name in __all__} | {
        "range_cdf": range_cdf,
        "median_error": median_error,
    }
    digits = len(value.partition(".")[2])
    assert float(eval(expression, names)) == pytest.approx(
        float(value), abs=10.0**-digits if digits else 1e-9
    )


def test_there_are_examples_to_try() -> None:
    assert len(EXAMPLES) >= 20


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        zhicheng.stats.magic  # noqa: B018
