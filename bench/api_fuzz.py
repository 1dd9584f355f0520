"""What the OpenAPI document allows and what it forbids, thrown at the API by everybody: ``python bench/api_fuzz.py [--seconds 600] [--seed 1]``.

Rounds with growing seeds over every operation in a random order, each as a person who holds every role, as one who holds one role, as one who
holds none, and without a token; data as the document describes them, every fourth round as it does not. Half of the calls meet a
record that exists in the version that it has. No answer may be a server's error, or one that the document does not name, or of
another shape than it says. On a new SQLite database, or on the empty one that ZHICHENG_DATABASE names. Exit 1: a fault, printed
with what makes it again.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]


class Fuzz:
    """The application, the people who call it and what it answered."""

    def __init__(self, seed: int) -> None:
        import schemathesis
        from django.core.wsgi import get_wsgi_application

        from tests.api.company import found
        from tests.samples import opened
        from zhicheng.core.process import registry

        self.company = found()
        for process in registry.all():
            if process.asks:
                opened(process, self.company)
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
        logging.getLogger("django.request").setLevel(logging.CRITICAL)  # refusals are what is wanted
        self.people = self._people()
        self.seed, self.rounds = seed, 0
        self.answers: Counter[int] = Counter()
        self.operations: Counter[str] = Counter()
        self.faults: list[str] = []

    def _people(self) -> dict[str, dict[str, str]]:
        from zhicheng.core.account import ApiToken
        from zhicheng.core.authority import SYSTEM
        from zhicheng.core.process import registry
        from zhicheng.core.roles import Role
        from zhicheng.core.writers import open_record

        person = self.company.people["quality_manager"]
        for role in set(Role.values) - {"quality_manager"}:
            open_record(registry["org.role"], {"person": person, "role": role}, by=SYSTEM)

        def bearer(who: str) -> dict[str, str]:
            return {"Authorization": f"Bearer {ApiToken.issue(self.company.accounts[who], 'fuzz', '*')}"}

        known = {who: bearer(who) for who in ("quality_manager", "inspector", "stranger")}
        return {**known, "nobody": {"Authorization": "Bearer no-such-token"}}

    def round(self, until: float) -> None:
        """Every operation once more, until time is over."""
        import schemathesis

        self.rounds += 1
        mode = (
            schemathesis.GenerationMode.NEGATIVE
            if self.rounds % 4 == 0
            else schemathesis.GenerationMode.POSITIVE
        )
        who = list(self.people)[(0, 1, 0, 0, 2, 0, 3)[self.rounds % 7]]
        operations = [found.ok() for found in self.schema.get_all_operations()]  # type: ignore[union-attr]
        random.Random(self.seed * 10_000 + self.rounds).shuffle(operations)
        for operation in operations:
            if time.monotonic() > until:
                return
            self._call(operation, who, mode)

    def _call(self, operation: Any, who: str, mode: Any) -> None:
        import hypothesis
        from schemathesis.checks import not_a_server_error
        from schemathesis.specs.openapi.checks import (
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        checks = [
            not_a_server_error,
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        ]

        @hypothesis.seed(self.seed * 10_000 + self.rounds)
        @hypothesis.settings(
            max_examples=3,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Any) -> None:
            if sum(self.answers.values()) % 2:
                aim(case)
            answer = case.call(headers=self.people[who])
            self.answers[answer.status_code] += 1
            self.operations[operation.label] += 1
            case.validate_response(answer, checks=checks)

        try:
            call()
        except hypothesis.errors.Unsatisfiable:
            pass  # what the document describes cannot be spoiled: no parameters, no body
        except Exception as fault:  # noqa: BLE001  (a failed check, or the application's own exception: a finding either way)
            self.faults.append(
                f"{operation.label} as {who}, seed {self.seed}, round {self.rounds}: {fault!r}"
            )


def aim(case: Any) -> None:
    """Let a case meet a record that exists, in the version that it has, or nearly every answer would be 404."""
    from zhicheng.core.process import registry

    process = registry.get(case.path.removeprefix("/api/v1").split("/")[1])
    if process is None or "{number}" not in case.path:
        return
    record = process.model.objects.last()
    if record is None:
        return
    case.path_parameters["number"] = record.number
    if isinstance(case.body, dict) and isinstance(case.body.get("version"), int):
        case.body["version"] = record.version


def main() -> int:
    """Throw until the time is over; print the counts as one line of JSON last."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        from bench.kills import prepare

        prepare(Path(home))
        from django.test.utils import override_settings

        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            fuzz, until = Fuzz(given.seed), time.monotonic() + given.seconds
            while time.monotonic() < until:
                fuzz.round(until)
        from django.db import connection

        connection.close()
    for fault in fuzz.faults[:20]:
        print(fault)
    counts = {"rounds": fuzz.rounds, "calls": sum(fuzz.answers.values()), "operations": len(fuzz.operations), "faults": len(fuzz.faults),
              "answers": {str(k): v for k, v in sorted(fuzz.answers.items())}}  # fmt: skip
    print(json.dumps(counts))
    return int(bool(fuzz.faults))


if __name__ == "__main__":
    sys.exit(main())
