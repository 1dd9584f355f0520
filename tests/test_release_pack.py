"""The validation pack says of every requirement what its tests did, and is signed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import release_pack
from tests.traceability import proofs, requirements
from zhicheng.proof import note as notes

ONE = "processes/test_inspection.py::test_a_lot_is_received_from_approved_suppliers_only"


def written(path: Path, results: dict[str, str]) -> Path:
    """A file of results: every test that proves something passed, but for those given."""
    cases = {name.removeprefix("tests/"): "" for names in proofs().values() for name in names} | results
    lines = []
    for name, child in cases.items():
        module, _sep, function = name.partition("::")
        classname = "tests." + module.removesuffix(".py").replace("/", ".")
        lines.append(f'<testcase classname="{classname}" name="{function}[a]">{child}</testcase>')
    path.write_text(f"<testsuites><testsuite>{''.join(lines)}</testsuite></testsuites>", "utf-8")
    return path


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "release.key"
    monkeypatch.setenv("ZHICHENG_RELEASE_KEY", str(path))
    return path


def test_every_requirement_stands_with_its_tests_and_their_results(tmp_path: Path, key: Path) -> None:
    folder = tmp_path / "pack"
    files = [str(written(tmp_path / f"{name}.xml", {})) for name in ("sqlite", "postgresql")]
    assert release_pack.main(files, folder) == 0
    data = json.loads((folder / "validation.json").read_text("utf-8"))
    assert [row["id"] for row in data["requirements"]] == [r.id for r in requirements()]
    tests = next(row["tests"] for row in data["requirements"] if f"tests/{ONE}" in row["tests"])
    assert tests[f"tests/{ONE}"] == {"sqlite": "passed", "postgresql": "passed"}
    assert data["files"]["src/zhicheng/proof/verify.py"]
    assert f"{ONE}：sqlite passed、postgresql passed" in (folder / "validation.md").read_text("utf-8")


@pytest.mark.parametrize("child", ["<failure/>", "<error/>", "<skipped/>"])
def test_a_test_that_did_not_pass_is_named(
    tmp_path: Path, key: Path, child: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release_pack.main([str(written(tmp_path / "sqlite.xml", {ONE: child}))], tmp_path / "pack") == 1
    assert f"not passed: tests/{ONE}" in capsys.readouterr().out


def test_a_test_that_never_ran_is_named(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "sqlite.xml", {})
    path.write_text(path.read_text("utf-8").replace(ONE.partition("::")[2], "another"), "utf-8")
    assert release_pack.main([str(path)], tmp_path / "pack") == 1
    assert ONE in capsys.readouterr().out


def test_the_pack_holds_only_as_it_was_signed(tmp_path: Path, key: Path) -> None:
    folder = tmp_path / "pack"
    release_pack.main([str(written(tmp_path / "sqlite.xml", {}))], folder)
    fingerprint = notes.fingerprint(release_pack.release_key(key))
    assert release_pack.verified(folder, fingerprint)
    assert not release_pack.verified(folder, notes.fingerprint(bytes(32)))
    page = folder / "validation.md"
    page.write_text(page.read_text("utf-8").replace("passed", "Passed", 1), "utf-8")
    assert not release_pack.verified(folder, fingerprint)
