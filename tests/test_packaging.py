"""What the package may import, so that it runs on Windows and its pure parts run anywhere."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src/zhicheng"
POSIX_ONLY = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}

# Beside the standard library and itself.
PURE: dict[str, set[str]] = {
    "proof": set(),
    "stats": {"numpy", "scipy"},
    "review": set(),
    "matching": {"numpy", "scipy", "highspy"},
}


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in the file, with the line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_no_module_is_tied_to_posix() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for path in sources(PACKAGE)
        for name, line in imported(path)
        if name.partition(".")[0] in POSIX_ONLY
    ]
    assert sources(PACKAGE)
    assert not found


@pytest.mark.parametrize("name", PURE)
def test_pure_packages_need_only_what_they_declare(name: str) -> None:
    allowed = sys.stdlib_module_names | PURE[name]
    found = [
        f"{path.relative_to(PACKAGE)}:{line} imports {module}"
        for path in sources(PACKAGE / name)
        for module, line in imported(path)
        if module.partition(".")[0] not in allowed and not f"{module}.".startswith(f"zhicheng.{name}.")
    ]
    assert not found


def test_the_verifier_is_one_file_that_needs_nothing() -> None:
    found = [
        f"line {line} imports {module}"
        for module, line in imported(PACKAGE / "proof/verify.py")
        if module.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert not found
