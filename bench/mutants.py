"""How much of verifier and log the tests really hold: small faults are put into them, one at a time, and the tests must fail.

``python bench/mutants.py [verifier|ledger] [--sample 0] [--seed 1] [--at-once 2] [--only N …] [--quick] [--copies] [--tests …]`` takes all mutants of
``proof/verify.py`` or of the modules of ``ledger``, or a random sample of so many, and prints which survived. First each stands in a
module that is loaded already (``mutants_in_place.py``: about a second for each) before the tests that need no second verifier and,
of the log, SQLite; who survives that is tried in a copy of the repository, by all the tests that concern it, those of the log on
PostgreSQL too. ``--quick`` leaves that out and so finds fewer. A mutant counts as found when a test fails or does not end.
``EQUIVALENT`` holds the survivors that no input can tell apart, with the reason; they are left out of the score.
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
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
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
        "Nodes.look_up",
        "edge < size -> edge <= size",
    ): "asks for entries from a number up to, but not, itself: there are none",
    (
        "es6_number",
        "value < 0 -> value <= 0",
    ): "0 is written before",
    (
        "es6_number",
        "21 -> 22",
    ): "a double has at most 17 digits, so its point stands behind them or before them",
    ("es6_number", "0 < point <= 21 -> 0 < point < 21"): "as above",
    ("_bounded_integer", "17 -> 18"): "every whole number of 18 signs lies beyond 2^53 anyway",
    ("_fact_names", "len(_known_names) > 10000 -> len(_known_names) >= 10000"): "memory only",
    ("_fact_names", "10000 -> 10001"): "memory only",
    ("_fact_names", "_known_names.clear() -> pass"): "memory only",
    ("", "_P - 1 -> _P + 1"): "divided by 4 and rounded down, both are the same",
    (
        "verify_ed25519",
        "_P - key[3] -> _P + key[3]",
    ): "of the first point t is only squared, or multiplied with the t = 0 of the neutral one",
    ("verify_ed25519", "s >= _L -> s > _L"): "nobody can make a signature with s = L that holds",
    ("escaped", "ord(one) < 65536 -> ord(one) <= 65536"): "U+10000 is a letter, and never escaped",
    ("escaped", "65536 -> 65537"): "as above",
    ("_rounded", "bottom < 0 -> bottom <= 0"): "nothing is divided by 0",
    ("_rounded", "0 -> 1"): "-0 is 0, and a denominator is a whole number",
    ("_rounded", "top < 0 -> top <= 0"): "-0 is 0",
    ("_rsa", "number >= modulus -> number > modulus"): "the modulus itself gives 0, which is no padding",
    (
        "Verification._lacking",
        "needed <= set(names) -> needed < set(names)",
    ): "a short cut; the long way comes to the same",
    ("Log", "0 -> 1"): "a default that is set anew before anybody reads it",
    ("LogReader.__init__", "1 -> 2"): "any negative number stands before the first entry",
    ("Verification._run", "3 -> 4"): "only whether it is at least 3 is asked",
    ("Container._directory", "2048 -> 2049"): "one byte more is asked for than there is, or may be",
    (
        "_longest_gap",
        "first <= day <= last -> first <= day < last",
    ): "the last day stands among the marks anyway; of equal gaps the first is told",
    ("locked", "at < row.last_at -> at <= row.last_at"): "the same moment is put in the place of itself",
    ("_fold", "True -> False"): "there are always as many on the left as on the right",
    ("Sealed.digests", "True -> False"): "as above",
    ("Shapes", "200 -> 201"): "memory only",
    ("Shapes.digests", "0 -> 1"): "time only",
    ("Shapes.learn", "0 < len(names) <= self.NAMES -> 0 < len(names) < self.NAMES"): "time only",
    ("guard", "5000 -> 5001"): "rows that are read at a time",
    ("_keep", "there.size > ours.size -> there.size >= ours.size"): "no two checkpoints are of one size",
    ("Shapes.digests", "self._shapes.insert(0, self._shapes.pop(at)) -> pass"): "time only",
    ("Log.append", "len(self.entries) >= CHUNK -> len(self.entries) > CHUNK"): "rows that are sent at a time",
    ("Log.append", "16 -> 17"): "a byte more of chance than is used",
    ("extend", "100 -> 101"): "rows that are sent at a time",
    ("known", "marks.append((0, 0)) -> pass"): "what is not there has no mark",
    ("known", "0 -> 1"): "of what is not there, any mark that no file has will do",
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
    """What is spoiled, and the tests that should notice: ``first`` in place, ``then`` in a copy."""

    modules: tuple[str, ...]
    first: Pass
    then: tuple[Pass, ...]


_LEDGER = ("anchors", "checkpoints", "durable", "keys", "log", "models", "outside", "rows", "sealed", "tiles")
_OF_LEDGER = (
    "tests/ledger",
    "tests/core/test_audit.py",
    "tests/core/test_writers.py",
    "tests/core/test_written_together.py",
    "tests/proof/test_national.py",
    "tests/test_doctor.py",
)
_BESIDE = (
    "tests/test_databases.py",
    "tests/core",
    "tests/exchange/test_bulk.py",
    "tests/test_backups.py",
)
TARGETS = {
    "verifier": Target(
        ("src/zhicheng/proof/verify.py",),
        Pass(
            ("tests/proof", "--ignore", "tests/proof/test_national.py", "-m", "not database and not browser"),
            (("ZHICHENG_ONE_VERIFIER", "1"), ("ZHICHENG_TEST_DATABASE", "none")),
        ),
        (Pass(("tests/proof",)),),
    ),
    "ledger": Target(
        tuple(f"src/zhicheng/ledger/{name}.py" for name in _LEDGER),
        Pass(_OF_LEDGER, (("ZHICHENG_ONE_VERIFIER", "1"), ("ZHICHENG_TEST_DATABASE", "sqlite"))),
        (
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
    end: int
    around: tuple[int, int]
    in_function: bool
    change: str
    place: int = 0
    """In the list of all."""

    @property
    def name(self) -> str:
        """For people."""
        return f"#{self.place} {Path(self.module).stem}.{self.function}:{self.line} {self.change}"


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


@dataclass(frozen=True)
class Edit:
    """One fault in a tree: which node of which parent becomes what, within which statement of the module and which function."""

    statement: ast.stmt
    function: str
    in_function: bool
    parent: ast.AST
    field: str
    old: ast.AST
    new: ast.AST

    def put(self) -> ast.stmt:
        """Put the fault in. Gives the module's statement that holds it."""
        _put(self.parent, self.field, self.old, self.new)
        return ast.fix_missing_locations(self.statement)

    def take_back(self) -> None:
        """As it was."""
        _put(self.parent, self.field, self.new, self.old)


