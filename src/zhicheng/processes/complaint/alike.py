"""Complaints like one that is being entered: the same once more, or the same again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhicheng.processes.complaint.models import Category, Complaint

FACTS = ("customer", "product", "batch", "serial", "defect_code", "category")
DUPLICATE, AGAIN = _("可能重复"), _("再次发生")
RECENT = dt.timedelta(days=30)
"""Within which the same from the same customer is rather one complaint entered twice than a second one."""
BACK = dt.timedelta(days=366)
EACH = 5
GONE = (Complaint.State.VOID, Complaint.State.DUPLICATE)


def alike(given: Mapping[str, Any], rows: QuerySet[Any]) -> Iterator[tuple[Any, Any]]:
    """What the same customer complained of lately about the same thing; then the same thing earlier or from others."""
    today = timezone.localdate()
    rows = rows.exclude(state__in=GONE).select_related("customer").order_by("-occurred_on", "-k")
    seen: set[int] = set()
    for why, found in ((DUPLICATE, _duplicates(given, rows, today)), (AGAIN, _again(given, rows, today))):
        for record in found:
            if record.k not in seen:
                seen.add(record.k)
                yield record, why


def _duplicates(given: Mapping[str, Any], rows: QuerySet[Any], today: dt.date) -> Iterator[Any]:
    recent = rows.filter(occurred_on__gte=today - RECENT)
    if serial := given.get("serial"):
        yield from recent.filter(serial=serial)[:EACH]
    if customer := given.get("customer"):
        same = Q()
        for name in ("batch", "product"):
            if value := given.get(name):
                same |= Q(**{name: value})
        if defect := given.get("defect_code"):
            same &= Q(defect_code__in=("", defect))
        if same and (given.get("batch") or given.get("product")):
            yield from recent.filter(same, customer=customer)[:EACH]


def _again(given: Mapping[str, Any], rows: QuerySet[Any], today: dt.date) -> Iterator[Any]:
    rows = rows.filter(occurred_on__gte=today - BACK)
    if serial := given.get("serial"):
        yield from rows.filter(serial=serial)[:EACH]
    if batch := given.get("batch"):
        mine = rows.filter(batch=batch)
        yield from (mine.filter(product=given["product"]) if given.get("product") else mine)[:EACH]
    product, defect, category = (given.get(name) for name in ("product", "defect_code", "category"))
    if product and defect:
        yield from rows.filter(product=product, defect_code=defect)[:EACH]
    elif product and category and category != Category.OTHER:
        yield from rows.filter(product=product, category=category)[:EACH]
