"""Where things are: addresses of processes and records."""

from typing import Any
from urllib.parse import quote

from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record


class ProcessConverter:
    """A process in an address: its name, which always has a dot, so no other page can collide."""

    regex = r"[a-z_]+\.[a-z_]+"

    def to_python(self, value: str) -> Process:
        """The process of this name; an unknown one is no address (ValueError)."""
        process = registry.get(value)
        if process is None:
            raise ValueError(value)
        return process

    def to_url(self, value: Process | str) -> str:
        """The name."""
        return value if isinstance(value, str) else value.name


def of_process(process: Process, page: str = "") -> str:
    """The address of a process's list, or of a page beside it such as ``new``."""
    return f"/{process.name}/{page}"


def of_record(record: Record | Any, page: str = "") -> str:
    """The address of a record, or of a form of it such as ``amend``."""
    return f"/{registry.of(record).name}/{quote(record.number)}/{page}"
