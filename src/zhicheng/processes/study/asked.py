"""What a study asks for, as numbers for the methods, and sentences for what is missing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhicheng.processes.study.models import PLAYS, Kind, Method, Study


def real(value: Any) -> float | None:
    """A decimal fact as a number."""
    return None if value is None else float(value)


def confidence(study: Study) -> float:
    """The confidence level as a share of 1."""
    return float(study.confidence if study.confidence is not None else 95) / 100


def width(study: Study) -> float | None:
    """The tolerance, or the difference of both limits of specification."""
    if study.tolerance is not None:
        return float(study.tolerance)
    both = study.lower is not None and study.upper is not None
    return float(study.upper - study.lower) if both else None


def limits_of_item(study: Study) -> None:
    """Without limits of its own, a study of an item's characteristic takes the limits that are registered there."""
    given = study.lower is not None or study.upper is not None or study.tolerance is not None
    if given or study.item is None or study.kind not in PLAYS["lower"]:
        return
    field: Any = type(study.item)._meta.get_field("characteristics")
    columns = {c.name: c for c in field.columns}
    row: dict[str, Any] = next(
        (r for r in study.item.characteristics if r["name"] == study.characteristic), {}
    )
    for name in ("lower", "upper"):
        if row.get(name) is not None:
            setattr(study, name, columns[name].shown(row[name]))


def clear_idle(study: Study) -> None:
    """Empty what plays no part in this kind of study."""
    for name, kinds in PLAYS.items():
        if study.kind not in kinds:
            field = study._meta.get_field(name)
            empty = None if field.null else (True if name == "parametric" else "")
            setattr(study, name, empty)
    if study.kind == Kind.CAPABILITY and study.method != Method.QUANTILE:
        study.distribution = ""


def check(study: Study) -> None:
    """Refuse a study that lacks what its kind needs. Errors: ValidationError by field, each with a sentence."""
    wrong = {**_missing(study), **_outside(study)}
    if wrong:
        raise ValidationError({name: [sentence] for name, sentence in wrong.items()})


def _missing(study: Study) -> dict[str, str]:
    """What this kind cannot do without."""
    kind, wrong = study.kind, dict[str, str]()
    if kind == Kind.CAPABILITY and study.lower is None and study.upper is None:
        wrong["lower"] = _("没有规格限，无从谈能力：请至少给出下限或上限，或选有规格限的物料特性。")
    if study.reference is None and kind in (Kind.TYPE1, Kind.BIAS):
        wrong["reference"] = _("须给出参考值：标准件经检定或校准的值。")
    needed = (
        ("distribution", study.method == Method.QUANTILE, _("百分位法要选分布。")),
        ("tolerance", kind == Kind.TYPE1, _("1 型量具研究须给出公差：Cg、Cgk 以公差的 20% 为尺度。")),
        ("resolution", kind == Kind.RECORD_TRUTH, _("须给出分辨力：末位数字和相同读数都以它为准。")),
        ("coverage", kind == Kind.TOLERANCE, _("须给出覆盖率：容许区间至少包含总体的百分之几。")),
    )
    return wrong | {name: said for name, due, said in needed if due and getattr(study, name) in (None, "")}


def _outside(study: Study) -> dict[str, str]:
    """What is given but cannot be."""
    wrong = dict[str, str]()
    if study.lower is not None and study.upper is not None and study.lower >= study.upper:
        wrong["upper"] = _("规格上限应大于规格下限：请核对。")
    for name in ("tolerance", "process_variation", "resolution"):
        if getattr(study, name) is not None and getattr(study, name) <= 0:
            wrong[name] = _("应大于 0。")
    for name in ("confidence", "coverage"):
        if getattr(study, name) is not None and not 0 < getattr(study, name) < 100:
            wrong[name] = _("应在 0 与 100 之间。")
    if study.size is not None and not 2 <= study.size <= 100:
        wrong["size"] = _("子组大小为 2 至 100；单值请留空。")
    return wrong
