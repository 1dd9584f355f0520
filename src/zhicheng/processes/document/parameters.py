"""What a firm sets for its documents: how they are numbered, how editions are named, who signs, when they are reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.process import ParameterSpec
from zhicheng.core.roles import Role
from zhicheng.editions import MAJOR_FROM, Scheme

SEQUENCE = re.compile(r"\{seq(?::0(\d)d)?\}")


class FirstEdition(str):
    """The first edition as the firm writes it: ``A/1``, ``A/0`` or ``V1.0``."""

    def __new__(cls, text: str) -> FirstEdition:
        """Errors: ValueError unless it is one of these."""
        made = super().__new__(cls, text.strip().upper())
        Scheme.starting(made)
        return made


class Series(str):
    """A rule for numbers such as ``QES-{seq:03d}-{year}``."""

    def __new__(cls, text: str) -> Series:
        """Errors: ValueError unless it counts, and holds nothing else in braces but the year."""
        made = super().__new__(cls, text.strip())
        rest = SEQUENCE.sub("", made, count=1).replace("{year}", "")
        if not SEQUENCE.search(made) or "{" in rest or "}" in rest:
            raise ValueError(text)
        return made

    def next(self, year: int, taken: Iterable[str]) -> str:
        """The number after those that are taken, of the same year where the rule names it."""
        parts = SEQUENCE.split(self.replace("{year}", str(year)), maxsplit=1)
        pattern = re.compile(re.escape(parts[0]) + r"(\d+)" + re.escape(parts[2]))
        found = [int(match[1]) for one in taken if (match := pattern.fullmatch(one))]
        return f"{parts[0]}{max(found, default=0) + 1:0{parts[1] or 1}d}{parts[2]}"


SIGNERS = [Role.QUALITY_MANAGER.value, Role.GENERAL_MANAGER.value]
WORK_SIGNERS = [Role.DEPARTMENT_HEAD.value, Role.QUALITY_MANAGER.value]
SERIES, ORDERS = "document.series", "document.order_series"
FIRST_EDITION, LIMIT = "document.first_edition", "document.major_from"
APPROVERS, WORK_APPROVERS = "document.approvers", "document.work_approvers"
REVIEW_MONTHS, PASS = "document.review_months", "document.pass_percent"
PARAMETERS = (
    ParameterSpec(SERIES, _("文件编号规则"), Series("QES-{seq:03d}-{year}"), Series, "", _("{seq:03d} 为三位序号，{year} 为年份")),
    ParameterSpec(ORDERS, _("实施令编号规则"), Series("SSL-{year}-{seq:03d}"), Series),
    ParameterSpec(FIRST_EDITION, _("首版的写法"), FirstEdition("A/1"), FirstEdition, "", "A/1 · A/0 · V1.0"),
    ParameterSpec(LIMIT, _("变动流程数达到几个为大版本"), MAJOR_FROM, int, pgettext_lazy("process", "个"), "K-0.1"),
    ParameterSpec(APPROVERS, _("文件签署的角色与次序"), SIGNERS, list, "", _("JSON 列表，最后一个为批准")),
    ParameterSpec(WORK_APPROVERS, _("作业指导书与表单签署的角色与次序"), WORK_SIGNERS, list, "", _("JSON 列表，最后一个为批准")),
    ParameterSpec(REVIEW_MONTHS, _("文件审视周期"), 12, int, _("个月"), "K-0.4"),
    ParameterSpec(PASS, _("文件测试的合格线"), 80, int, "%"),
)  # fmt: skip
