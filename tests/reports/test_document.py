"""The document tree as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from zhicheng.reports.document import ChartSpec, Column, FigureRef, Series, Table, Text
from zhicheng.reports.document_json import DocumentError, from_json, to_json
from zhicheng.reports.layout import lay_out
from zhicheng.reports.report import Report, UnknownNumbers

# Words of the tree's own grammar, which no reader sees.
GRAMMAR = {
    "kind",
    "part",
    "align",
    "type",
    "language",
    "house_style",
    "name",
    "callout",
    "ref",
    "shown",
    "number",
}
NUMBERS = {"figure", "target", "declared", "figures", "unit"}


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)
    else:
        yield path, value


def test_the_tree_survives_json(report: Report):
    plain = json.loads(json.dumps(to_json(report.document)))
    assert from_json(plain) == report.document


def test_every_word_that_a_reader_sees_is_running_text(report: Report):
    for path, value in walk(to_json(report.document)):
        assert not isinstance(value, float), path
        if isinstance(value, str):
            assert path[-1] in {"text", *GRAMMAR, *NUMBERS}, path


def test_no_figure_is_typed_into_the_text(report: Report):
    typed = " ".join(value for path, value in walk(to_json(report.document)) if path[-1] == "text")
    assert "97.70" not in typed
    assert "11585" not in typed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "version 1"),
        ({"title": "bare"}, "title"),
        ({"blocks": [{"kind": "video"}]}, "video"),
        ({"blocks": [{"kind": "paragraph", "inlines": [{"number": 1}]}]}, "inline"),
        ({"blocks": [{"kind": "callout", "callout": "praise", "inlines": []}]}, "praise"),
        ({"blocks": [{"kind": "paragraph", "inlines": [{"text": 5}]}]}, "text"),
    ],
)
def test_what_is_no_tree_is_refused(report: Report, change: dict[str, Any], message: str):
    with pytest.raises(DocumentError, match=message):
        from_json({**to_json(report.document), **change})


def test_a_ragged_table_and_an_uneven_chart_are_refused():
    with pytest.raises(ValueError, match="row 1"):
        Table((Column("甲"), Column("乙")), (((Text("1"),),),))
    with pytest.raises(ValueError, match="3 labels"):
        ChartSpec("line", ("1", "2", "3"), (Series("甲", ("F1",)),))


def test_numbers_that_the_report_lacks_are_all_named(report: Report):
    from dataclasses import replace

    from zhicheng.reports.document import Paragraph

    stray = Paragraph((FigureRef("F98"), Text("和"), FigureRef("F99")))
    document = replace(report.document, blocks=(*report.document.blocks, stray))
    with pytest.raises(UnknownNumbers) as refused:
        lay_out(replace(report, document=document))
    assert refused.value.numbers == ("F98", "F99")
