"""The generated pages of processes are those of the definitions in force."""

from __future__ import annotations

from tests import process_docs
from zhicheng.core.process import registry


def test_the_pages_are_fresh() -> None:
    written = {path.name: path.read_text("utf-8") for path in process_docs.FOLDER.glob("*.md")}
    assert written == process_docs.pages(), "run python -m tests.process_docs"


def test_every_act_whose_effect_decides_says_where_it_leads() -> None:
    decided = {p.name: {s.name for s in p.transitions if s.to is None} for p in registry.all()}
    assert {name: acts for name, acts in decided.items() if acts} == {
        name: set(acts) for name, acts in process_docs.OUTCOMES.items()
    }
    for name, acts in process_docs.OUTCOMES.items():
        assert {to for several in acts.values() for to in several} <= set(registry[name].states)
