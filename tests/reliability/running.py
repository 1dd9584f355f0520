"""A program of ``bench/`` in its short form, in a process of its own, on the test's database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import FOLDER_VARIABLE, KIND
from tests.databases import PostgresSocket

ROOT = Path(__file__).parents[2]


def address(database: str) -> str:
    """ZHICHENG_DATABASE for what the fixture ``fresh_database`` gave."""
    if KIND == "postgresql":
        return PostgresSocket(Path(os.environ[FOLDER_VARIABLE]) / "postgresql").url(database)
    return f"sqlite:///{database}"


def bench(script: str, *arguments: str, database: str | None = None) -> dict[str, Any]:
    """Run it, see that it exits with 0, return the counts of its last JSON line."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZHICHENG_", "DJANGO_"))}
    if database is not None:
        environment["ZHICHENG_DATABASE"] = address(database)
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / script), *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, Any] = json.loads([line for line in done.stdout.splitlines() if line[:1] == "{"][-1])
    return counts
