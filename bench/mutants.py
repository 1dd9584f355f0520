"""How much of verifier and log the tests really hold: small faults are put into them, one at a time, and the tests must fail.

``python bench/mutants.py [verifier|ledger] [--sample 150] [--seed 1] [--at-once 2] [--only N …]`` takes a random sample of all mutants of
``proof/verify.py`` or of the modules of ``ledger``, runs the tests on each in a copy of the repository, and prints which survived:
first the quick tests (of the verifier those without the second one), then, while none failed, the others that concern it, those of the
log on PostgreSQL too. ``--quick`` stops after the first and so finds fewer. A mutant counts as found when a test fails or the time
runs out. ``EQUIVALENT`` holds the survivors that no input can tell apart, with the reason; they are left out of the score.
Exit 1 below 95 %.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
LEAST = 0.95
TIME_LIMIT = 600
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
           ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}  # fmt: skip
EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "LogReader._imported",
        "1 -> 2",
    ): "any negative number stands for a fact that is no count; it is only printed",
    (
        "Nodes.look_up",
        "edge < size -> edge <= size",
    ): "asks for entries from a number up to, but not, itself: there are none",
    (
        "Kind.keep",
        "len(self.known) >= self.KEPT -> len(self.known) > self.KEPT",
    ): "one value more is remembered before all are forgotten: memory only",
    ("together", "False -> True"): "whether the server prepares a statement is seen in its time only",
}
"""(function, mutation) of survivors that no input can tell from the original, and why."""


@dataclass(frozen=True)
class Pass:
    """Tests, and with what around them."""

    tests: tuple[str, ...]
    around: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Target:
    """What is spoiled, and the tests that should notice, the quickest first."""

    modules: tuple[str, ...]
    passes: tuple[Pass, ...]


_PROOF = (
    "primitives", "shapes", "malformed", "vectors", "metrics", "verdict", "anchors", "time_stamps", "one_file", "account", "bounds", "signature_algorithms",
)  # fmt: skip
_LEDGER = ("anchors", "checkpoints", "keys", "log", "rows", "sealed", "tiles")
_OF_LEDGER = (
    "tests/ledger",
    "tests/core/test_audit.py",
    "tests/core/test_writers.py",
    "tests/core/test_written_together.py",
    "tests/test_doctor.py",
)
_BESIDE = (
    "tests/core",
    "tests/exchange/test_bulk.py",
    "tests/test_backups.py",
    "tests/proof/test_national.py",
)
TARGETS = {
    "verifier": Target(
        ("src/zhicheng/proof/verify.py",),
        (
            Pass(
                (
                    *(f"tests/proof/test_{name}.py" for name in _PROOF),
                    "-k",
                    "not every_changed_byte and not published_vectors",
                ),
                (("ZHICHENG_ONE_VERIFIER", "1"), ("ZHICHENG_TEST_DATABASE", "none")),
            ),
            Pass(("tests/proof",)),
        ),
    ),
    "ledger": Target(
        tuple(f"src/zhicheng/ledger/{name}.py" for name in _LEDGER),
        (
            Pass(_OF_LEDGER),
            Pass((*_OF_LEDGER, "-m", "database"), (("ZHICHENG_TEST_DATABASE", "postgresql"),)),
            Pass((*_BESIDE, "tests/publishing", "tests/reliability", "tests/web/test_verify_page.py")),
        ),
    ),
}


@dataclass(frozen=True)
class Mutant:
    """One fault: in which module, function and line, and what becomes of what. ``number`` counts within the module."""

    module: str
    number: int
    function: str
    line: int
    change: str

    @property
    def name(self) -> str:
        """For people."""
        return f"#{self.number} {Path(self.module).stem}.{self.function}:{self.line} {self.change}"


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Every faulty form of one node."""
    if _dispensable(node):
        yield ast.Pass()
    if isinstance(node, ast.Compare):
        for at, one in enumerate(node.ops):
            if type(one) in COMPARED:
                new = copy.deepcopy(node)
                new.ops[at] = COMPARED[type(one)]()
                yield new
    elif isinstance(node, ast.BoolOp):
        new_bool = copy.deepcopy(node)
        new_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield new_bool
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        if not any(isinstance(one, (ast.Constant, ast.JoinedStr)) and not isinstance(getattr(one, "value", ""), int)
                   for one in (node.left, node.right)):  # fmt: skip
            new_bin = copy.deepcopy(node)
            new_bin.op = COUNTED[type(node.op)]()
            yield new_bin
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
        yield ast.Return(ast.Constant(None))


def _dispensable(node: ast.AST) -> bool:
    """A statement that may be left out."""
    said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return said or isinstance(node, (ast.Raise, ast.Continue, ast.Break))


