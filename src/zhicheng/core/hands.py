"""Work in parts, shared with other processes of this machine; each has Django and a connection of its own.

Nothing here may need Django before it is set up: the processes begin by importing this file.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

Do = Callable[[str, Iterable[tuple[Any, ...]]], Iterator[Any]]
"""``do(method, arguments of each part)``: what the worker's method gives for each, in order."""


def hands() -> int:
    """How many processes can work at once."""
    return os.cpu_count() or 1


@contextmanager
def shared(worker: str, given: Any) -> Iterator[Do]:
    """Processes that each make themselves a worker: ``worker`` is the dotted name of its class, called with ``given``.

    They see what is committed, in the database and language of the caller. What fails there fails here.
    """
    from django.db import connection
    from django.utils import translation

    begin = (dict(connection.settings_dict), translation.get_language(), worker, given)
    with ProcessPoolExecutor(hands(), get_context("spawn"), _begin, begin) as pool:

        def do(method: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
            waiting: deque[Future[Any]] = deque()
            for part in parts:
                waiting.append(pool.submit(_do, method, part))
                if len(waiting) > 2 * hands():
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield do


_worker: Any
"""Of a process that helps."""


def _begin(database: dict[str, Any], language: str | None, worker: str, given: Any) -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import translation
    from django.utils.module_loading import import_string

    connection.settings_dict.update(database)
    translation.activate(language or "zh-hans")
    global _worker
    _worker = import_string(worker)(given)


def _do(method: str, part: tuple[Any, ...]) -> Any:
    return getattr(_worker, method)(*part)
