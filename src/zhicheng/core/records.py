"""The abstract Record: an ordinary typed row that only the writers may change."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class OutsideWriters(Exception):
    """Somebody tried to change a record around open_record, amend and perform."""


@contextmanager
def writing() -> Iterator[None]:
    """Only ``core.writers`` and ``core.bulk`` enter this: inside it rows may be saved."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def held(what: str) -> None:
    """Refuse to write outside the writers. Errors: OutsideWriters."""
    if not _writing.get():
        raise OutsideWriters(
            f"{what}: records change only through open_record, amend and perform (zhicheng.core.writers)"
        )


class RecordQuerySet(models.QuerySet[Any]):
    """A queryset that reads; every way to write refuses outside the writers."""

    def update(self, **kwargs: Any) -> int:
        held("update")
        return super().update(**kwargs)

    def _update(self, values: Any) -> int:
        held("update")
        return super()._update(values)  # type: ignore[misc, no-any-return]

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OutsideWriters("delete: records are voided, never deleted")

    def _raw_delete(self, using: str | None) -> int:
        raise OutsideWriters("delete: records are voided, never deleted")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        held("bulk_create")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        held("bulk_update")
        return super().bulk_update(*args, **kwargs)

    def create(self, **kwargs: Any) -> Any:
        held("create")
        return super().create(**kwargs)


class Provenance(models.TextChoices):
    """How a record came into the log."""

    ENTERED = "entered", _("本系统记录")
    IMPORTED = "imported", pgettext_lazy("provenance", "导入")
    RECONSTRUCTED = "reconstructed", _("重构")


class Record(models.Model):
    """A typed row whose every version is an entry of the log.

    ``k`` numbers the records of a type in the order of opening; ``version`` is dense from 1; ``seq`` is the entry of the
    present version. ``occurred_on`` is the local date of the site on which the thing happened and places the record in a
    period; the time of entry is a fact of the log entry. ``late`` and ``after_close`` are decided by the write, and ``four_eyes_excepted`` when a step was taken
    alone under the firm's declared exception.
    """

    k = models.BigIntegerField(_("序号"), primary_key=True, editable=False)
    version = models.IntegerField(_("版本"), editable=False)
    seq = models.BigIntegerField(_("日志条目"), editable=False, db_index=True)
    number = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    business_key = models.CharField(max_length=160, blank=True, editable=False, db_index=True)
    state = models.CharField(_("状态"), max_length=30, editable=False)
    site = models.ForeignKey(
        "core.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("场所")
    )
    department = models.ForeignKey(
        "core.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    occurred_on = models.DateField(_("发生日期"))
    late = models.BooleanField(_("补录"), default=False, editable=False)
    late_reason = models.CharField(_("补录原因"), max_length=200, blank=True)
    after_close = models.BooleanField(_("关账后录入"), default=False, editable=False)
    four_eyes_excepted = models.BooleanField(_("双人复核例外"), default=False, editable=False)
    opened_at = models.DateTimeField(_("登记时间"), editable=False)
    provenance = models.CharField(
        _("数据来源"), max_length=20, choices=Provenance.choices, default=Provenance.ENTERED, editable=False
    )

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["business_key"],
                condition=~models.Q(business_key=""),
                name="%(app_label)s_%(class)s_key",
                violation_error_message=_("这一条已经登记过。"),
            )
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        held("save")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise OutsideWriters("delete: records are voided, never deleted")

    @property
    def title(self) -> str:
        """One line that tells a person which one this is; processes override it."""
        return self.number

    @property
    def advice(self) -> str:
        """A sentence for whoever acts on it next, shown on its page and above its forms; processes override it."""
        return ""

    @property
    def state_label(self) -> str:
        """The word for the present state."""
        return str(dict(self.State.choices).get(self.state, self.state))  # type: ignore[attr-defined]

    @property
    def reach(self) -> tuple[int | None, int | None]:
        """For which site and department (None: all) the record decides something, where its process is ``confined``."""
        return self.site_id, self.department_id

    def derive(self, today: dt.date) -> None:
        """Set derived facts before a write and refuse what cannot be (ValidationError). Processes override it."""

    def copy(self) -> Self:
        """An independent instance of the same row, for comparing before and after."""
        other = self.__class__()
        other.__dict__.update({k: v for k, v in self.__dict__.items() if k != "_state"})
        return other
