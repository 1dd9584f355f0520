"""The text of editions is found as it was typed, on both databases, and compared paragraph by paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house import House
from tests.processes.test_document import document, draft, in_force, issued, undrawn  # noqa: F401 - a fixture
from zhicheng.processes.document.grams import folded, grams
from zhicheng.processes.document.index import search

SOME = st.text(alphabet="质量管理，。 Ab1９／-检验员Ａ二", max_size=12)


@given(SOME, SOME, SOME)
@settings(max_examples=60)
def test_every_gram_of_a_part_is_one_of_the_whole_unless_it_begins_or_ends_inside_a_word(
    before: str, part: str, after: str
) -> None:
    """What stands in a text between marks is found by its grams."""
    assert set(grams(part)) <= set(grams(f"{before}。{part}，{after}"))


def test_pairs_of_characters_and_whole_words_are_indexed() -> None:
    assert len(grams("质量管理")) == 3
    assert set(grams("QES-001")) == set(grams("qes 001"))
    assert grams("A类") != []
    assert grams("检") == grams("，") == []
    assert folded("Ａ　Ｂ") == "a b"


def test_the_text_of_editions_in_force_is_found_and_of_former_ones_on_request(house: House) -> None:
    of, first = in_force(house)
    other, _edition = in_force(house, name="质量培训制度")
    assert {hit.document for hit in search("检验员判定")[0]} == {of.k, other.k}
    assert search("员判")[0] != []
    assert search("检验员 放行")[0][0].paragraphs[0].heading == "2 职责"
    assert search("检验经理")[0] == search("检")[0] == search("量检")[0] == []
    text = "# 1 目的\n\n规定进货检验的职责。\n\n# 2 职责\n\n由 IQC 班组判定。\n"
    issued(house, draft(house, of, text=text))
    assert [hit.document for hit in search("检验员判定")[0]] == [other.k]
    found = search("检验员判定", former=True)[0]
    assert {hit.document for hit in found} == {of.k, other.k}
    former = next(hit for hit in found if hit.document == of.k).paragraphs[0]
    assert (former.first, former.last) == (first.order, first.order)
    assert [hit.document for hit in search("iqc班组")[0]] == []
    assert [hit.document for hit in search("ＩＱＣ 班组")[0]] == [of.k]
    stays = next(hit for hit in search("进货检验的职责")[0] if hit.document == of.k)
    assert (stays.paragraphs[0].first, stays.paragraphs[0].last) == (first.order, None)


@pytest.mark.parametrize("words", ["", "'; DROP TABLE x", '"', "* OR NEAR(", "%_"])
def test_whatever_is_typed_is_only_looked_for(house: House, words: str) -> None:
    assert search(words) == ([], False)


def test_an_uploaded_file_that_cannot_be_read_is_refused_with_a_sentence(house: House) -> None:
    import io

    from django.core.exceptions import ValidationError

    from zhicheng.core.files import store
    from zhicheng.core.process import registry
    from zhicheng.core.writers import open_record

    of = document(house)
    for name, data, said in (
        ("坏.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("坏.docx", b"PK\x03\x04 nothing", "Word|docx|损坏"),
        ("表.xlsx", b"x", "不能作正文"),
    ):
        sent = store(io.BytesIO(data), name)
        facts = {"document": of, "summary": "x", "source": sent.sha256}
        with pytest.raises(ValidationError, match=said):
            open_record(registry["document.edition"], facts, by=house.actor("department_head"), files=[sent])
