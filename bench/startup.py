"""How long commands take to start: ``--help``, ``verify`` and ``sampling`` under 0.4 s, others (``audit`` of a new installation) under 2.5 s."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
LIMITS = {
    ("--help",): 0.4,
    ("verify", "--help"): 0.4,
    ("sampling", "--lot", "1200", "--aql", "1.0"): 0.4,
    ("doctor",): 2.5,
    ("audit",): 2.5,
}


def set_up(home: str) -> dict[str, str]:
    """A new installation; returns the environment of its commands."""
    environment = {**os.environ, "ZHICHENG_HOME": home}
    facts = [
        "--enterprise",
        "测速",
        "--code",
        "91330000BENCH00001",
        "--site",
        "总部",
        "--administrator",
        "管理员",
    ]
    command = [
        sys.executable,
        "-m",
        "zhicheng.cli",
        "init",
        *facts,
        "--username",
        "admin",
        "--password",
        "a-long-password",
    ]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return environment


def main() -> None:
    """Print the median and the limit of each command."""
    with tempfile.TemporaryDirectory() as home:
        environment = set_up(home)
        for command, limit in LIMITS.items():
            times = []
            for _round in range(ROUNDS):
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "zhicheng.cli", *command],
                    env=environment,
                    capture_output=True,
                    check=False,
                )
                times.append(time.perf_counter() - start)
            median = statistics.median(times)
            word = "kept" if median < limit else "MISSED"
            print(f"zhicheng {' '.join(command):<16} median {median:.2f} s, limit {limit} s: {word}")


if __name__ == "__main__":
    main()
