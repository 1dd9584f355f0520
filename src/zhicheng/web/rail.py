"""The left rail: processes grouped by the rhythm of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.authority import Actor, may_read
from zhicheng.core.process import registry
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.web.addresses import of_process

GROUPS: tuple[tuple[str, Any, str], ...] = (
    ("inspection", _("检验"), "clipboard-check"),
    ("nonconformity", _("不合格与改进"), "alert-triangle"),
    ("suppliers", pgettext_lazy("several", "供方"), "truck-delivery"),
    ("customers", _("顾客与投诉"), "message-report"),
    ("objectives", pgettext_lazy("several", "目标"), "target"),
    ("people", pgettext_lazy("several", "人员"), "users"),
    ("documents", pgettext_lazy("several", "文件"), "file-text"),
    ("registers", _("台账"), "book"),
    ("reports", _("报告与证明"), "report"),
    ("settings", _("设置"), "settings"),
)
EVERYBODY: frozenset[str] = frozenset()
ASKING = frozenset(
    {
        Role.SALES.value,
        Role.AFTER_SALES.value,
        Role.QUALITY_MANAGER.value,
        Role.GENERAL_MANAGER.value,
        Role.CHIEF_QUALITY_OFFICER.value,
    }
)
PAGES: tuple[tuple[str, str, Any, str, frozenset[str]], ...] = (
    ("", "work", _("我的工作"), "home", EVERYBODY),
    ("", "cockpit", _("驾驶舱"), "gauge", EVERYBODY),
    ("customers", "complaint_month", _("顾客回馈处理统计表"), "", INTERNAL),
    ("documents", "document_search", _("文件全文搜索"), "", INTERNAL),
    ("people", "competence_matrix", _("能力矩阵"), "", INTERNAL),
    ("reports", "review", _("审查报告"), "", INTERNAL),
    ("reports", "verify", _("核对报告"), "shield-check", EVERYBODY),
    ("customers", "survey_links", _("调查链接"), "", ASKING),
    ("settings", "own_account", _("我的账号"), "", INTERNAL),
    ("settings", "accounts", _("账号"), "", frozenset({Role.ADMINISTRATOR.value})),
    (
        "settings",
        "messages",
        _("消息"),
        "",
        frozenset({Role.ADMINISTRATOR.value, Role.QUALITY_MANAGER.value}),
    ),
)
"""Pages that are no process: group (none: stands alone on top), name of the address, title, icon, for whom."""


@dataclass(frozen=True)
class Place:
    """One entry of the rail."""

    title: Any
    address: str
    here: bool


@dataclass(frozen=True)
class Group:
    """A heading of the rail with its entries; a group of one stands for itself."""

    title: Any
    icon: str
    places: tuple[Place, ...]

    @property
    def here(self) -> bool:
        """Whether the present page belongs to it."""
        return any(p.here for p in self.places)


def rail(by: Actor, path: str) -> list[Group]:
    """What this person may open, in the order of the day."""
    pages = [(g, p, icon) for g, n, t, icon, whose in PAGES if _for(by, whose) and (p := _page(n, t, path))]
    groups = [Group(p.title, icon, (p,)) for g, p, icon in pages if not g]
    for key, title, icon in GROUPS:
        places = [
            Place(p.title, of_process(p), path.startswith(of_process(p)))
            for p in registry.all()
            if p.rail == key and may_read(by, p)
        ]
        places += [p for g, p, _icon in pages if g == key]
        if places:
            groups.append(Group(title, icon, tuple(places)))
    return groups


def _for(by: Actor, roles: frozenset[str]) -> bool:
    return not roles or bool(by.roles & roles)


def _page(name: str, title: Any, path: str) -> Place | None:
    try:
        address = reverse(name)
    except NoReverseMatch:
        return None
    here = path == address or (address != "/" and path.startswith(f"{address}/"))
    return Place(title, address, here)
