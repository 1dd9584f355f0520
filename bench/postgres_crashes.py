"""A PostgreSQL server that dies under four writers, and ten writers at once: is anything lost, doubled or left out?

Usage: ``python bench/postgres_crashes.py [--crashes 24] [--each 60] [--control 4] [--seed N]``. Starts a private cluster in a
temporary folder, fsync on.

Crashes: four forked processes write lots; at a random moment (up to 1.5 s) the server is stopped with ``pg_ctl stop -m immediate``
or its postmaster is killed with signal 9 (turn by turn). Its other processes then die by themselves, but for one that sleeps until
a lock is given free by a process that is gone: who is still there after five seconds is killed as well. The writers must fail, not hang. The server is started again and recovers; the witness (``tests/reliability/witness.py``) asks: is every
acknowledged record there, do rows and entries agree, is the head what the entries give, does the next write work?

Ten at once: each of ten processes opens and judges its own lots and takes turns at amending one lot that all share, with the
version it has seen, trying again when it was stale. Afterwards ``seq`` is dense, versions are dense, nothing acknowledged
is missing, the shared lot has exactly as many versions as were acknowledged (no update was lost), and what was begun after another
was acknowledged stands behind it in the log (``--each 4000``: over 100,000 appends).

Not simulated: a machine that loses power. The operating system goes on, so what PostgreSQL wrote without fsync survives here;
that PostgreSQL's own commits are durable is taken from PostgreSQL.

The control: at the end so many more crashes (postmaster killed) with ``synchronous_commit = off``, where PostgreSQL acknowledges
before it has written, and with the process stopped that would write a moment later. Acknowledged records must then be missing (and still none half-written); if none is, this program cannot see a
loss, and its zeros mean nothing. Exit 0: clean, and the control lost some.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import PostgresCluster, PostgresSocket
    from tests.house import House
    from tests.reliability.witness import Say, Witness

CRASHED, TOGETHER = 4, 10
LONGEST_LIFE = 1.5
LONGEST_FAREWELL = 5.0
KINDS = ("immediate", "kill")
KILL = 1


def main() -> int:
    """Crash, count, print; see the module's text for the exit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--crashes", type=int, default=24)
    parser.add_argument("--each", type=int, default=60, help="lots of each of the ten writers")
    parser.add_argument("--control", type=int, default=4, help="crashes without synchronous_commit")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    random.seed(given.seed)
    from bench.kills import set_up
    from tests.databases import PostgresCluster, PostgresSocket

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # user postgres must reach its own folder below
        home = Path(folder) / "home"
        home.mkdir()
        cluster = PostgresCluster(Path(folder) / "postgresql", durable=True)
        cluster.start()
        try:
            server = PostgresSocket(Path(folder) / "postgresql")
            server.create("bench")
            os.environ["ZHICHENG_DATABASE"] = server.url("bench")
            began, house = time.perf_counter(), set_up(home)
            from tests.reliability.witness import Witness

            witness = Witness(house)
            crashes = [crash(house, cluster, witness, f"PO-{turn}", turn) for turn in range(given.crashes)]
            updates = together(house, witness, given.each)
            witness.everything()
            server.run("ALTER DATABASE bench SET synchronous_commit = off")
            control = Witness(house)
            for turn in range(given.control):
                crash(house, cluster, control, f"control-{turn}", KILL, held_back=wal_writer(server))
        finally:
            cluster.stop()
    found = witness.found
    result = {
        "crashes": len(crashes),
        "postmaster_killed": crashes.count("kill"),
        "immediate_stops": crashes.count("immediate"),
        "acknowledged": found.acknowledged,
        "entries": found.entries,
        "shared_updates": updates,
        "lost": len(found.lost),
        "broken": len(found.broken),
        "control_crashes": given.control,
        "control_lost": len(control.found.lost),
        "control_broken": len(control.found.broken),
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(result))
    for fault in [*found.lost, *found.broken, *control.found.broken][:10]:
        print(fault)
    blind = given.control > 0 and not control.found.lost
    return int(not found.clean or bool(control.found.broken) or blind)


