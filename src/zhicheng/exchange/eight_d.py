"""The 8D report of a complaint as a form: which fact stands under which discipline, and by which words it is found again.

The form is written in both languages whatever the reader's, since it goes to the customer and comes back. It is only a
list of labels and texts; ``eight_d_docx`` and ``eight_d_xlsx`` draw it, ``eight_d_reading`` reads it and what others made.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from zhicheng.core.fields import RowsField, ScaledField
from zhicheng.core.language import recorded

TITLE = ("8D 报告", "8D Report")
TEAM_HEADS = (("姓名", "Name"), ("分工", "Role"))


@dataclass(frozen=True)
class Item:
    """One fact of the form: its label in Chinese and English, and other words by which people call it."""

    name: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Discipline:
    """One of D0 to D8 with its facts. What stands below its title without a label of its own belongs to the first fact."""

    code: str
    zh: str
    en: str
    items: tuple[Item, ...]
    also: tuple[str, ...] = ()
    """Other titles by which a form without numbers is understood."""
    hints: tuple[str, ...] = ()
    """Parts of words, one of which stands in a title after its number."""

    @property
    def title(self) -> str:
        """As printed."""
        return f"{self.code} {self.zh} {self.en}"


DISCIPLINES = (
    Discipline("D0", "基本信息", "General", (
        Item("number", "投诉编号", "Complaint No.", ("complaint number",)),
        Item("customer", "顾客", "Customer", ("客户", "客户名称", "顾客名称", "customer name")),
        Item("product", "产品型号", "Product", ("产品", "产品名称", "part name", "product name")),
        Item("batch", "批号", "Batch", ("批次", "批次号", "lot", "lot no.", "batch no.")),
        Item("serial", "出厂编号", "Serial No.", ("序列号", "serial number")),
        Item("quantity", "涉及数量", "Quantity", ("数量", "不良数量", "defect quantity")),
        Item("received_at", "接到投诉", "Received", ("投诉日期", "complaint date", "date received")),
        Item("severity", "严重程度", "Severity"),
    ), hints=("基本", "准备", "应急", "概况", "general", "plan", "prepar", "emergency", "symptom")),
    Discipline("D1", "小组", "Team", (Item("team", "小组成员", "Members", ("成员", "team members")),),
        ("成立小组", "组建团队", "团队", "team"), ("组", "团队", "成员", "team")),
    Discipline("D2", "问题描述", "Problem description", (
        Item("description", "投诉内容", "Problem", ("问题说明", "故障描述", "problem statement")),
        Item("finding", "核查结果", "Findings", ("核实结果", "verification of the problem")),
        Item("defect_code", "缺陷代码", "Defect code"),
    ), ("描述问题", "problem description", "describe the problem"), ("问题", "描述", "problem", "descri")),
    Discipline("D3", "临时遏制措施", "Interim containment", (
        Item("containment", "遏制措施", "Containment", ("围堵措施", "containment action")),
        Item("contained_at", "遏制时间", "Contained on"),
    ), ("临时措施", "临时对策", "临时纠正措施", "interim containment action", "interim containment actions", "interim action"),
        ("临时", "遏制", "围堵", "应急", "contain", "interim")),
    Discipline("D4", "根本原因", "Root cause", (
        Item("cause", "产生原因", "Cause of occurrence", ("发生原因", "root cause of occurrence", "occurrence", "why made")),
        Item("escape", "流出原因", "Cause of escape", ("逃逸原因", "未检出原因", "escape", "escape point", "non-detection", "why not detected")),
        Item("cause_confirmed_at", "确认时间", "Confirmed on"),
    ), ("原因分析", "根本原因分析", "root cause", "root cause analysis"), ("原因", "cause")),
    Discipline("D5", "选定的永久纠正措施", "Chosen corrective actions", (
        Item("solution", "处理方案", "Solution", ("解决方案",)),
        Item("corrective_action", "纠正措施", "Corrective action", ("永久措施", "永久对策", "corrective actions", "permanent corrective action")),
        Item("plan_sent_at", "方案发出时间", "Plan sent on"),
        Item("agreed_at", "顾客确认时间", "Agreed on"),
    ), ("永久纠正措施", "长期措施", "permanent corrective actions", "chosen corrective actions"),
        ("措施", "方案", "对策", "action", "correct")),
    Discipline("D6", "实施与验证", "Implementation and verification", (
        Item("work_done", "实施情况", "Implementation", ("执行情况", "implemented", "implemented actions")),
        Item("effect", "效果验证", "Verification of effect", ("有效性验证", "验证结果", "verification", "validation", "effectiveness")),
        Item("carried_out_at", "实施时间", "Carried out on"),
        Item("effect_confirmed_at", "验证时间", "Verified on"),
    ), ("措施实施", "实施永久纠正措施", "implement and validate"), ("实施", "执行", "验证", "效果", "implement", "valid", "verif")),
    Discipline("D7", "预防再发生", "Prevention of recurrence", (
        Item("prevention", "预防措施", "Preventive action", ("预防", "preventive actions", "prevention")),
        Item("corrective_owner", "责任人", "Owner"),
        Item("corrective_at", "开始时间", "Started on"),
    ), ("防止再发", "防止再发生", "prevent recurrence", "preventive actions"), ("预防", "防止", "再发", "标准化", "prevent", "recur")),
    Discipline("D8", "关闭与表彰", "Closure and recognition", (
        Item("recognition", "总结与表彰", "Recognition", ("总结", "congratulations")),
        Item("closed_at", "关闭时间", "Closed on"),
    ), ("结案", "祝贺团队", "congratulate the team", "closure"),
        ("总结", "祝贺", "表彰", "关闭", "结案", "肯定", "congrat", "recogn", "clos")),
)  # fmt: skip
"""The form, in the usual order."""
ITEMS = {item.name: item for d in DISCIPLINES for item in d.items}
TEAM = "team"


@dataclass(frozen=True)
class Filled:
    """A form with what a record says: a text for each fact, and the rows of the team (name, part)."""

    number: str
    enterprise: str
    printed_on: dt.date
    texts: dict[str, str]
    team: tuple[tuple[str, str], ...]


def filled(record: Any, enterprise: str = "") -> Filled:
    """The form of a complaint, in the words of the record (Chinese)."""
    texts = {name: said(record, name) for name in ITEMS if name != TEAM}
    team = tuple((row.get("name") or "", row.get("part") or "") for row in record.team)
    return Filled(record.number, enterprise, timezone.localdate(), texts, team)


def said(record: Any, name: str) -> str:
    """What the record says of a fact, as one text."""
    f, value = record._meta.get_field(name), getattr(record, name)
    if value is None or value == "":
        return ""
    if isinstance(f, RowsField):
        return team_text((row.get("name") or "", row.get("part") or "") for row in value)
    if isinstance(f, models.ForeignKey):
        return str(value.title)
    if isinstance(f, ScaledField):
        return f"{Decimal(value).normalize():f} {record.unit}".strip()
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    text = recorded(dict(f.flatchoices).get(value, value)) if f.choices else str(value)
    return text.replace("\r\n", "\n")


def team_text(rows: Any) -> str:
    """The rows of a team as lines."""
    return "\n".join(f"{name} {part}".strip() for name, part in rows)
