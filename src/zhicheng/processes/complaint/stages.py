"""The moments of a complaint and the stages that a promise may limit. Names only; no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MOMENTS: dict[str, Any] = {
    "received_at": _("接到投诉"),
    "coordinated_at": _("协调网点"),
    "responded_at": _("回应顾客"),
    "replied_at": _("明确答复"),
    "identified_at": _("识别核查"),
    "contained_at": _("遏制"),
    "visit_needed_at": _("确定须到现场"),
    "arrived_at": _("到达现场"),
    "cause_confirmed_at": _("确认为我方质量原因"),
    "plan_sent_at": _("回复改善方案"),
    "agreed_at": _("顾客确认方案"),
    "carried_out_at": _("实施处理方案"),
    "report_sent_at": _("书面改善报告"),
    "resampled_at": _("重新送样"),
    "corrective_at": _("组织实施纠正和预防措施"),
    "effect_confirmed_at": _("确认效果"),
    "followed_up_at": _("电话回访"),
    "closed_at": _("关闭"),
}
"""Every moment of a complaint that is a fact, in the usual order."""


@dataclass(frozen=True)
class Stage:
    """Something that is promised within a time: the step ``act`` does it at the moment ``done``; its time begins at the moment
    that the promise names, but only on complaints on which the fact ``needed`` is set (empty: on all)."""

    name: str
    title: Any
    act: str
    done: str
    needed: str = ""


STAGES = (
    Stage("coordinate", _("协调网点"), "coordinate", "coordinated_at"),
    Stage("respond", _("回应顾客"), "respond", "responded_at"),
    Stage("reply", _("明确答复"), "answer", "replied_at"),
    Stage("identify", _("识别核查"), "identify", "identified_at"),
    Stage("contain", _("遏制"), "contain", "contained_at", "may_be_ours"),
    Stage("visit", _("到达现场"), "arrive", "arrived_at", "visit_needed_at"),
    Stage("plan", _("回复改善方案"), "send_plan", "plan_sent_at"),
    Stage("carry_out", _("实施处理方案"), "carry_out", "carried_out_at"),
    Stage("report", _("书面改善报告"), "send_report", "report_sent_at", "report_wanted"),
    Stage("resample", _("重新送样"), "resample", "resampled_at", "resample_wanted"),
    Stage("corrective", _("组织实施纠正和预防措施"), "correct", "corrective_at", "may_be_ours"),
    Stage("close", _("关闭"), "close", "closed_at"),
)
BY_NAME = {s.name: s for s in STAGES}
TITLES = {s.name: s.title for s in STAGES}

SCOPES: dict[str, Any] = {
    "all": _("全部"),
    "domestic": _("国内"),
    "home_province": _("省内"),
    "other_province": _("省外"),
    "abroad": _("国外"),
    "office": _("服务网点"),
    "company": _("公司"),
}
RANK = {
    "all": 0,
    "domestic": 1,
    "office": 1,
    "company": 1,
    "home_province": 2,
    "other_province": 2,
    "abroad": 2,
}
"""How narrow a scope is: of the promises that fit a complaint the narrowest holds."""


def scopes_of(region: str, handled_by: str) -> frozenset[str]:
    """The scopes in which a complaint lies."""
    places = {region} if region else set()
    if region in ("home_province", "other_province"):
        places.add("domestic")
    return frozenset({"all", handled_by, *places})
