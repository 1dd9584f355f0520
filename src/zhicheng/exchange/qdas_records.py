"""Q-DAS files into records, through the writers: a capability study of each characteristic, or subgroups of a control chart."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor
from zhicheng.core.files import store
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record, today_of
from zhicheng.exchange.escape import escaped
from zhicheng.exchange.qdas import Characteristic, QdasFile, Reading

LIMIT_PLACES = 6
STUDIES, SUBGROUPS = "study.study", "spc.subgroup"
INTO = frozenset({STUDIES, SUBGROUPS})
"""The kinds of record that a Q-DAS file becomes."""
MOST = 1000
"""Records that one sending of a page may open; the command line takes more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a file would become, one line a characteristic: its name, readings that count, records that it opens, and why (not)."""

    name: str
    readings: int
    opens: int
    said: str


def chart_of(number: str) -> Any:
    """The control chart of that number. Errors: ValidationError."""
    found = registry["spc.chart"].model.objects.filter(number=number.strip()).first()
    if found is None:
        raise ValidationError({"chart": [_("没有编号为“%s”的控制图。") % number.strip()]})
    return found


def planned(into: str, file: QdasFile, chart: Any = None) -> list[Planned]:
    """What the file would open, without opening it. Errors: ValidationError, as ``subgroups_from``; for more than ``MOST`` records."""
    if into == SUBGROUPS:
        groups = _groups(file, chart, "")
        lines = [
            Planned(chart.characteristic, len(groups) * chart.size, len(groups), _("每组 %s 个") % chart.size)
        ]
    else:
        lines = [_study_planned(file, at) for at in range(len(file.characteristics))]
    opens = sum(one.opens for one in lines)
    if opens > MOST:
        said = {"n": opens, "m": MOST}
        raise ValidationError(
            _("文件会新建 %(n)s 条记录，页面上一次最多 %(m)s 条：请分成几个文件，或用命令行导入。") % said
        )
    return lines


def _study_planned(file: QdasFile, at: int) -> Planned:
    one, readings = file.characteristics[at], len(file.values(at))
    if one.lower is None and one.upper is None:
        return Planned(one.name, readings, 0, _("没有规格限，不建研究"))
    limits = " – ".join("" if limit is None else str(limit) for limit in (one.lower, one.upper))
    return Planned(one.name, readings, int(readings > 0), f"{limits} {one.unit}".strip())


def open_all(into: str, file: QdasFile, file_name: str, *, by: Actor, chart: Any = None) -> list[Any]:
    """Open what was planned, all or nothing. Errors: those of ``studies_from`` and ``subgroups_from``."""
    with transaction.atomic():
        if into == SUBGROUPS:
            return subgroups_from(file, chart, by=by)
        return studies_from(file, file_name, by=by)


def table_of(file: QdasFile) -> bytes:
    """The readings that count as CSV (UTF-8 with mark): one column a characteristic, one row a measured unit."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([escaped(one.name) for one in file.characteristics])
    for row in file.rows:
        writer.writerow(["" if one is None or one.attribute else f"{one.value:f}" for one in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def studies_from(file: QdasFile, file_name: str, *, by: Actor) -> list[Any]:
    """Open a capability study of every characteristic that has a limit and readings; returns the records.

    The data file of each is the column of its readings. Errors: ValidationError and Refused of the writers; ValidationError when no
    characteristic has a limit.
    """
    process = registry[STUDIES]
    found = []
    for at, one in enumerate(file.characteristics):
        values = file.values(at)
        if not values or (one.lower is None and one.upper is None):
            continue
        rows = "\r\n".join([_named(one), *(f"{value:f}" for value in values)])
        stored = store(io.BytesIO(b"\xef\xbb\xbf" + rows.encode()), f"{file_name}-{at + 1}.csv", "text/csv")
        facts = {
            "kind": "capability", "subject": _subject(file, one), "unit": one.unit[:20], "data_file": stored.sha256,
            "occurred_on": today_of(by.person), "lower": _limit(one.lower), "upper": _limit(one.upper), "target": _limit(one.nominal),
        }  # fmt: skip
        given = {name: value for name, value in facts.items() if value is not None}
        found.append(open_record(process, given, by=by, files=[stored]))
    if not found:
        raise ValidationError({"data_file": [_("“%s”里没有既有规格限又有测得值的特性。") % file_name]})
    return found


def _named(one: Characteristic) -> str:
    return '"' + one.name.replace('"', '""') + '"'


def _subject(file: QdasFile, one: Characteristic) -> str:
    part = file.part.get("K1002") or file.part.get("K1001", "")
    return f"{part} {one.name}".strip()[:120]


def _limit(value: Any) -> Any:
    return None if value is None else str(round(value, LIMIT_PLACES).normalize())


def subgroups_from(file: QdasFile, chart: Any, *, by: Actor, characteristic: str = "") -> list[Any]:
    """Open subgroups of a control chart from the characteristic of that name (of the chart's, unless given), in order.

    Readings are cut into the chart's subgroup size; what is left over at the end is refused, so that no reading is lost unseen.
    A subgroup's date is that of its last reading, where the file has one. Errors: ValidationError; Refused of the writers.
    """
    groups = _groups(file, chart, characteristic)
    return [open_record(registry[SUBGROUPS], _subgroup(chart, one, by), by=by) for one in groups]


def _groups(file: QdasFile, chart: Any, characteristic: str) -> list[list[Reading]]:
    """The readings of the chart's characteristic in its subgroups. Errors: ValidationError."""
    wanted = characteristic or chart.characteristic
    names = [one.name for one in file.characteristics]
    if wanted not in names:
        raise ValidationError(_("文件里没有特性“%(w)s”：有 %(n)s。") % {"w": wanted, "n": "、".join(names)})
    at = names.index(wanted)
    readings = [row[at] for row in file.rows]
    counted = [one for one in readings if one is not None and not one.attribute]
    if not counted or len(counted) % chart.size:
        said = {"n": len(counted), "m": chart.size}
        raise ValidationError(_("%(n)s 个测得值不能分成每组 %(m)s 个的子组。") % said)
    return [counted[i : i + chart.size] for i in range(0, len(counted), chart.size)]


def _subgroup(chart: Any, readings: Sequence[Any], by: Actor) -> dict[str, Any]:
    moments = [one.at.date() for one in readings if one.at is not None]
    today = today_of(by.person)
    on: dt.date = min(moments[-1], today) if moments else today
    facts: dict[str, Any] = {
        "chart": chart,
        "values": [{"value": f"{one.value:f}"} for one in readings],
        "occurred_on": on,
    }
    if on < today:
        facts["late_reason"] = _("由 Q-DAS 文件导入")
    return facts