def edits(tree: ast.Module) -> list[Edit]:
    """Every fault that may be put into a module, in the order of the text; not into annotations, nor words."""
    out: list[Edit] = []

    def walk(node: ast.AST, function: str, statement: ast.stmt | None, inside: bool) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "slice") and not (
                name == "slice" and isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
            ):
                continue
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, ast.AST) or (isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test)):  # fmt: skip
                    continue
                inner, held = function, statement or one
                if isinstance(one, (ast.FunctionDef, ast.ClassDef)):
                    inner = f"{function}.{one.name}" if function else one.name
                if not (function == "" and "__main__" in ast.unparse(one)):
                    assert isinstance(held, ast.stmt)
                    out.extend(Edit(held, inner, inside, node, name, one, new) for new in changes(one))
                    walk(one, inner, held, inside or isinstance(one, ast.FunctionDef))

    walk(tree, "", None, False)
    return out


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of the text."""
    out = []
    for number, edit in enumerate(edits(ast.parse((ROOT / module).read_text("utf-8")))):
        line, end = edit.old.lineno, edit.old.end_lineno  # type: ignore[attr-defined]
        was = _short(edit.old)
        edit.put()
        change = f"{was} -> {_short(edit.new)}"
        edit.take_back()
        around = (edit.statement.lineno, edit.statement.end_lineno or 0)
        out.append(Mutant(module, number, edit.function, line, end, around, edit.in_function, change))
    return out


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:90]


def _put(parent: ast.AST, name: str, old: ast.AST, new: ast.AST) -> None:
    held = getattr(parent, name)
    if isinstance(held, list):
        held[next(i for i, one in enumerate(held) if one is old)] = new
    else:
        setattr(parent, name, new)


def code_of(source: str, number: int) -> str:
    """The module with one mutant in it."""
    tree = ast.parse(source)
    edits(tree)[number].put()
    return ast.unparse(tree)


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


def not_found_in_place(target: Target, chosen: list[Mutant], at_once: int) -> list[Mutant]:
    """Those of ``chosen`` that the target's first pass does not find while they stand in the module that is loaded already."""
    import pytest

    from bench.mutants_in_place import InPlace

    before = dict(os.environ)
    os.environ |= dict(target.first.around)
    put_in = {
        (module, number): edit.put
        for module in target.modules
        for number, edit in enumerate(edits(ast.parse((ROOT / module).read_text("utf-8"))))
    }
    plugin = InPlace(chosen, put_in, at_once)
    os.chdir(ROOT)
    status = pytest.main(["-p", "no:cacheprovider", "-q", "-s", *target.first.tests], [plugin])
    os.environ.clear()
    os.environ.update(before)  # what these tests set is not for those in the copies
    if status != pytest.ExitCode.OK or not plugin.seconds:
        raise SystemExit("the tests fail without any mutant")
    return plugin.survivors


def main() -> int:
    """See the module's text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", nargs="?", default="verifier", choices=TARGETS)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--patience", type=float, default=TIME_LIMIT)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", type=int, nargs="*", help="numbers of mutants, as they stand in the list of all"
    )
    parser.add_argument("--copies", action="store_true", help="nothing in place")
    parser.add_argument(
        "--tests",
        nargs="*",
        help="these tests only, as pytest takes them; in copies on ZHICHENG_TEST_DATABASE",
    )
    given = parser.parse_args()
    target = TARGETS[given.target]
    if given.tests:
        target = replace(
            target, first=replace(target.first, tests=tuple(given.tests)), then=(Pass(tuple(given.tests)),)
        )
    everything = [one for module in target.modules for one in mutants(module)]
    everything = [replace(one, place=place) for place, one in enumerate(everything)]
    chosen = random.Random(given.seed).sample(
        everything, min(given.sample or len(everything), len(everything))
    )
    if given.only is not None:
        chosen = [everything[one] for one in given.only]
    sample, began = len(chosen), time.perf_counter()
    if not given.copies:
        chosen = not_found_in_place(target, chosen, given.at_once)
        print(
            f"{len(chosen)} of {sample} not found in place, {time.perf_counter() - began:.0f} s", flush=True
        )
    if given.quick:
        return int(1 - len(chosen) / sample < LEAST)
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
                return not any(copy_.found(one) for one in target.then)
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
    judged = sample - len(excused)
    score = (judged - len(survivors)) / judged if judged else 1.0
    result = {"target": given.target, "mutants": len(everything), "sample": sample, "equivalent": len(excused),
              "survived": len(survivors), "score": round(score, 3), "seconds": round(time.perf_counter() - began)}  # fmt: skip
    print(json.dumps(result))
    return int(score < LEAST)


if __name__ == "__main__":
    sys.exit(main())
