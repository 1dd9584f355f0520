"""What the package may import, so that it runs on Windows and its pure parts run anywhere."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src/zhicheng"
POSIX_ONLY = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}

# What a pure package may import beside the standard library and itself: when it is loaded, and in a function.
ON_LOADING: dict[str, set[str]] = {
    "proof": set(),
    "stats": {"numpy", "scipy"},
    "review": set(),
    "matching": {"numpy", "scipy", "highspy"},
    "warranty": set(),
    "editions": set(),
}
IN_FUNCTIONS: dict[str, set[str]] = {
    **ON_LOADING,
    "proof": {"cryptography"},  # only who signs needs it
    "review": {"docx", "lxml", "pypdfium2", "rjieba", "xlsxwriter"},  # each for one format, or for spelling
}


class Imports(ast.NodeVisitor):
    """Every module that a file imports, with its line and whether loading the file is enough to import it."""

    def __init__(self, path: Path) -> None:
        self.found: list[tuple[str, int, bool]] = []
        self.depth = 0
        self.visit(ast.parse(path.read_text("utf-8"), str(path)))

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [(alias.name, node.lineno, self.depth == 0) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.found.append((node.module or "", node.lineno, self.depth == 0))

    def visit_If(self, node: ast.If) -> None:
        """What stands under ``if TYPE_CHECKING`` is never loaded."""
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_no_module_is_tied_to_posix() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} imports {module}"
        for path in sources(PACKAGE)
        for module, line, _ in Imports(path).found
        if module.partition(".")[0] in POSIX_ONLY
    ]
    assert sources(PACKAGE)
    assert not found


@pytest.mark.parametrize("name", ON_LOADING)
def test_pure_packages_need_only_what_they_declare(name: str) -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} imports {module}"
        for path in sources(PACKAGE / name)
        for module, line, loading in Imports(path).found
        if module.partition(".")[0]
        not in sys.stdlib_module_names | (ON_LOADING if loading else IN_FUNCTIONS)[name]
        and not f"{module}.".startswith(f"zhicheng.{name}.")
    ]
    assert not found


def test_the_verifier_is_one_file_that_needs_nothing() -> None:
    found = [
        f"line {line} imports {module}"
        for module, line, _ in Imports(PACKAGE / "proof/verify.py").found
        if module.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert not found