def crash(
    house: House,
    cluster: PostgresCluster,
    witness: Witness,
    name: str,
    turn: int,
    held_back: int | None = None,
) -> str:
    """One crash under four writers; returns how the server died. ``held_back``: a process of the server stopped until then."""
    from tests.reliability.witness import fork, write_lots

    writers = [
        fork(lambda say, i=i: write_lots(house, f"{name}-{i}", say), quiet=True)  # type: ignore[misc]
        for i in range(CRASHED)
    ]
    for writer in writers:
        writer.wait_ready()
    if held_back is not None:
        os.kill(held_back, signal.SIGSTOP)
    until = time.monotonic() + random.uniform(0.05, LONGEST_LIFE)
    while (left := until - time.monotonic()) > 0:
        for writer in writers:
            writer.listen(min(left, 0.01))
    for writer in writers:
        writer.listen(0)
    kind = KINDS[turn % 2]
    if kind == "immediate":
        cluster.stop()
    else:
        kill(postmaster(cluster), held_back)
    for writer in writers:
        writer.join()
        if writer.status == 0:
            raise SystemExit("a writer ended without an error although its server died")
    restart(cluster)
    witness.look([one for writer in writers for one in writer.told()])
    return kind


def postmaster(cluster: PostgresCluster) -> int:
    """The process number of the private server's first process."""
    return int((cluster.data / "postmaster.pid").read_text("ascii").split()[0])


def kill(first: int, held_back: int | None) -> None:
    """Kill the server's first process and ``held_back``, and after a while what of the server is left."""
    others = [process for process, parent in parents() if parent == first]
    os.kill(first, signal.SIGKILL)
    if held_back is not None:
        os.kill(held_back, signal.SIGKILL)
    until = time.monotonic() + LONGEST_FAREWELL
    while (left := {process for process, _ in parents()} & set(others)) and time.monotonic() < until:
        time.sleep(0.05)
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def parents() -> Iterator[tuple[int, int]]:
    """Every process of the machine that is not yet over, and its parent (Linux: ``/proc``)."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # over since it was listed
            state, parent = path.read_text("ascii", "replace").rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(path.parent.name), int(parent)


def wal_writer(server: PostgresSocket) -> int:
    """The process number of what writes PostgreSQL's log in the background."""
    import psycopg

    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def restart(cluster: PostgresCluster) -> None:
    """Start the server again; after a kill its other processes hold the memory for a moment."""
    for attempt in range(50):
        try:
            cluster.resume()
        except RuntimeError:
            if attempt == 49:
                raise
            time.sleep(0.1)
        else:
            return


def together(house: House, witness: Witness, each: int) -> int:
    """Ten writers at once, with one lot that all amend; returns how many versions of it were acknowledged."""
    from tests.reliability.witness import fork, hear_out, write_lots
    from zhicheng.core.writers import Stale, amend

    shared = house.lot("shared")

    def one(i: int, say: Say) -> None:
        for n in range(each // 2):
            write_lots(house, f"ten-{i}-{n}", say, 1)
            while True:
                lot = house.fresh(shared)
                try:
                    say(
                        amend(
                            lot,
                            {"note": f"{i} {n}"},
                            by=house.actor("inspector"),
                            version=lot.version,
                            reason="测试",
                        )
                    )
                except Stale:
                    continue
                break

    writers = [fork(lambda say, i=i: one(i, say)) for i in range(TOGETHER)]  # type: ignore[misc]
    hear_out(writers)
    for writer in writers:
        writer.join()
        if writer.status:
            witness.found.broken.append("one of the ten writers failed")
    told = [one for writer in writers for one in writer.told()]
    witness.look(told)
    updates = [one.ver for one in told if (one.type, one.k) == ("inspection.lot", shared.k)]
    if sorted(updates) != list(range(2, len(updates) + 2)) or house.fresh(shared).version != len(updates) + 1:
        witness.found.broken.append(f"the shared lot's acknowledged versions: {sorted(updates)}")
    if len(updates) != TOGETHER * (each // 2):
        witness.found.broken.append(f"{len(updates)} updates of the shared lot were acknowledged")
    return len(updates)


if __name__ == "__main__":
    sys.exit(main())
