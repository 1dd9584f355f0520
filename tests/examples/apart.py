"""An example in a database and home of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import WORKER, empty, server
from tests.databases import connected_to

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@contextmanager
def loaded_apart(
    name: str, load: Callable[[], None], template: str, blocker: DjangoDbBlocker
) -> Iterator[float]:
    """The example, loaded once; yields the seconds that it took."""
    name, home = f"{name}_{WORKER}", Path(os.environ["ZHICHENG_HOME"])
    empty(home)
    server().copy(template, name)
    try:
        with blocker.unblock(), connected_to(server().django_name(name)):
            begun = time.perf_counter()
            load()
            yield time.perf_counter() - begun
    finally:
        server().drop(name)
        empty(home)
