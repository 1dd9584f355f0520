"""Child rows name people and skills as people write them: by number, staff number or name; kept as number and name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from zhicheng.core.organisation import Person, Standing
from zhicheng.processes.competence.records import Skill

NAMED: dict[Any, tuple[str, ...]] = {Person: ("number", "staff_number", "name"), Skill: ("number", "name")}


def found(model: Any, texts: Iterable[str], fact: str) -> dict[str, Any]:
    """The active records that texts name, by text. Errors: ValidationError at the fact for one that names none or several."""
    wanted = {t.strip() for t in texts}
    names = NAMED[model]
    asked = Q()
    for name in names:
        asked |= Q(**{f"{name}__in": wanted})
    rows = list(model.objects.filter(asked, state=Standing.ACTIVE)) if wanted else []
    return {text: _one(model, text, names, rows, fact) for text in wanted}


def _one(model: Any, text: str, names: Sequence[str], rows: list[Any], fact: str) -> Any:
    said = {"t": text, "m": model._meta.verbose_name}
    for name in names:
        several = [row for row in rows if getattr(row, name) == text]
        if len(several) == 1:
            return several[0]
        if several:
            raise ValidationError({fact: _("有多个名为“%(t)s”的%(m)s：请改填编号。") % said})
    raise ValidationError({fact: _("没有编号或名称为“%(t)s”的%(m)s，或已终止。") % said})
