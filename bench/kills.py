"""``kill -9`` at random moments of processes that write records: is anything lost or half-written?

Usage: ``python bench/kills.py [--kills 1000] [--control] [--seed N]``: on a new SQLite database in a temporary folder, or
on the empty PostgreSQL database that ZHICHENG_DATABASE names (``python bench/on_postgresql.py bench/kills.py``).

A writer opens and judges lots through the product's writers and tells each record through a pipe once the writer
function returned. Half of the kills hit a single writer, half one of three that write at once; each writer lives
up to 150 ms after its connection stands, so kills fall on every statement, on the commit and between them.
After each round the witness (a new connection; what is new is audited) asks: is every record told still there, do
rows and entries agree, is the head what the entries give, does the next write work? At the end the whole audit.

Not simulated: a machine that loses power (``power_cuts.py``) and a database server that dies (``postgres_crashes.py``).

``--control`` lets the writers tell a record *before* the commit. That must be found as lost records; if it is not, this
program cannot see a loss, and its zeros mean nothing. Exit 0: clean (with ``--control``: losses were found).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House
    from tests.reliability.witness import Say, Told

LONGEST_LIFE = 0.150
WRITERS = (1, 3)


def main() -> int:
    """Kill, count, print; see the module's text for the exit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        house = set_up(Path(home))
        return run(house, given.kills, given.seed, control=given.control)


def set_up(home: Path) -> House:
    """``prepare``, and a small enterprise."""
    prepare(home)
    from tests.house import build

    return build()


def prepare(home: Path) -> None:
    """Django on the database given or on a new one, migrated."""
    os.environ["ZHICHENG_HOME"] = str(home)
    os.environ.setdefault("ZHICHENG_DATABASE", f"sqlite:///{home / 'bench.sqlite3'}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def run(house: House, kills: int, seed: int, *, control: bool) -> int:
    """All rounds; prints one line."""
    from django.db import connection

    from tests.reliability.witness import Witness

    random.seed(seed)
    began, witness, hot = time.perf_counter(), Witness(house), 0
    killed = dict.fromkeys(WRITERS, 0)
    while sum(killed.values()) < kills and not witness.found.broken:
        number = WRITERS[0] if sum(killed.values()) < kills / 2 else WRITERS[1]
        told, journals = one_round(house, number, sum(killed.values()), control=control)
        killed[number] += number
        hot += journals
        witness.look(told)
        progress(sum(killed.values()), kills)
    witness.everything()
    found = witness.found
    result = {
        "database": connection.vendor,
        "kills": sum(killed.values()),
        "kills_one_writer": killed[1],
        "kills_three_writers": killed[3],
        "acknowledged": found.acknowledged,
        "entries": found.entries,
        "journals_open": hot,
        "lost": len(found.lost),
        "broken": len(found.broken),
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(result))
    for fault in (found.lost + found.broken)[:10] if not control else []:
        print(fault)
    if control:
        return int(not found.lost or bool(found.broken))
    return int(not found.clean)


def one_round(house: House, number: int, turn: int, *, control: bool) -> tuple[list[Told], int]:
    """Start writers and kill each at a moment of its own; what they told, and how often a journal stood open (SQLite)."""
    from tests.reliability.witness import fork

    writers = [fork(work(house, f"PO-{turn}-{i}", control=control)) for i in range(number)]
    for writer in writers:
        writer.wait_ready()
    moments = sorted((random.uniform(0, LONGEST_LIFE), i) for i in range(number))
    journals, start = 0, time.monotonic()
    for moment, i in moments:
        for writer in writers[i:] + writers[:i]:
            writer.listen(0)
        time.sleep(max(0.0, start + moment - time.monotonic()))
        writers[i].kill()
        journals += hot_journal()
    return [one for writer in writers for one in writer.told()], journals


def work(house: House, name: str, *, control: bool) -> Callable[[Say], None]:
    """What a writer does; as a control it tells before it commits."""
    from tests.reliability.witness import write_lots

    def honest(say: Say) -> None:
        write_lots(house, name, say)

    def early(say: Say) -> None:
        from django.db import transaction

        def and_wait(record: object) -> None:
            say(record)
            time.sleep(0.003)

        for n in range(1000):
            with transaction.atomic():
                write_lots(house, f"{name}-{n}", and_wait, 1)

    return early if control else honest


def hot_journal() -> int:
    """Whether SQLite's journal stands open after the kill: mostly the killed writer's, for the next to roll back."""
    from django.conf import settings

    path = Path(f"{settings.DATABASES['default']['NAME']}-journal")
    return int(path.exists() and path.stat().st_size > 0)


def progress(done: int, total: int) -> None:
    """A count on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="\n" if done >= total else "", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
