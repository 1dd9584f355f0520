"""Power that fails under SQLite: does the log keep what it acknowledged, whole?

Usage: ``python bench/power_cuts.py [--cuts 10000] [--lots 150] [--seed N]``.

Writers run once in Django on an ordinary file; the statements that SQLite executed are run again by apsw on a disk in memory
(``tests/reliability/disk.py``, ``replay.py``), with the product's own PRAGMAs (settings.py) and, for comparison, others. Cuts fall at
random before any write, truncation, sync or deletion of the database, its journal or WAL; sectors not yet synced are then
kept, dropped or torn at random, half of the cuts with sectors of 512 bytes, half of 4,096. Each crashed state is opened with the
library's sqlite3, which recovers it, and judged: every entry acknowledged before the cut is there, the tree is the head's, rows
and entries agree, ``PRAGMA integrity_check`` says ok.

What is real: SQLite's code for journal, WAL and recovery, the schema, the statements, the PRAGMAs. What is simulated: the disk. Not
covered: a disk that lies about a sync, or damages what was synced; WAL is run with ``locking_mode=EXCLUSIVE`` because the shim has no
shared memory, and SQLite here is apsw's, newer than the library's.

Controls must fail: WAL with synchronous NORMAL and OFF and the rollback journal with OFF must lose acknowledged entries or leave an
unreadable file. If one of them does not, this program cannot see a loss, and its zeros mean nothing. Exit 0: FULL lost nothing,
and every control failed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reliability.disk import Disk
    from tests.reliability.replay import Checker, Recording, State

MODES = {
    # journal, synchronous, whether it must hold
    "rollback FULL": ("TRUNCATE", "FULL", True),
    "WAL FULL": ("WAL", "FULL", True),
    "rollback OFF (control)": ("TRUNCATE", "OFF", False),
    "WAL NORMAL (control)": ("WAL", "NORMAL", False),
    "WAL OFF (control)": ("WAL", "OFF", False),
}
CONTROL_SHARE = 10
"""A control gets one cut for so many of a mode that must hold."""
SECTORS = (512, 4096)


@dataclass
class Counts:
    """What became of the cuts of one mode."""

    cuts: int = 0
    whole: int = 0
    lost: int = 0
    broken: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Cut, count, print; see the module's text for the exit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=10_000, help="of each mode that must hold")
    parser.add_argument("--lots", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from bench.kills import set_up

    began, out = time.perf_counter(), dict[str, Counts]()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory(dir=memory()) as folder:
        house = set_up(Path(home))
        from tests.reliability.replay import Checker, record

        recording = record(house, given.lots)
        checker = Checker(Path(folder), recording.image)
        for mode, (_journal, _synchronous, holds) in MODES.items():
            cuts = given.cuts if holds else max(20, given.cuts // CONTROL_SHARE)
            counts = out[mode] = Counts()
            for sector in SECTORS:
                cut(recording, checker, mode, sector, cuts // len(SECTORS), given.seed, counts)
            print(
                f"{mode:<24}{counts.cuts:>7} cuts: {counts.whole} whole, {counts.lost} lost acknowledged entries, {counts.broken} broken"
            )
            for fault in counts.faults[:5] if holds else []:
                print("  " + fault)
    held = all(c.whole == c.cuts for mode, c in out.items() if MODES[mode][2])
    seen = all(c.whole < c.cuts for mode, c in out.items() if not MODES[mode][2])
    result = {mode: [c.cuts, c.whole, c.lost, c.broken] for mode, c in out.items()}
    print(json.dumps({**result, "seconds": round(time.perf_counter() - began, 1)}))
    return int(not held or not seen)


def memory() -> str | None:
    """A folder in memory, if the machine has one: what is written there is read once and thrown away."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def pragmas(mode: str) -> str:
    """The product's PRAGMAs with this mode's journal and synchronous."""
    from django.conf import settings

    journal, synchronous, _holds = MODES[mode]
    text = str(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    text = re.sub(r"journal_mode=\w+", f"journal_mode={journal}", text)
    text = re.sub(r"synchronous=\w+", f"synchronous={synchronous}", text)
    return ("PRAGMA locking_mode=EXCLUSIVE; " if journal == "WAL" else "") + text


def cut(
    recording: Recording, checker: Checker, mode: str, sector: int, cuts: int, seed: int, counts: Counts
) -> None:
    """Replay once to count the operations, then again with cuts before random ones of them."""
    steps = replay(recording, mode, sector, lambda step, acknowledged, disk: None)
    chance = random.Random(f"{seed} {mode} {sector}")
    moments = Counter(chance.randrange(steps) for _ in range(cuts))

    def before(step: int, acknowledged: int, disk: Disk) -> None:
        for _ in range(moments[step]):
            judge(checker.state(disk.after_power_cut(chance)), acknowledged, counts, sector)

    replay(recording, mode, sector, before)


def judge(state: State, acknowledged: int, counts: Counts, sector: int) -> None:
    """Count one crashed state."""
    counts.cuts += 1
    if state.fault:
        counts.broken += 1
        counts.faults.append(f"sector {sector}: {state.fault}")
    elif state.size < acknowledged:
        counts.lost += 1
        counts.faults.append(f"sector {sector}: {acknowledged} entries acknowledged, {state.size} there")
    else:
        counts.whole += 1


def replay(recording: Recording, mode: str, sector: int, before: Callable[[int, int, Disk], None]) -> int:
    """Run the recorded transactions; ``before`` each operation gets its number and the entries acknowledged. Returns their number."""
    from tests.reliability.disk import Disk, Shim
    from tests.reliability.replay import NAME, size_of

    disk = Disk(sector)
    disk.load(NAME, recording.image)
    connection = Shim(disk, f"shim-{mode}-{sector}").connect(NAME)
    for one in pragmas(mode).split(";"):
        connection.execute(one)
    step, acknowledged = 0, size_of(connection)

    def count(kind: str, name: str) -> None:
        nonlocal step
        before(step, acknowledged, disk)
        step += 1

    disk.before = count
    for transaction in recording.transactions:
        for sql in transaction:
            connection.execute(sql)
        acknowledged = size_of(connection)
    connection.close()
    return step


if __name__ == "__main__":
    sys.exit(main())
