"""Spoiled inputs to every part of the verifier: ``python bench/fuzz.py [number] [seed]``, a million unless given, in two processes.

One in ten is a whole bundle or a member of one, the rest go evenly to the parts (``tests/proof/fuzz.py``). Prints for each target how
many were given and taken, and every crash and false acceptance with the seed that makes it again; exit 1 if there was any.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]

from tests.proof import fuzz  # noqa: E402

CHUNK = 500
PROCESSES = 2


def chunk(task: tuple[str, int, int]) -> tuple[str, int, int, list[str]]:
    """Some inputs of one target, each from its own seed: how many, how many were taken, what went wrong."""
    name, first, number = task
    target, taken, wrong = getattr(fuzz, name), 0, []
    for seed in range(first, first + number):
        try:
            taken += fuzz.attempt(target, random.Random(f"{name} {seed}"))
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            wrong.append(f"{name} {seed}: {type(error).__name__}: {error}")
    return name, number, taken, wrong


def tasks(total: int, seed: int) -> list[tuple[str, int, int]]:
    """The work in chunks, the targets mixed."""
    slow = total // 10 // len(fuzz.SLOW)
    fast = (total - slow * len(fuzz.SLOW)) // len(fuzz.FAST)
    out = []
    for targets, number in ((fuzz.SLOW, slow), (fuzz.FAST, fast)):
        for target in targets:
            starts = range(0, number, CHUNK)
            out += [(target.__name__, seed * 10**9 + at, min(CHUNK, number - at)) for at in starts]
    random.Random(seed).shuffle(out)
    return out


def main(total: int = 1_000_000, seed: int = 1) -> int:
    """Give that many; 1 if any crashed the verifier or was taken falsely."""
    given: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    faults: list[str] = []
    began = time.perf_counter()
    with multiprocessing.Pool(PROCESSES) as pool:
        for done, (name, number, right, wrong) in enumerate(
            pool.imap_unordered(chunk, tasks(total, seed)), 1
        ):
            given[name] += number
            taken[name] += right
            faults += wrong
            if done % 100 == 0:
                print(
                    f"{given.total()} in {time.perf_counter() - began:.0f} s, {len(faults)} faults",
                    flush=True,
                )
    for name, number in sorted(given.items()):
        print(f"{name:12} {number:8} given {taken[name]:8} taken")
    print(*faults[:50], sep="\n")
    print(f"{given.total()} inputs, {len(faults)} faults, {time.perf_counter() - began:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
