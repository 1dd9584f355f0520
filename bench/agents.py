"""Fifty agents at once enter complaints over the API on PostgreSQL: none may be lost, none doubled.

Each agent enters twenty complaints; every third time it sends the same request twice at the same moment with the same
``Idempotency-Key``, and what is answered with 503 it sends again. Eight requests are served at once, as ``zhicheng serve`` does. Printed: complaints a second, lost, doubled, server errors; limits 0, 0, 0.

Usage: ``python bench/on_postgresql.py bench/agents.py`` (or with ZHICHENG_DATABASE=postgresql://… of an empty database)
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
AGENTS, EACH, AGAIN, ATTEMPTS = 50, 20, 3, 100
SERVED = threading.BoundedSemaphore(8)


def set_up(home: Path) -> str:
    """An installation with promises in force; returns the token that all agents use."""
    from bench import kills

    house = kills.set_up(home)
    from tests.processes.test_complaint import TOPU, customer, promise
    from zhicheng.core.account import Account, ApiToken

    promise(house, TOPU)
    customer(house)
    account = Account.objects.make("agent", "a-long-password", house.people["after_sales"])
    return ApiToken.issue(account, "bench", "*")


def enter(token: str, words: str, said: Counter[int]) -> None:
    """Send one complaint, and now and then once more at the same moment."""
    from django.db import connections
    from django.test import Client

    key = str(uuid.uuid4())
    body = json.dumps({"facts": {"channel": "phone", "description": words, "customer": "KH-00001"}})

    def send() -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        for _attempt in range(ATTEMPTS):
            with SERVED:
                try:
                    answer = Client(headers=headers).post(
                        "/api/v1/complaint.complaint", body, content_type="application/json"
                    )
                finally:
                    connections.close_all()
            said[answer.status_code] += 1
            if answer.status_code != 503:
                return
            time.sleep(0.3)

    twice = int(words.rpartition(" ")[2]) % AGAIN == 0
    second = threading.Thread(target=send) if twice else None
    if second:
        second.start()
    send()
    if second:
        second.join()


def work(token: str, agent: int, said: Counter[int]) -> None:
    """What one agent does."""
    for n in range(EACH):
        enter(token, f"agent {agent} complaint {n}", said)


def measure(home: Path) -> dict[str, Any]:
    """Run all agents and count what is there afterwards."""
    token = set_up(home)
    from django.db import connection

    from zhicheng.core.process import registry

    said: Counter[int] = Counter()
    agents = [threading.Thread(target=work, args=(token, n, said)) for n in range(AGENTS)]
    began = time.perf_counter()
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    taken = time.perf_counter() - began
    rows = registry["complaint.complaint"].model.objects.values_list("description", flat=True)
    found = Counter(rows)
    wanted = {f"agent {a} complaint {n}" for a in range(AGENTS) for n in range(EACH)}
    return {
        "database": connection.vendor,
        "seconds": round(taken, 1),
        "rate": round(len(wanted) / taken),
        "lost": len(wanted - set(found)),
        "doubled": sum(n - 1 for n in found.values()),
        "server_errors": sum(n for code, n in said.items() if code >= 500 and code != 503),
        "answers": {str(code): n for code, n in sorted(said.items())},
    }


def main() -> None:
    """Print one line of JSON; exit status 1 if a limit is missed."""
    with tempfile.TemporaryDirectory() as home:
        found = measure(Path(home))
        print(json.dumps(found))
        if found["lost"] or found["doubled"] or found["server_errors"]:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
