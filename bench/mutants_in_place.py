"""Tries mutants of modules without starting the tests anew for each: part of ``bench/mutants.py``.

The tests are collected and run once, which shows how long each takes and which lines of the modules it reaches. Then the process
forks for each mutant: the child puts the mutant's code into the functions that are already there and runs the tests that reach
the changed lines, the quickest first, until one fails. Nothing can be found in this way that the tests would not find: tests that
start the module as a program of its own, or hold a constant of it, do not see the mutant; what survives here is for a full run.
"""

from __future__ import annotations
import __future__

import ast
import functools
import importlib
import inspect
import os
import resource
import shutil
import signal
import sys
import threading
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from bench.mutants import Mutant

MEMORY = 6 * 2**30
FOUND, SURVIVED = 1, 0


class NotLoaded(Exception):
    """With the mutant in it, the module would not load: whoever tries any test finds it."""


class InPlace:
    """The plugin of pytest that runs mutants in place of tests. ``survivors`` holds who was not found."""

    def __init__(
        self, chosen: list[Mutant], put_in: dict[tuple[str, int], Callable[[], ast.stmt]], at_once: int
    ) -> None:
        self.chosen, self.put_in, self.at_once = chosen, put_in, at_once
        self.survivors: list[Mutant] = []
        self.failed = False
        self.seconds: dict[str, float] = {}
        self.reached: defaultdict[tuple[str, int], set[str]] = defaultdict(set)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """A failure is enough here; nobody reads its smallest form."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", hypothesis.settings.get_profile("zhicheng"), phases=phases
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that something failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All tests once, then all mutants."""
        names = {one for one, _ in self.put_in}
        self.modules = {
            one: importlib.import_module(one.removeprefix("src/").removesuffix(".py").replace("/", "."))
            for one in names
        }
        self.paths = {str(module.__file__): one for one, module in self.modules.items()}
        self.run_all(session)
        if self.failed:
            raise session.Failed("the tests fail without any mutant")
        running: dict[int, Mutant | None] = {self.child(session, None): None}
        self.wait(running)
        began = time.perf_counter()
        for done, mutant in enumerate(self.chosen, 1):
            if len(running) >= self.at_once:
                self.wait(running)
            running[self.child(session, mutant)] = mutant
            if done % 100 == 0:
                print(f"{done} of {len(self.chosen)}, {time.perf_counter() - began:.0f} s", flush=True)
        while running:
            self.wait(running)
        return True

    def child(self, session: pytest.Session, mutant: Mutant | None) -> int:
        """A process that tries the mutant; None: the control, all tests on the sound module."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = SURVIVED  # what cannot be tried here
            try:
                status = self.tried(session, mutant)
            finally:
                os._exit(status)
        return child

    def wait(self, running: dict[int, Mutant | None]) -> None:
        """Until one child ends."""
        child, status = os.wait()
        if child not in running:
            return
        mutant = running.pop(child)
        shutil.rmtree(Path(os.environ.get("ZHICHENG_TEST_FOLDER", "")) / f"child_{child}", ignore_errors=True)
        if mutant is None:
            if status != SURVIVED:
                raise pytest.Session.Failed("the tests fail without any mutant when they run in a fork")
        elif status == SURVIVED:
            self.survivors.append(mutant)
            print(f"not found in place: {mutant.name}", flush=True)

    def run_all(self, session: pytest.Session) -> None:
        """Every test once, with an eye on the module's lines. What a session's fixtures made stays for the children."""
        for at, item in enumerate(session.items):
            lines: set[tuple[str, int]] = set()
            began = time.perf_counter()
            watch(self.paths, lines)
            try:
                following = session.items[(at + 1) % len(session.items)]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            finally:
                sys.settrace(None)
                threading.settrace(None)
            self.seconds[item.nodeid] = time.perf_counter() - began
            for line in lines:
                self.reached[line].add(item.nodeid)

    def names_of(self, mutant: Mutant) -> set[str]:
        """The tests that reach the changed lines; where no line is counted (a default), the function; without one (constants), all."""
        for first, last in ((mutant.line, mutant.end), mutant.around):
            names = set().union(*(self.reached.get((mutant.module, n), ()) for n in range(first, last + 1)))
            if names:
                return names
        return set() if mutant.in_function else set(self.seconds)

    def tried(self, session: pytest.Session, mutant: Mutant | None) -> int:
        """In the child: whether the tests find the mutant."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        tests = sorted(session.items, key=lambda one: self.seconds[one.nodeid])
        if mutant is not None:
            names = self.names_of(mutant)
            tests = [one for one in tests if one.nodeid in names]
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        own_database()
        if mutant is None:
            for module in self.modules.values():
                for one in ast.parse(Path(str(module.__file__)).read_text("utf-8")).body:
                    if isinstance(one, (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)):
                        put(module, one)
        else:
            try:
                put(self.modules[mutant.module], self.put_in[mutant.module, mutant.number]())
            except NotLoaded:
                return FOUND
        for at, item in enumerate(tests):
            following = tests[at + 1] if at + 1 < len(tests) else None
            signal.alarm(20 + int(10 * self.seconds[item.nodeid]))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return FOUND
        return SURVIVED


