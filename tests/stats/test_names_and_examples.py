"""The public names of the statistics, their worked examples, and what may not be loaded."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from importlib import import_module

import pytest
from click.testing import CliRunner

import zhicheng.stats
from zhicheng import sampling_cli
from zhicheng.sampling_cli import sampling
from zhicheng.stats.sampling import tables

MODULES = sorted({where for where in zhicheng.stats._WHERE.values() if where.split(".")[0] in (
    "sampling", "msa", "tools", "means", "proportions", "sample_sizes", "tolerance_intervals", "record_truth",
)})  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_are_true_and_every_public_function_has_words(name):
    module = import_module(f"zhicheng.stats.{name}")
    failed, _tried = doctest.testmod(module)
    assert failed == 0
    named = [key for key, where in zhicheng.stats._WHERE.items() if where == name]
    assert all(getattr(module, key).__doc__ for key in named)


def test_public_names_are_there():
    for name in zhicheng.stats.__all__:
        assert getattr(zhicheng.stats, name) is not None
    with pytest.raises(AttributeError):
        zhicheng.stats.nothing_of_that_name  # noqa: B018


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_looking_up_a_plan_loads_neither_numpy_nor_django():
    code = (
        "import sys; from zhicheng.sampling_cli import sampling;"
        "sampling(['--lot','1200','--aql','1.0','--format','json'], standalone_mode=False);"
        "from zhicheng.stats.sampling import switching, skip_lot, acceptance, inspection_rule; import zhicheng.stats;"
        "assert not {'numpy','scipy','django'} & set(sys.modules), sorted(sys.modules)"
    )
    assert json.loads(run(code))["n"] == 80


def test_choices_are_those_of_the_tables():
    assert sampling_cli.SEVERITIES == tables.SEVERITIES
    assert sampling_cli.PLAN_TYPES == tables.PLAN_TYPES


def test_command_gives_json_text_and_a_sentence():
    runner = CliRunner()
    found = runner.invoke(sampling, ["--lot", "1200", "--aql", "1.0", "--format", "json"])
    shown = json.loads(found.output)
    assert (shown["code_letter"], shown["n"], shown["ac"], shown["re"], shown["confidence"]) == (
        "J",
        80,
        2,
        3,
        "two_sources",
    )
    assert {"edition", "source", "full_inspection", "arrow_moves", "code_letter_used"} <= set(shown)
    double = json.loads(
        runner.invoke(
            sampling, ["--lot", "1200", "--aql", "1", "--type", "double", "--format", "json"]
        ).output
    )
    assert (double["n"], double["ac"]) == ([50, 50], [0, 3])
    text = runner.invoke(sampling, ["--lot", "150", "--aql", "1.5"]).output
    assert "箭头 ↓ 到 G" in text
    assert "n = 32，Ac = 1，Re = 2" in text
    disputed = runner.invoke(sampling, ["--lot", "8", "--aql", "10", "--severity", "tightened"]).output
    assert "有争议" in disputed
    assert "另一种读法" in disputed
    small = runner.invoke(sampling, ["--lot", "5", "--aql", "0.010"]).output
    assert "全检 5 件" in small
    fallen = runner.invoke(sampling, ["--lot", "1200", "--aql", "0.15", "--type", "multiple"]).output
    assert "按表用一次抽样方案" in fallen
    refused = runner.invoke(sampling, ["--lot", "1200", "--aql", "1.1"])
    assert refused.exit_code == 1
    assert "优先值" in refused.output
