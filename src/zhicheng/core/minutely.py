"""What is done each minute while the site serves: registered functions, each in a transaction of its own.

A function may run more often than once a minute (several processes, ``zhicheng sweep``), never twice at the same moment: it
must look at what is due and leave alone what is done.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import TypeAlias

from django.db import transaction

from zhicheng.core import turns
from zhicheng.ledger import log

Task: TypeAlias = "Callable[[dt.datetime], object]"
_TASKS: dict[str, Task] = {}


def name_of(task: Task) -> str:
    """How a task is known: its module and name."""
    return f"{task.__module__}.{task.__qualname__}"


def every_minute(task: Task) -> Task:
    """Register a function of the moment (UTC); may be used as a decorator. The same function twice is one task."""
    _TASKS[name_of(task)] = task
    return task


def tasks() -> dict[str, Task]:
    """Every registered task by name, in the order of registration."""
    return dict(_TASKS)


def run(now: dt.datetime | None = None) -> list[str]:
    """Run every task; returns the names of those that failed, which are logged and tried again the next minute."""
    failed = []
    for name, task in tasks().items():
        try:
            with transaction.atomic():
                if turns.free(name):  # else another process runs it now
                    task(now or log.now())
        except Exception:
            logging.getLogger(__name__).exception("each minute: %s failed", name)
            failed.append(name)
    return failed