def watch(paths: dict[str, str], lines: set[tuple[str, int]]) -> None:
    """From now on, put into ``lines`` which lines of these files are reached."""

    def local(frame: types.FrameType, event: str, _: object) -> Any:
        if event == "line":
            lines.add((paths[frame.f_code.co_filename], frame.f_lineno))
        return local

    def called(frame: types.FrameType, event: str, _: object) -> Any:
        return local if frame.f_code.co_filename in paths else None

    threading.settrace(called)
    sys.settrace(called)


def own_database() -> None:
    """Where the tests use a database: one for this process alone, and a home without files."""
    folder = os.environ.get("ZHICHENG_TEST_FOLDER")
    if not folder or os.environ.get("ZHICHENG_TEST_DATABASE") == "none":
        return
    from django.conf import settings
    from django.db import connection

    from tests import kept

    own = Path(folder) / f"child_{os.getpid()}"
    own.mkdir()
    for one in Path(folder).glob("template*"):
        shutil.copy(one, own)
    name = own / Path(connection.settings_dict["NAME"]).name
    shutil.copy(own / "template.sqlite3", name)
    kept._kept.clear()
    kept.the_parents = connection.connection  # type: ignore[attr-defined]  # it is not ours to close
    connection.connection = None
    connection.settings_dict["NAME"] = str(name)
    os.environ["ZHICHENG_TEST_FOLDER"] = str(own)
    os.environ["ZHICHENG_DATABASE"] = f"sqlite:///{name}"
    settings.HOME = own / "home"
    settings.HOME.mkdir()
    os.environ["ZHICHENG_HOME"] = str(settings.HOME)


def put(module: types.ModuleType, statement: ast.stmt) -> None:
    """Let the objects of the module that ``statement`` defines behave as it says now."""
    if hasattr(getattr(module, getattr(statement, "name", ""), None), "_meta"):
        return  # Django knows the class by now: only a full run can try another
    made = dict(vars(module))
    code = compile(
        ast.Module([statement], []), str(module.__file__), "exec", __future__.annotations.compiler_flag
    )
    try:
        exec(code, made)
    except Exception as error:
        raise NotLoaded from error
    for name, new in made.items():
        old = vars(module).get(name)
        if name == "__builtins__" or old is new:
            continue
        if not _put(old, new):
            setattr(module, name, new)
    for value in list(vars(module).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def _put(old: Any, new: Any) -> bool:
    """Change ``old`` into ``new`` where it stands; False where it can only be replaced."""
    if isinstance(old, type) and isinstance(new, type):
        for name, inner in list(vars(new).items()):
            if not _put(vars(old).get(name), inner) and isinstance(
                inner, (int, str, bytes, tuple, frozenset)
            ):
                setattr(old, name, inner)
        return True
    before, after = list(_functions(old)), list(_functions(new))
    for one, other in zip(before, after, strict=True):
        one.__code__, one.__defaults__, one.__kwdefaults__ = (
            other.__code__,
            other.__defaults__,
            other.__kwdefaults__,
        )
    return bool(before)


def _functions(held: Any) -> Iterator[types.FunctionType]:
    """The functions behind a name: a method of whatever kind, a property's, a remembered one."""
    if isinstance(held, types.FunctionType):
        yield inspect.unwrap(held)
    elif isinstance(held, (staticmethod, classmethod)):
        yield from _functions(held.__func__)
    elif isinstance(held, property):
        for one in (held.fget, held.fset):
            yield from _functions(one)
    elif isinstance(held, functools.cached_property):
        yield from _functions(held.func)
    elif hasattr(held, "cache_clear"):
        yield from _functions(held.__wrapped__)
