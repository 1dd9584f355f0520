"""Every requirement in the table is proved or open with a reason, and the page says so as it is."""

from __future__ import annotations

import ast
from collections import Counter

from tests import traceability


def test_every_requirement_has_a_proof_or_a_reason() -> None:
    found = traceability.proofs()
    silent = [r.id for r in traceability.requirements() if r.id not in found and not r.reason]
    assert silent == []


def test_every_proof_is_of_a_known_requirement() -> None:
    unknown = set(traceability.proofs()) - {r.id for r in traceability.requirements()}
    assert unknown == set(), "add them to docs/requirements.csv, or take the mark away"


def test_the_table_is_in_order() -> None:
    rows = traceability.requirements()
    assert [i for i, n in Counter(r.id for r in rows).items() if n > 1] == []
    assert {r.module for r in rows} <= set(traceability.MODULES)
    assert all(r.term for r in rows)


def test_the_page_is_fresh() -> None:
    written = traceability.PAGE.read_text("utf-8")
    assert written == traceability.page(), "run python -m tests.traceability"


def test_marks_are_read_without_running_a_test() -> None:
    source = '@pytest.mark.proves("A-1", "A-2")\n@other\ndef test_it(): ...\n\ndef test_not(): ...\n'
    assert list(traceability.marked(ast.parse(source))) == [("test_it", ["A-1", "A-2"])]
