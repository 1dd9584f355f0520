"""The validation pack says of every requirement what its tests did, and is signed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import release_pack
from tests.traceability import proofs, requirements
from zhicheng.cli import main
from zhicheng.proof import note as notes
from zhicheng.proof import release

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


@pytest.mark.proves("E-12.1")
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


@pytest.mark.proves("E-12.1")
def test_the_pack_holds_only_as_it_was_signed(tmp_path: Path, key: Path) -> None:
    folder = tmp_path / "pack"
    release_pack.main([str(written(tmp_path / "sqlite.xml", {}))], folder)
    fingerprint = notes.fingerprint(release_pack.release_key(key))
    assert checked(folder, fingerprint) == (0, "就是被验证的那一份")
    assert checked(folder, notes.fingerprint(bytes(32)))[0] == 1
    page = folder / "validation.md"
    sound = page.read_text("utf-8")
    page.write_text(sound.replace("passed", "Passed", 1), "utf-8")
    assert checked(folder, fingerprint) == (1, "validation.md 不是签名的那一份")
    page.write_text(sound, "utf-8")
    note = folder / "signature.txt"
    note.write_text(note.read_text("utf-8").replace("\n0.", "\n9.", 1), "utf-8")
    assert checked(folder, fingerprint) == (1, "签名不成立")
    note.unlink()
    assert checked(folder, fingerprint) == (1, "读不出")


def checked(folder: Path, fingerprint: str) -> tuple[int, str]:
    """Exit code of ``zhicheng release``, and which of the sentences was said."""
    done = CliRunner().invoke(main, ["release", str(folder), "--key", fingerprint])
    known = ("就是被验证的那一份", "validation.md 不是签名的那一份", "签名不成立", "读不出")
    return done.exit_code, next((one for one in known if one in done.output), done.output)


def test_a_program_that_is_not_the_one_tested_is_told(tmp_path: Path) -> None:
    package, folder = tmp_path / "package", tmp_path / "pack"
    (package / "core").mkdir(parents=True)
    folder.mkdir()
    for name in ("core/a.py", "core/b.py", "core/c.css"):
        (package / name).write_text(name, "utf-8")
    files = {
        f"src/zhicheng/{name}": hashlib.sha256(name.encode()).hexdigest()
        for name in ("core/a.py", "core/b.py", "core/c.css")
    }
    (folder / "validation.json").write_text(json.dumps({"files": {**files, "README.md": "0"}}), "utf-8")
    assert list(release.differing(folder, package)) == []
    (package / "core/a.py").write_text("else", "utf-8")
    (package / "core/b.py").unlink()
    (package / "core/d.py").write_text("", "utf-8")
    assert list(release.differing(folder, package)) == [
        "core/a.py：被改 changed", "core/b.py：缺 missing", "core/d.py：多出 added",
    ]  # fmt: skip
