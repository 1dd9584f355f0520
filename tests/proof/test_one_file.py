"""verify.py stands alone: Python 3.8's grammar and library, nothing of ours, no network, quick to start."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.build import PDF, Case, fingerprint, good_house
from zhicheng.proof import verify

PATH = Path(verify.__file__)
TREE = ast.parse(PATH.read_text("utf-8"), feature_version=(3, 8))

# Kept by hand: every module of the library that the file may use, all of them in Python 3.8.
MODULES = {
    "__future__": {"annotations"},
    "base64": None,
    "bisect": {"bisect_left", "bisect_right"},
    "collections.abc": {"Callable", "Iterable", "Iterator", "Mapping", "Sequence"},
    "dataclasses": {"dataclass", "field"},
    "datetime": {"date", "datetime", "timezone"},
    "functools": {"lru_cache"},
    "hashlib": None,
    "io": {"BytesIO"},
    "json": None,
    "json.encoder": {"encode_basestring"},
    "pathlib": {"Path"},
    "re": None,
    "struct": None,
    "sys": None,
    "typing": {"TYPE_CHECKING", "Any", "BinaryIO", "NamedTuple"},
    "unicodedata": None,
    "zlib": None,
}
# Methods and functions that came after 3.8.
LATER = {
    "removeprefix",
    "removesuffix",
    "bit_count",
    "pairwise",
    "file_digest",
    "randbytes",
    "is_relative_to",
    "with_stem",
    "hardlink_to",
    "batched",
    "cache",
    "UTC",
    "StrEnum",
    "TypeAlias",
    "Self",
    "override",
}


def test_only_known_modules_are_imported():
    for node in ast.walk(TREE):
        if isinstance(node, ast.Import):
            assert {one.name for one in node.names} <= set(MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = MODULES[node.module or ""]
            assert names is not None
            assert {one.name for one in node.names} <= names


def test_nothing_later_than_3_8_is_named():
    named = {node.attr for node in ast.walk(TREE) if isinstance(node, ast.Attribute)}
    named |= {node.id for node in ast.walk(TREE) if isinstance(node, ast.Name)}
    assert named & LATER == set()
    keywords = {
        (getattr(node.func, "id", ""), one.arg)
        for node in ast.walk(TREE)
        if isinstance(node, ast.Call)
        for one in node.keywords
    }
    later = {("zip", "strict"), ("dataclass", "slots"), ("dataclass", "kw_only")}
    assert keywords & later == set()


def outside_annotations() -> list[ast.AST]:
    """Every node that is evaluated when the file runs: annotations and what only type checkers read left out."""
    out: list[ast.AST] = []
    stack: list[ast.AST] = [TREE]
    while stack:
        node = stack.pop()
        out.append(node)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns"):
                continue
            if (
                isinstance(node, ast.If)
                and getattr(node.test, "id", "") == "TYPE_CHECKING"
                and name == "body"
            ):
                continue
            stack += [
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)
            ]
    return out


def test_no_later_syntax_is_evaluated():
    generics = {"list", "dict", "set", "tuple", "Mapping", "Sequence", "Iterable", "Iterator"}
    for node in outside_annotations():
        if isinstance(node, ast.Subscript):
            assert getattr(node.value, "id", "") not in generics, node.lineno
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = (node.left, node.right)
            assert not any(isinstance(one, ast.Dict) or getattr(one, "value", 0) is None for one in sides), (
                node.lineno
            )
        assert not type(node).__name__.startswith(("Match", "TryStar"))


def test_every_function_and_value_is_annotated_and_documented():
    for node in ast.walk(TREE):
        if isinstance(node, ast.FunctionDef):
            assert node.returns is not None, node.name
            if not node.name.startswith("_"):
                inner = node.name == "add" and not ast.get_docstring(node)
                assert inner or ast.get_docstring(node), node.name
        elif isinstance(node, ast.ClassDef):
            assert ast.get_docstring(node), node.name


def run(python: str, tmp_path: Path) -> tuple[int, str]:
    (tmp_path / "b.zip").write_bytes(Case(good_house()).bundle(tmp_path))
    (tmp_path / "r.pdf").write_bytes(PDF)
    copy = tmp_path / "verify.py"
    shutil.copy(PATH, copy)
    command = [
        python,
        "-I",
        "-S",
        "-W",
        "error",
        str(copy),
        str(tmp_path / "b.zip"),
        "--report",
        str(tmp_path / "r.pdf"),
    ]
    done = subprocess.run([*command, "--key", fingerprint()], capture_output=True, check=False, cwd=tmp_path)
    return done.returncode, done.stdout.decode("utf-8", "replace")


@pytest.mark.proves("E-2.1")
def test_a_copy_runs_alone(tmp_path):
    code, text = run(sys.executable, tmp_path)
    assert code == 0
    assert "everything proved" in text


def interpreters() -> list[str]:
    """This Python, and any other from 3.8 on that this machine has."""
    others = [found for minor in range(8, 15) if (found := shutil.which(f"python3.{minor}"))]
    others += [
        str(p)
        for minor in range(8, 15)
        for p in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3"))
    ]
    versions: dict[str, str] = {}
    for path in (sys.executable, *others):
        done = subprocess.run([path, "-V"], capture_output=True, check=False)
        if done.returncode == 0:  # a name that leads nowhere is left out
            versions.setdefault(done.stdout.decode().strip(), path)
    return list(versions.values())


@pytest.mark.parametrize("python", interpreters())
def test_a_copy_runs_on_every_python_here(tmp_path, python):
    """Without a warning, and with the very words that it has here."""
    said = run(python, tmp_path)
    assert said[0] == 0
    assert said == run(sys.executable, tmp_path)


def test_output_survives_a_narrow_terminal(tmp_path):
    (tmp_path / "b.zip").write_bytes(b"")
    command = [sys.executable, str(PATH), str(tmp_path / "b.zip")]
    done = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 2
    assert b"Verdict: unreadable." in done.stdout
    assert b"Traceback" not in done.stderr
