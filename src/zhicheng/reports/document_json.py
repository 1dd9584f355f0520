"""The document tree as the plain object that goes into report.json under `document`, and back.

No floats, no keys that depend on the order of writing. Reading is strict: an unknown kind, a missing key or
a wrong type raises DocumentError, which names the place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from zhicheng.reports.document import (
    ALIGNS,
    CALLOUT_KINDS,
    CHART_TYPES,
    Align,
    Block,
    Callout,
    CalloutKind,
    Chart,
    ChartSpec,
    ChartType,
    Column,
    ControlLimit,
    ControlSpec,
    CrossRef,
    DeclaredRef,
    Document,
    FigureRef,
    Heading,
    Inline,
    Inlines,
    Limit,
    ListBlock,
    PageBreak,
    Paragraph,
    ProofBlock,
    Series,
    Signature,
    SignOff,
    Table,
    TargetRef,
    Text,
)

Json = dict[str, Any]
CONTROL = "control"
T = TypeVar("T")


class DocumentError(ValueError):
    """The object is not a document tree."""


def to_json(document: Document) -> Json:
    """The tree as dicts, lists, strings, integers and booleans."""
    return {
        "v": 1,
        "title": {"text": document.title},
        "language": document.language,
        "house_style": document.house_style,
        "blocks": [_block_json(block) for block in document.blocks],
    }


def from_json(data: Mapping[str, Any]) -> Document:
    """The tree from its plain object. Raises DocumentError."""
    if _take(data, "v", int) != 1:
        raise DocumentError("document.v: only version 1 is known")
    return Document(
        title=_words(data, "title"),
        language=_take(data, "language", str),
        house_style=_take(data, "house_style", str),
        blocks=tuple(_block(one) for one in _take(data, "blocks", list)),
    )


# Writing


def _inline_json(inline: Inline) -> Json:
    if isinstance(inline, CrossRef):
        return {"ref": inline.to, "shown": inline.shown}
    if isinstance(inline, Text):
        entry: Json = {"text": inline.text}
    elif isinstance(inline, FigureRef):
        entry = {"figure": inline.no, "part": inline.part}
    elif isinstance(inline, TargetRef):
        entry = {"target": inline.no, "part": inline.part}
    else:
        entry = {"declared": inline.no, "part": inline.part}
    return {**entry, "strong": True} if inline.strong else entry


def _inlines_json(inlines: Inlines) -> list[Json]:
    return [_inline_json(one) for one in inlines]


def _block_json(block: Block) -> Json:
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "number": block.number,
            "numbered": block.numbered,
            "name": block.name,
            "inlines": _inlines_json(block.inlines),
        }
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "inlines": _inlines_json(block.inlines)}
    if isinstance(block, ListBlock):
        items = [_inlines_json(one) for one in block.items]
        return {"kind": "list", "ordered": block.ordered, "items": items}
    if isinstance(block, Table):
        return _table_json(block)
    if isinstance(block, Chart):
        spec = block.spec
        drawn = _control_json(spec) if isinstance(spec, ControlSpec) else _spec_json(spec)
        return {"kind": "chart", **_captioned_json(block), "spec": drawn}
    if isinstance(block, Callout):
        return {"kind": "callout", "callout": block.kind, "inlines": _inlines_json(block.inlines)}
    if isinstance(block, SignOff):
        return {"kind": "sign_off", "rows": [_signature_json(one) for one in block.rows]}
    return {"kind": "proof" if isinstance(block, ProofBlock) else "page_break"}


def _captioned_json(block: Table | Chart) -> Json:
    return {
        "name": block.name,
        "number": block.number,
        "caption": _inlines_json(block.caption),
        "note": _inlines_json(block.note),
    }


def _table_json(table: Table) -> Json:
    return {
        "kind": "table",
        **_captioned_json(table),
        "columns": [{"title": {"text": c.title}, "align": c.align, "unit": c.unit} for c in table.columns],
        "rows": [[_inlines_json(cell) for cell in row] for row in table.rows],
    }


def _spec_json(spec: ChartSpec) -> Json:
    return {
        "type": spec.type,
        "x": [{"text": label} for label in spec.x],
        "unit": spec.unit,
        "series": [{"name": {"text": one.name}, "figures": list(one.figures)} for one in spec.series],
        "limits": [
            {"name": {"text": one.name}, **({"target": one.target} if one.target else {"figure": one.figure})}
            for one in spec.limits
        ],
    }


def _control_json(spec: ControlSpec) -> Json:
    return {
        "type": CONTROL,
        "name": {"text": spec.name},
        "x": [{"text": label} for label in spec.x],
        "values": list(spec.values),
        "places": spec.places,
        "edition": spec.edition,
        "unit": spec.unit,
        "limits": [
            {"name": {"text": one.word}, "shown": {"text": one.shown}, "at": list(one.at)}
            for one in spec.limits
        ],
        "marks": [{"at": at, "tests": {"text": tests}} for at, tests in spec.marks],
    }


def _signature_json(one: Signature) -> Json:
    return {
        "role": {"text": one.role},
        "name": {"text": one.name},
        "signed_on": {"text": one.signed_on},
        "meaning": {"text": one.meaning},
    }


# Reading


def _take(data: Mapping[str, Any], key: str, kind: type[T]) -> T:
    if not isinstance(data, Mapping) or key not in data:
        raise DocumentError(f"{key}: missing")
    value = data[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DocumentError(f"{key}: {type(value).__name__}, not {kind.__name__}")
    return value


def _words(data: Mapping[str, Any], key: str) -> str:
    return _take(_take(data, key, dict), "text", str)


def _one_of(data: Mapping[str, Any], key: str, known: tuple[Any, ...]) -> Any:
    value = _take(data, key, str)
    if value not in known:
        raise DocumentError(f"{key}: {value!r} is none of {', '.join(known)}")
    return value


def _inline(data: Mapping[str, Any]) -> Inline:
    if not isinstance(data, Mapping):
        raise DocumentError("inline: not an object")
    strong = data.get("strong") is True
    if "text" in data:
        return Text(_take(data, "text", str), strong)
    if "ref" in data:
        return CrossRef(_take(data, "ref", str), _take(data, "shown", str))
    part = str(data.get("part", "value"))
    if "figure" in data:
        return FigureRef(_take(data, "figure", str), part, strong)
    if "target" in data:
        return TargetRef(_take(data, "target", str), part, strong)
    if "declared" in data:
        return DeclaredRef(_take(data, "declared", str), part, strong)
    raise DocumentError(f"inline: none of text, ref, figure, target, declared in {sorted(data)}")


def _inlines(data: list[Any]) -> Inlines:
    if not isinstance(data, list):
        raise DocumentError("inlines: not a list")
    return tuple(_inline(one) for one in data)


def _heading(data: Json) -> Heading:
    return Heading(
        level=_take(data, "level", int),
        inlines=_inlines(_take(data, "inlines", list)),
        name=_take(data, "name", str),
        numbered=_take(data, "numbered", bool),
        number=_take(data, "number", str),
    )


def _column(data: Json) -> Column:
    align = cast(Align, _one_of(data, "align", ALIGNS))
    return Column(_words(data, "title"), align, _take(data, "unit", str))


def _table(data: Json) -> Table:
    try:
        return Table(
            columns=tuple(_column(one) for one in _take(data, "columns", list)),
            rows=tuple(tuple(_inlines(cell) for cell in row) for row in _take(data, "rows", list)),
            caption=_inlines(_take(data, "caption", list)),
            note=_inlines(_take(data, "note", list)),
            name=_take(data, "name", str),
            number=_take(data, "number", int),
        )
    except ValueError as error:
        raise DocumentError(str(error)) from error


def _limit(data: Json) -> Limit:
    if "target" in data:
        return Limit(_words(data, "name"), target=_take(data, "target", str))
    return Limit(_words(data, "name"), figure=_take(data, "figure", str))


def _whole(values: list[Any], *, gaps: bool = False) -> tuple[Any, ...]:
    if not all(type(one) is int or (gaps and one is None) for one in values):
        raise DocumentError("control chart: values are whole numbers")
    return tuple(values)


def _control(data: Json) -> ControlSpec:
    limits = _take(data, "limits", list)
    try:
        return ControlSpec(
            name=_words(data, "name"),
            x=tuple(_take(one, "text", str) for one in _take(data, "x", list)),
            values=_whole(_take(data, "values", list), gaps=True),
            places=_take(data, "places", int),
            edition=_take(data, "edition", int),
            unit=_take(data, "unit", str),
            limits=tuple(
                ControlLimit(_words(one, "name"), _words(one, "shown"), _whole(_take(one, "at", list)))
                for one in limits
            ),
            marks=tuple((_take(one, "at", int), _words(one, "tests")) for one in _take(data, "marks", list)),
        )
    except ValueError as error:
        raise DocumentError(str(error)) from error


def _spec(data: Json) -> ChartSpec | ControlSpec:
    if data.get("type") == CONTROL:
        return _control(data)
    series = _take(data, "series", list)
    try:
        return ChartSpec(
            type=cast(ChartType, _one_of(data, "type", CHART_TYPES)),
            x=tuple(_take(one, "text", str) for one in _take(data, "x", list)),
            series=tuple(Series(_words(one, "name"), tuple(_take(one, "figures", list))) for one in series),
            unit=_take(data, "unit", str),
            limits=tuple(_limit(one) for one in _take(data, "limits", list)),
        )
    except ValueError as error:
        raise DocumentError(str(error)) from error


def _chart(data: Json) -> Chart:
    return Chart(
        spec=_spec(_take(data, "spec", dict)),
        caption=_inlines(_take(data, "caption", list)),
        note=_inlines(_take(data, "note", list)),
        name=_take(data, "name", str),
        number=_take(data, "number", int),
    )


def _signature(data: Json) -> Signature:
    words = (_words(data, key) for key in ("role", "name", "signed_on", "meaning"))
    return Signature(*words)


def _callout(data: Json) -> Callout:
    kind = cast(CalloutKind, _one_of(data, "callout", CALLOUT_KINDS))
    return Callout(kind, _inlines(_take(data, "inlines", list)))


def _list(data: Json) -> ListBlock:
    items = tuple(_inlines(one) for one in _take(data, "items", list))
    return ListBlock(items, ordered=_take(data, "ordered", bool))


_READERS: Mapping[str, Callable[[Json], Block]] = {
    "heading": _heading,
    "paragraph": lambda data: Paragraph(_inlines(_take(data, "inlines", list))),
    "list": _list,
    "table": _table,
    "chart": _chart,
    "callout": _callout,
    "sign_off": lambda data: SignOff(tuple(_signature(one) for one in _take(data, "rows", list))),
    "proof": lambda data: ProofBlock(),
    "page_break": lambda data: PageBreak(),
}


def _block(data: Json) -> Block:
    kind = _take(data, "kind", str)
    if kind not in _READERS:
        raise DocumentError(f"kind: {kind!r} is unknown")
    return _READERS[kind](data)
