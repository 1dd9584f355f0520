"""The package loads nothing that is not asked for, and its names are what they say."""

import subprocess
import sys
from pathlib import Path

import pytest

import zhicheng.stats
from zhicheng.stats import _WHERE, __all__


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


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        zhicheng.stats.magic  # noqa: B018
