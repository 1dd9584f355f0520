"""An example in a database and home of its own."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import FOLDER_VARIABLE, WORKER, empty, once, server
from tests.databases import connected_to

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@contextmanager
def loaded_apart(
    name: str, load: Callable[[], None], template: str, blocker: DjangoDbBlocker
) -> Iterator[float]:
    """The example, loaded once for all workers and laid down for this one; yields the seconds that loading took."""
    home, kept = Path(os.environ["ZHICHENG_HOME"]), Path(os.environ[FOLDER_VARIABLE]) / f"{name}_home"

    def make() -> str:
        empty(home)
        server().copy(template, name)
        with blocker.unblock(), connected_to(server().django_name(name)):
            begun = time.perf_counter()
            load()
            seconds = time.perf_counter() - begun
        shutil.copytree(home, kept)
        return str(seconds)

    seconds, mine = float(once(name, make)), f"{name}_{WORKER}"
    empty(home)
    shutil.copytree(kept, home, dirs_exist_ok=True)
    server().copy(name, mine)
    try:
        with blocker.unblock(), connected_to(server().django_name(mine)):
            yield seconds
    finally:
        server().drop(mine)
        empty(home)
