"""A handover: who passes work to whom, and what somebody must see to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField
from zhicheng.core.organisation import Person, RoleAssignment, Standing
from zhicheng.core.process import Process, registry
from zhicheng.core.records import Record


class Handover(Record):
    """Who hands over to whom, from ``occurred_on``; a stand-in until ``until``."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待移交")
        DONE = "done", _("已移交")
        CALLED_OFF = "called_off", _("不再移交")

    class Kind(models.TextChoices):
        LEAVING = "leaving", _("离职")
        TRANSFER = "transfer", _("调岗")
        STAND_IN = "stand_in", _("临时代理")

    occurred_on = models.DateField(_("开始日期"))
    kind = models.CharField(_("情形"), max_length=20, choices=Kind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("移交人"))
    successor = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("接手人"))
    until = models.DateField(
        _("截止日期"), null=True, blank=True, help_text=_("临时代理到哪一天为止（含当天）。")
    )
    reason = models.CharField(_("移交的原因"), max_length=200, blank=True)
    items = RowsField(
        _("移交清单"),
        columns=(Column("kind", _("单据")), Column("number", _("编号")), Column("what", _("内容"))),
        editable=False,
    )
    records = models.IntegerField(_("移交的记录"), default=0, editable=False)
    roles = models.IntegerField(_("移交的角色"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("交接与代理")

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} {self.person.name} → {self.successor.name}"

    @property
    def advice(self) -> str:
        if self.state != self.State.PROPOSED:
            return ""
        roles = len(list(roles_of(self.person)))
        if self.kind == self.Kind.STAND_IN:
            return str(_("将代理 %s 个角色。") % roles)
        said = {"r": sum(1 for _one in owned(self.person)), "n": roles}
        return str(_("将移交 %(r)s 条未办结的记录、%(n)s 个角色。") % said)

    def derive(self, today: dt.date) -> None:
        if self.person_id == self.successor_id:
            raise ValidationError({"successor": _("接手人不能是本人。")})
        if self.state == self.State.PROPOSED and self.successor.state != Standing.ACTIVE:
            raise ValidationError({"successor": _("接手人已离开。")})
        if self.kind == self.Kind.STAND_IN and self.until is None:
            raise ValidationError({"until": _("临时代理须写明截止日期。")})
        if self.until is not None and self.until < self.occurred_on:
            raise ValidationError({"until": _("截止日期早于开始日期。")})


def owned(person: Person) -> Iterator[tuple[Process, Any, tuple[str, ...]]]:
    """The open records that the person must see to, each with the facts that say so."""
    for process in registry.all():
        if not process.owners:
            continue
        mine = models.Q()
        for name in process.owners:
            mine |= models.Q(**{name: person})
        for record in process.model.objects.filter(mine).exclude(state__in=process.final).order_by("k"):
            names = (n for n in process.owners if getattr(record, f"{n}_id") == person.pk)
            yield process, record, tuple(names)


def roles_of(person: Person) -> Iterator[RoleAssignment]:
    """The roles that the person holds in own right and that have not ended."""
    yield from RoleAssignment.objects.filter(
        person=person, state=Standing.ACTIVE, stands_in_for=None
    ).order_by("k")
