"""Child rows name records as people write them: a person by number, staff number or name, a skill by number or name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

ACTIVE = "active"
PERSON, SKILL = ("number", "staff_number", "name"), ("number", "name")
"""By which facts a person, a skill is named, the surest first."""


def found(model: Any, names: Sequence[str], texts: Iterable[str], fact: str) -> dict[str, Any]:
    """The records in force that texts name, by text. Errors: ValidationError at the fact for one that names none or several."""
    wanted = {t.strip() for t in texts}
    asked = Q()
    for name in names:
        asked |= Q(**{f"{name}__in": wanted})
    rows = list(model.objects.filter(asked, state=ACTIVE)) if wanted else []
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
