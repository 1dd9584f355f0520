"""Files of unknown origin are read in a process of its own, with little memory and time: what breaks there breaks nothing here.

The child is ``python -m`` some module that calls :func:`answer`. It loads no Django, opens no database, and answers on its
standard output; this module imports only the standard library.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence

SAID = 3
"""The child's exit code when it answers with a sentence for the person."""


def ask(
    module: str,
    data: bytes,
    *,
    fault: type[Exception],
    seconds: float,
    late: str,
    broken: str,
    arguments: Sequence[str] = (),
) -> bytes:
    """What the child answers to the bytes on its standard input. Errors: ``fault`` with the child's own sentence, with ``late``
    after so many seconds, or with ``broken`` where it fell."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise fault(late) from error
    if done.returncode == SAID:
        raise fault(done.stdout.decode("utf-8", "replace"))
    if done.returncode:
        raise fault(broken)
    return done.stdout


def limit(seconds: int, memory: int) -> None:
    """Little processor time and address space (bytes) for this process, where the system can be asked for it (not on Windows:
    there only the parent's clock holds)."""
    if importlib.util.find_spec("resource") is None:
        return
    resource = importlib.import_module("resource")
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(make: Callable[[], bytes], refusal: type[Exception]) -> int:
    """The child's end: the answer, or the sentence of a refusal, on the standard output; returns the exit code."""
    try:
        said, code = make(), 0
    except refusal as error:
        said, code = str(error).encode(), SAID
    sys.stdout.buffer.write(said)
    return code
