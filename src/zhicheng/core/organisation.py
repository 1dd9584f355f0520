"""Sites, departments, posts, people, who holds which role, appointments, the committee (M01)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import competence, naming
from zhicheng.core.fields import Column, RowsField
from zhicheng.core.language import listed
from zhicheng.core.records import Provenance, Record
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
    stands_in_for = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代理谁"),
        editable=False,
    )

    class Meta(Record.Meta):
        verbose_name = _("角色分配")

    @property
    def title(self) -> str:
        return f"{self.person.name} · {self.get_role_display()}"


class Appointment(Record):
    """A formal appointment: quality-integrity officer, CQO, management representative, committee member, quality manager or
    engineer, or a declared exception; with the notice by which it was made known (K-5.4.1).

    Of quality managers it is the register as well: region, years, certification, assistants (K-5.3.1).
    """

    class State(models.TextChoices):
        AWAITING = "awaiting", _("待上级质量部门同意")
        CONSENTED = "consented", _("已同意待发文")
        DECLINED = "declined", _("上级不同意")
        ACTIVE = "active", _("有效")
        ENDED = "ended", pgettext_lazy("state", "终止")

    class Kind(models.TextChoices):
        INTEGRITY_OFFICER = "integrity_officer", _("质量诚信负责人")
        CHIEF_QUALITY_OFFICER = "chief_quality_officer", _("首席质量官")
        REPRESENTATIVE = "representative", _("管理者代表")
        COMMITTEE_CHAIR = "committee_chair", _("产品质量安全领导委员会主任")
        COMMITTEE_MEMBER = "committee_member", _("产品质量安全领导委员会委员")
        QUALITY_MANAGER = "quality_manager", _("区域质量经理")
        QUALITY_ENGINEER = "quality_engineer", _("质检工程师")
        ORGANISATION = "organisation", _("质量组织成员（多人）")
        SAFETY_LETTER = "safety_letter", _("产品质量安全责任书")
        FOUR_EYES_EXCEPTION = "four_eyes_exception", _("双人复核例外（企业规模不足）")

    class Secrecy(models.TextChoices):
        GENERAL = "general", pgettext_lazy("secrecy", "一般")
        CONFIDENTIAL = "confidential", _("保密")
        SECRET = "secret", _("绝密")

    class Urgency(models.TextChoices):
        GENERAL = "general", pgettext_lazy("urgency", "一般")
        URGENT = "urgent", _("紧急")
        VERY_URGENT = "very_urgent", _("特别紧急")

    class Education(models.TextChoices):
        BELOW = "below", _("大专以下")
        COLLEGE = "college", _("大专")
        BACHELOR = "bachelor", _("本科")
        MASTER = "master", _("硕士及以上")

    class Certification(models.TextChoices):
        CERTIFIED = "certified", _("是")
        IN_PROGRESS = "in_progress", _("认证中")
        NONE = "none", pgettext_lazy("certification", "未认证")

    CONSENTED_KINDS = frozenset({Kind.QUALITY_MANAGER.value, Kind.QUALITY_ENGINEER.value})
    """Whoever is appointed or removed only with the consent of the quality department one level up (K-5.5.6)."""
    OF_THE_ORGANISATION = CONSENTED_KINDS | {
        Kind.INTEGRITY_OFFICER.value,
        Kind.CHIEF_QUALITY_OFFICER.value,
        Kind.REPRESENTATIVE.value,
        Kind.COMMITTEE_CHAIR.value,
        Kind.COMMITTEE_MEMBER.value,
        Kind.ORGANISATION.value,
    }
    """What makes somebody a member of the quality organisation."""

    kind = models.CharField(_("任命"), max_length=30, choices=Kind.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("被任命人")
    )
    appointees = RowsField(
        _("被任命的人"),
        columns=(
            Column("person", _("人员"), required=True),
            Column("name", _("姓名")),
            Column("post", _("职务"), required=True),
        ),
        help_text=_("一份通知任命多人时，每人一行。"),
    )
    duties = models.TextField(_("职责与权限"), blank=True)
    until = models.DateField(_("截止日期"), null=True, blank=True)
    notice_number = models.CharField(_("文号"), max_length=60, blank=True)
    issuer = models.CharField(_("发文单位、签发人"), max_length=120, blank=True)
    secrecy = models.CharField(_("保密性"), max_length=20, choices=Secrecy.choices, default=Secrecy.GENERAL)
    urgency = models.CharField(_("时效性"), max_length=20, choices=Urgency.choices, default=Urgency.GENERAL)
    region = models.CharField(_("区域"), max_length=60, blank=True)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位")
    )
    full_time = models.BooleanField(_("专职"), default=False)
    education = models.CharField(_("学历"), max_length=20, choices=Education.choices, blank=True)
    years = models.IntegerField(_("质量工作年限"), null=True, blank=True)
    certification = models.CharField(
        _("质量经理认证"), max_length=20, choices=Certification.choices, blank=True
    )
    assistants = models.IntegerField(_("助手人数"), null=True, blank=True)
    assessed_on = models.DateField(_("质量部门考核日期"), null=True, blank=True)
    consented_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("同意任命的人"),
        editable=False,
    )  # fmt: skip
    removal_consented_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("同意解除的人"),
        editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("任命")

    @property
    def title(self) -> str:
        named = self.person.name if self.person else self.number
        if self.appointees:
            named = listed(row["name"] for row in self.appointees[:3])
        return f"{self.get_kind_display()} · {named}"

    @property
    def needs_consent(self) -> bool:
        """Whether the quality department one level up is asked before."""
        return self.kind in self.CONSENTED_KINDS

    def derive(self, today: dt.date) -> None:
        if self.provenance != Provenance.ENTERED and self.state == self.State.AWAITING:
            self.state = self.State.ACTIVE  # what is imported stands already
        self._name()
        alone = self.kind == self.Kind.FOUR_EYES_EXCEPTION
        if self.person_id is None and not (alone or self.appointees):
            raise ValidationError({"person": [_("须写明被任命人。")]})
        if self.appointees and self.needs_consent:
            raise ValidationError(
                {"appointees": _("质量经理和质检工程师每人一份，以便逐人核对任职条件；文号可以相同。")}
            )
        for name in ("years", "assistants"):
            if (getattr(self, name) or 0) < 0:
                raise ValidationError({name: _("不能为负。")})
        if self.assessed_on is not None and self.assessed_on > today:
            raise ValidationError({"assessed_on": _("考核日期不能在今天之后。")})

    def _name(self) -> None:
        named = naming.found(Person, naming.PERSON, [row["person"] for row in self.appointees], "appointees")
        for row in self.appointees:
            person = named[row["person"].strip()]
            row["person"], row["name"] = person.number, person.name
