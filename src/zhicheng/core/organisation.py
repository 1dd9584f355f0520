"""Sites, departments, posts, people, who holds which role, appointments, the committee (M01)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import competence
from zhicheng.core.fields import Column, RowsField
from zhicheng.core.records import Record
from zhicheng.core.roles import Role


class Standing(models.TextChoices):
    """The states of a thing that is in force until it ends."""

    ACTIVE = "active", _("有效")
    ENDED = "ended", pgettext_lazy("state", "终止")


class Site(Record):
    """A place of work with its own calendar and time zone."""

    State = Standing
    name = models.CharField(_("名称"), max_length=80, unique=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    time_zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")

    class Meta(Record.Meta):
        verbose_name = _("场所")

    @property
    def title(self) -> str:
        return self.name

    @property
    def reach(self) -> tuple[int | None, int | None]:
        return self.k, None


class Department(Record):
    """A department and its duties; each duty names what evidence it must leave (J-3.1.1 to J-3.1.6, T-3.1.1)."""

    State = Standing
    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("上级部门")
    )
    duties = RowsField(
        _("职责"),
        columns=(
            Column("duty", _("职责"), required=True),
            Column("evidence", _("留下的证据")),
            Column("requirement", _("依据")),
        ),
    )

    class Meta(Record.Meta):
        verbose_name = _("部门")

    @property
    def title(self) -> str:
        return self.name

    @property
    def reach(self) -> tuple[int | None, int | None]:
        return self.site_id, self.k


class Post(Record):
    """A post, its duties and the conditions for holding it."""

    State = Standing
    name = models.CharField(_("岗位名称"), max_length=80)
    duties = models.TextField(_("职责"), blank=True)
    conditions = models.TextField(_("任职条件"), blank=True)
    required = RowsField(
        _("须具备的能力"),
        columns=(Column("skill", _("能力"), required=True), Column("number", _("编号"))),
        help_text=_("写能力的名称或编号。"),
    )

    class Meta(Record.Meta):
        verbose_name = _("岗位")

    @property
    def title(self) -> str:
        return self.name

    def derive(self, today: dt.date) -> None:
        for row in self.required:
            skill = competence.skill_named(row["skill"])
            if skill is None:
                said = _("没有编号或名称为“%s”的能力：请先登记。") % row["skill"]
                raise ValidationError({"required": said})
            row["skill"], row["number"] = skill.name, skill.number


class Person(Record):
    """A person who works here. The number is never given to another."""

    State = Standing
    name = models.CharField(_("姓名"), max_length=60)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位")
    )
    staff_number = models.CharField(_("工号"), max_length=30, unique=True)

    class Meta(Record.Meta):
        verbose_name = _("人员")

    @property
    def title(self) -> str:
        return self.name


class RoleAssignment(Record):
    """A person holds a role, for a site or department or everywhere, from ``occurred_on`` until ``until``."""

    State = Standing
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("角色分配")

    @property
    def title(self) -> str:
        return f"{self.person.name} · {self.get_role_display()}"


class Appointment(Record):
    """A formal appointment: quality-integrity officer, CQO, management representative, committee member, or a declared exception."""

    State = Standing

    class Kind(models.TextChoices):
        INTEGRITY_OFFICER = "integrity_officer", _("质量诚信负责人")
        CHIEF_QUALITY_OFFICER = "chief_quality_officer", _("首席质量官")
        REPRESENTATIVE = "representative", _("管理者代表")
        COMMITTEE_CHAIR = "committee_chair", _("产品质量安全领导委员会主任")
        COMMITTEE_MEMBER = "committee_member", _("产品质量安全领导委员会委员")
        SAFETY_LETTER = "safety_letter", _("产品质量安全责任书")
        FOUR_EYES_EXCEPTION = "four_eyes_exception", _("双人复核例外（企业规模不足）")

    kind = models.CharField(_("任命"), max_length=30, choices=Kind.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("被任命人")
    )
    duties = models.TextField(_("职责与权限"), blank=True)
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("任命")

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} · {self.person.name if self.person else self.number}"

    def derive(self, today: dt.date) -> None:
        if self.person_id is None and self.kind != self.Kind.FOUR_EYES_EXCEPTION:
            raise ValidationError({"person": [_("须写明被任命人。")]})
