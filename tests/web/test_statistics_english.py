"""Pages in English say in English what the statistics say; what was recorded stays Chinese in the record (house rule of languages)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.html import escape

from tests.processes.test_study import drawn, study, tsv
from zhicheng.core.language import sentence
from zhicheng.processes.study.computing import pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_a_study_that_cannot_be_made_says_so_in_the_readers_language(house: House) -> None:
    for language, said in (("en", "The data do not vary"), ("zh-hans", "没有变差")):
        with translation.override(language), pytest.raises(ValidationError) as error:
            study(house, "capability", data=tsv("值", [("5",)] * 30))
        assert said in " ".join(error.value.messages)
    assert sentence("数据是空的：请至少给出一个值。").startswith("数据")


def test_the_page_of_a_study_shows_its_notes_in_english_and_the_record_keeps_chinese(
    house: House, enter: Callable[[str], Client]
) -> None:
    made = study(house, "capability", data=tsv("值", drawn(30)))
    assert CHINESE.search(made.notes)
    client = enter("quality_manager")
    client.cookies["language"] = "en"
    page = client.get(f"/study.study/{made.number}/").content.decode()
    for part in (*made.verdict.split("\n"), *made.notes.split("\n"), *(row["name"] for row in made.results)):
        with translation.override("en"):
            said = sentence(part)
        assert not CHINESE.search(said), part
        assert escape(said) in page
    with translation.override("en"):
        notes = [one.note for one in pictures(made) if one.note]
    assert notes
    assert [one for one in notes if CHINESE.search(one)] == []