def places(tree: ast.Module) -> list[tuple[str, ast.AST, str, ast.AST]]:
    """Function, parent, field of the parent and node of everything that may be changed; not annotations, nor words."""
    out: list[tuple[str, ast.AST, str, ast.AST]] = []

    def walk(node: ast.AST, function: str) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "slice") and not (
                name == "slice" and isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
            ):
                continue
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, ast.AST) or (isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test)):  # fmt: skip
                    continue
                inner = function
                if isinstance(one, (ast.FunctionDef, ast.ClassDef)):
                    inner = f"{function}.{one.name}" if function else one.name
                out.append((inner, node, name, one))
                walk(one, inner)

    walk(tree, "")
    return out


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of the text."""
    source = (ROOT / module).read_text("utf-8")
    tree, out = ast.parse(source), []
    for function, parent, name, node in places(tree):
        for new in changes(node):
            held = getattr(parent, name)
            _put(parent, name, held, node, new)
            was, now = (
                " ".join(ast.unparse(ast.fix_missing_locations(one)).split())[:90] for one in (node, new)
            )
            if not (function == "" and "__main__" in was):
                out.append(Mutant(module, len(out), function, node.lineno, f"{was} -> {now}"))  # type: ignore[attr-defined]
            _put(parent, name, getattr(parent, name), new, node)
    return out


def _put(parent: ast.AST, name: str, held: object, old: ast.AST, new: ast.AST) -> None:
    if isinstance(held, list):
        held[next(i for i, one in enumerate(held) if one is old)] = new
    else:
        setattr(parent, name, new)


def code_of(source: str, number: int) -> str:
    """The module with one mutant in it."""
    tree, count = ast.parse(source), 0
    for function, parent, name, node in places(tree):
        for new in changes(node):
            if function == "" and "__main__" in ast.unparse(node):
                continue
            if count == number:
                _put(parent, name, getattr(parent, name), node, new)
                return ast.unparse(ast.fix_missing_locations(tree))
            count += 1
    raise IndexError(number)


class Copy:
    """A copy of the repository in which one mutant after the other is tried."""

    def __init__(self, folder: Path, target: Target, patience: float) -> None:
        self.folder, self.patience = folder, patience
        folder.mkdir()
        made = ("-o", "-i", "--exclude-standard", "src")  # fonts and browser libraries
        for which in ((), made):
            command = ["git", "ls-files", "-z", *which]
            listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
            for name in listed.decode().split("\0"):
                if (ROOT / name).is_file() and not name.endswith(".pyc"):
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes((ROOT / name).read_bytes())
        self.sound = {one: ast.unparse(ast.parse((ROOT / one).read_text("utf-8"))) for one in target.modules}

    def hold(self, mutant: Mutant | None) -> None:
        """Put the mutant in, and nothing else; None: no mutant."""
        for module, text in self.sound.items():
            (self.folder / module).write_text(text, "utf-8")
        if mutant is not None:
            source = (ROOT / mutant.module).read_text("utf-8")
            (self.folder / mutant.module).write_text(code_of(source, mutant.number), "utf-8")

    def found(self, by: Pass) -> bool:
        """Whether the tests fail on what it holds (or do not end)."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *by.tests]
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= dict(by.around)
        with subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True) as child:  # fmt: skip
            try:
                return child.wait(self.patience) != 0
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                return True


def main() -> int:
    """See the module's text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", nargs="?", default="verifier", choices=TARGETS)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--patience", type=float, default=TIME_LIMIT)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", type=int, nargs="*", help="numbers of mutants, as they stand in the list of all"
    )
    given = parser.parse_args()
    target = TARGETS[given.target]
    everything = [one for module in target.modules for one in mutants(module)]
    chosen = random.Random(given.seed).sample(everything, min(given.sample, len(everything)))
    if given.only is not None:
        chosen = [everything[one] for one in given.only]
    passes = target.passes[:1] if given.quick else target.passes
    began = time.perf_counter()
    survivors: list[Mutant] = []
    excused: list[Mutant] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.at_once) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for n in range(given.at_once):
            copies.put(Copy(Path(folder) / f"copy{n}", target, given.patience))

        def survives(mutant: Mutant | None) -> bool:
            copy_ = copies.get()
            try:
                copy_.hold(mutant)
                return not any(copy_.found(one) for one in passes)
            finally:
                copies.put(copy_)

        if not survives(None):
            raise SystemExit("the tests fail without any mutant")
        for done, (one, alive) in enumerate(zip(chosen, pool.map(survives, chosen), strict=True), 1):
            if alive:
                reason = EQUIVALENT.get((one.function, one.change))
                (survivors if reason is None else excused).append(one)
                print(f"{'survived' if reason is None else 'equivalent'}: {one.name}", flush=True)
            if done % 10 == 0:
                print(f"{done} of {len(chosen)}, {time.perf_counter() - began:.0f} s", flush=True)
    judged = len(chosen) - len(excused)
    score = (judged - len(survivors)) / judged if judged else 1.0
    result = {"target": given.target, "mutants": len(everything), "sample": len(chosen), "equivalent": len(excused),
              "survived": len(survivors), "score": round(score, 3), "seconds": round(time.perf_counter() - began)}  # fmt: skip
    print(json.dumps(result))
    return int(score < LEAST)


if __name__ == "__main__":
    sys.exit(main())
