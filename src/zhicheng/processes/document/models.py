"""A document of the system, its editions, and who read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, FileHashField, PastedField, RowsField
from zhicheng.core.files import path_of
from zhicheng.core.language import listed
from zhicheng.core.organisation import Department, Standing
from zhicheng.core.records import Record
from zhicheng.core.roles import Role
from zhicheng.processes.document.binding import WorkColumn, bound
from zhicheng.processes.document.choices import CopyKind, EditionKind, Level, ProcessChange, ReviewResult
from zhicheng.processes.document.deciding import decide
from zhicheng.processes.document.index import Paragraph

__all__ = ["Document", "Edition", "Paragraph", "Reading", "choices_of"]
MEANINGS = (("审核", _("审核")), ("批准", _("批准")))


class Document(Record):
    """A document by its number: which edition is in force, when it was last confirmed, which steps and forms its clauses bind.

    ``controlled`` (J-2.6.2): numbered, of a known edition, and no controlled copy of an earlier edition is out. ``confirmed_on``
    is the day of its last edition in force or last yearly review, whichever is later; it places the document in a period.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("编制中")
        IN_FORCE = "in_force", _("现行有效")
        WITHDRAWING = "withdrawing", _("作废待批准")
        OBSOLETE = "obsolete", _("已作废")

    code = models.CharField(
        _("文件编号"), max_length=60, blank=True, help_text=_("留空则按参数“文件编号规则”取下一个。")
    )
    name = models.CharField(_("文件名称"), max_length=160)
    level = models.CharField(_("文件层级"), max_length=20, choices=Level.choices)
    category = models.CharField(_("类别"), max_length=60, blank=True, help_text=_("手册的部分，如总纲、预案机制及制度。"))  # fmt: skip
    place = models.IntegerField(_("目录序号"), null=True, blank=True)
    scope = models.TextField(_("适用范围"), blank=True)
    interpreter = models.CharField(_("解释权"), max_length=80, blank=True)
    for_audits = models.BooleanField(_("可用于第二方、第三方审核"), default=False)
    edition = models.CharField(_("现行版次"), max_length=12, blank=True, editable=False)
    edition_version = models.CharField(_("现行版本号"), max_length=12, blank=True, editable=False)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True, editable=False)
    reviewed_on = models.DateField(_("最近审视日期"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("下次审视期限"), null=True, blank=True, editable=False)
    confirmed_on = models.DateField(_("最近确认日期"), null=True, blank=True, editable=False)
    copies_out = models.IntegerField(_("未收回的旧版受控份数"), default=0, editable=False)
    controlled = models.BooleanField(_("受控"), default=False, editable=False)
    result = models.CharField(_("审视结论"), max_length=20, choices=ReviewResult.choices, blank=True)
    note = models.CharField(_("审视说明"), max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("替代文件")
    )
    reviews = RowsField(
        _("年度审视"),
        editable=False,
        columns=(
            Column("on", _("日期"), "date", required=True),
            Column("by", _("审视人")),
            Column("result", _("审视结论"), "choice", choices=tuple(ReviewResult.choices)),
            Column("note", _("审视说明")),
        ),
    )
    audience = RowsField(
        _("须阅读的部门"),
        columns=(Column("department", _("部门"), required=True),),
        help_text=_("留空则为归口部门；没有归口部门的为全体人员。"),
    )
    clauses = RowsField(
        _("条款、步骤与记录"),
        columns=(
            Column("clause", _("条款"), required=True),
            WorkColumn("process", _("记录种类"), required=True),
            WorkColumn("step", _("步骤")),
            Column("role", _("由谁"), "choice", choices=tuple(Role.choices)),
            Column("form", _("记录表单")),
            Column("hours", _("时限（小时）"), "integer"),
            WorkColumn("after", _("从哪一步起算")),
        ),
        help_text=_("文件的每一条由哪一种记录的哪一步落实；步骤留空表示登记。"),
    )

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("document", "文件")
        indexes = [
            models.Index(fields=["code"]),
            models.Index(fields=["state", "review_due_on"]),
            models.Index(fields=["confirmed_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def rules(self) -> frozenset[str]:
        """The kinds of record whose steps its clauses bind."""
        return frozenset(row["process"] for row in self.clauses)

    def derive(self, today: dt.date) -> None:
        known_departments(self.audience, "audience")
        bound(self)
        others = type(self).objects.filter(code=self.code).exclude(pk=self.pk).exclude(name=self.name)
        if (
            self.code and others.exists()
        ):  # of the same name it is the same document: the business key sees to that
            raise ValidationError({"code": _("文件编号“%s”已经用过。") % self.code})
        days = [d for d in (self.effective_on, self.reviewed_on) if d]
        self.confirmed_on = max(days) if days else None
        used = self.state in (self.State.IN_FORCE, self.State.WITHDRAWING)
        self.controlled = used and bool(self.code and self.edition) and not self.copies_out


class Edition(Record):
    """One edition of a document from its draft to the day on which another takes its place.

    ``text`` is only how Markdown is typed: the effect stores it as the file that ``source`` names; ``plain`` names the text read
    from it, a line a paragraph. ``code`` and ``name`` are the document's as they were at its draft. ``kind`` is confirmed by a person, ``proposed`` and its reason are given by the rules.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        REVIEWED = "reviewed", _("已审核")
        APPROVED = "approved", _("已批准")
        ISSUED = "issued", _("已颁布待生效")
        IN_FORCE = "in_force", _("现行有效")
        SUPERSEDED = "superseded", _("已被替代")
        OBSOLETE = "obsolete", _("已作废")
        VOID = "void", _("作废")

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("document", "文件")
    )
    code = models.CharField(_("文件编号"), max_length=60, blank=True, editable=False)
    name = models.CharField(_("文件名称"), max_length=160, blank=True, editable=False)
    edition = models.CharField(
        _("版次"), max_length=12, blank=True, help_text=_("由程序按规则编排，如 A/2。")
    )
    edition_version = models.CharField(_("版本号"), max_length=12, blank=True, editable=False)
    major = models.IntegerField(_("大版本号"), default=1, editable=False)
    minor = models.IntegerField(_("小版本号"), default=0, editable=False)
    summary = models.TextField(_("修订说明"))
    changes = RowsField(
        _("涉及的流程"),
        columns=(
            Column("process", _("流程"), required=True),
            Column("change", _("变化"), "choice", choices=tuple(ProcessChange.choices), required=True),
        ),
        help_text=_("每个流程一行；据此建议大版本或小版本。"),
    )
    whole = models.BooleanField(_("整体流程变动"), default=False)
    customer_system = models.BooleanField(_("顾客 IT 系统切换"), default=False)
    yearly_review = models.BooleanField(_("来自年度审视"), default=False)
    proposed = models.CharField(_("建议"), max_length=10, choices=EditionKind.choices, blank=True, editable=False)  # fmt: skip
    proposed_why = models.CharField(_("建议的理由"), max_length=200, blank=True, editable=False)
    kind = models.CharField(_("版本类型"), max_length=10, choices=EditionKind.choices, blank=True)
    present = RowsField(
        _("到场人员"),
        columns=(Column("person", _("人员（编号或姓名）"), required=True), Column("name", _("姓名"))),
        help_text=_("大版本须写明所有区域质量经理。"),
    )
    text = PastedField(
        _("文件正文"),
        help_text=_("用 Markdown 写，可有表格和图片（![说明](附件名)）；或在下面上传文件，二者取一。"),
    )
    source = FileHashField(_("正文文件"), help_text=_(".md、.docx 或 .pdf。"))
    source_name = models.CharField(_("正文文件名"), max_length=200, blank=True, editable=False)
    plain = FileHashField(_("提取的文字"), editable=False)
    countersigns = RowsField(
        _("会签"),
        columns=(
            Column("department", _("会签部门"), required=True),
            Column("person", _("人员")),
            Column("name", _("姓名")),
            Column("on", _("日期"), "date"),
        ),
        help_text=_("写明须会签的部门；由该部门的人办理会签，不在此填写姓名。"),
    )
    compiled_by = models.CharField(_("编制"), max_length=60, blank=True, editable=False)
    compiled_on = models.DateField(_("编制日期"), null=True, blank=True, editable=False)
    approvals = RowsField(
        _("签署"),
        editable=False,
        columns=(
            Column("role", _("角色"), "choice", choices=tuple(Role.choices)),
            Column("person", _("人员")),
            Column("name", _("姓名")),
            Column("meaning", _("含义"), "choice", choices=MEANINGS),
            Column("on", _("日期"), "date"),
        ),
    )
    order_number = models.CharField(_("实施令编号"), max_length=60, blank=True, help_text=_("留空则按参数“实施令编号规则”取下一个。"))  # fmt: skip
    signatory = models.CharField(_("签发人"), max_length=60, blank=True, editable=False)
    issued_on = models.DateField(_("颁布日期"), null=True, blank=True, editable=False)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    ended_on = models.DateField(_("失效日期"), null=True, blank=True, editable=False)
    pdf = FileHashField("PDF", editable=False)
    docx = FileHashField("DOCX", editable=False)
    copies = RowsField(
        _("分发"),
        columns=(
            Column("number", _("分发号"), required=True),
            Column("holder", _("持有者"), required=True),
            Column("kind", _("种类"), "choice", choices=tuple(CopyKind.choices), required=True),
            Column("given_on", _("发放日期"), "date"),
            Column("withdrawn_on", _("收回日期"), "date"),
        ),
    )
    questions = RowsField(
        _("测试题"),
        columns=(
            Column("question", _("题目"), required=True),
            Column("choices", _("选项（用 / 分开）"), required=True),
            Column("answer", _("正确选项（序号）"), "integer", required=True),
        ),
    )

    class Meta(Record.Meta):
        verbose_name = _("文件版本")
        indexes = [
            models.Index(fields=["document", "major", "minor"]),
            models.Index(fields=["state", "effective_on"]),
            models.Index(fields=["effective_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.code} {self.name} {self.edition}".strip()

    @property
    def advice(self) -> str:
        return self.proposed_why if self.state == self.State.DRAFT else ""

    @property
    def order(self) -> int:
        """Where it stands among the editions of its document."""
        return self.major * 10_000 + self.minor

    @property
    def copies_out(self) -> int:
        """Controlled copies that nobody confirmed to have withdrawn."""
        return sum(row["kind"] == CopyKind.CONTROLLED and not row["withdrawn_on"] for row in self.copies)

    def pasted(self, name: str) -> str:
        """What was typed as the text, from its file: a form that changes it begins with it."""
        typed = name == "text" and self.source and self.source_name.endswith(".md")
        return path_of(self.source).read_text("utf-8") if typed and path_of(self.source).is_file() else ""

    def derive(self, today: dt.date) -> None:
        if self.state == self.State.DRAFT or not self.name:
            self.code, self.name = self.document.code, self.document.name
        _distinct(self.copies, "number", "copies", _("分发号"))
        _distinct(self.countersigns, "department", "countersigns", _("会签部门"))
        known_departments(self.countersigns, "countersigns")
        for row in self.questions:
            if not 1 <= row["answer"] <= len(choices_of(row)):
                raise ValidationError({"questions": _("“%s”的正确选项不在选项里。") % row["question"]})
        if self.state == self.State.ISSUED and not self.effective_on:
            raise ValidationError({"effective_on": _("已颁布的版本须有生效日期。")})
        decide(self)
        if self.version == 0 and self.state == self.State.ISSUED:
            self._comes_after()

    def _comes_after(self) -> None:
        """An edition that is taken in is later than the one in force. Errors: ValidationError."""
        now = type(self).objects.filter(document=self.document_id, state=self.State.IN_FORCE).first()
        if now is not None and now.order >= self.order:
            said = _("现行的 %(b)s 不早于 %(e)s：不能由旧版替代新版。") % {
                "b": now.edition,
                "e": self.edition,
            }
            raise ValidationError({"edition": said})


class Reading(Record):
    """That a person read an edition, and how the short test about it came out."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("已确认阅读")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name=_("文件版本"))
    person = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("阅读人"), editable=False
    )  # fmt: skip
    answers = RowsField(
        _("答案"),
        columns=(
            Column("question", _("题号"), "integer", required=True),
            Column("answer", _("选项"), "integer", required=True),
        ),
    )
    asked = models.IntegerField(_("题数"), default=0, editable=False)
    right = models.IntegerField(_("答对"), default=0, editable=False)
    passed = models.BooleanField(_("通过"), default=False, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("阅读确认")
        indexes = [models.Index(fields=["edition", "person"])]

    @property
    def title(self) -> str:
        return f"{self.edition.title} · {self.person.name if self.person else ''}"


def choices_of(row: dict[str, Any]) -> list[str]:
    """The choices of a question of the short test."""
    return [one.strip() for one in row["choices"].replace("\uff0f", "/").split("/") if one.strip()]


def known_departments(rows: list[dict[str, Any]], field: str) -> None:
    """Refuse rows that name no department in force. Errors: ValidationError."""
    wanted = {row["department"] for row in rows}
    if not wanted:
        return
    found = Department.objects.filter(name__in=wanted, state=Standing.ACTIVE).values_list("name", flat=True)
    if unknown := sorted(wanted - set(found)):
        raise ValidationError({field: _("没有名为“%s”的部门：请按部门登记的名称填写。") % listed(unknown)})


def _distinct(rows: list[dict[str, Any]], column: str, field: str, title: Any) -> None:
    values = [row[column] for row in rows]
    twice = next((v for v in values if values.count(v) > 1), None)
    if twice is not None:
        raise ValidationError({field: _("%(c)s“%(v)s”写了两次。") % {"c": title, "v": twice}})
