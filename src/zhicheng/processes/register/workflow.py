"""The registers' processes: entered with their proof, amended with a reason, ended."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.definitions import end
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Process
from zhicheng.core.roles import Role
from zhicheng.processes.register.models import Certificate, Honour, Patent, Standard

KEEPERS = frozenset({Role.QUALITY_MANAGER.value, Role.DEPARTMENT_HEAD.value})


def _register(
    name: str,
    model: Any,
    title: Any,
    series: str,
    facts: tuple[str, ...],
    asks: tuple[str, ...],
    key: tuple[str, ...],
) -> Process:
    return Process(
        name=f"register.{name}",
        model=model,
        title=title,
        series=series,
        opens=KEEPERS,
        start=Standing.ACTIVE.value,
        final=frozenset({Standing.ENDED.value}),
        asks=(*asks, "occurred_on"),
        transitions=(end,),
        amendable={Standing.ACTIVE.value: (*facts, "occurred_on")},
        may_open=("occurred_on", "state", "provenance", *facts),
        columns=("number", *facts, "occurred_on", "state"),
        filters=("state", "kind") if "kind" in facts else ("state",),
        search=("number", "name"),
        key=key,
        groups=((title, (*facts, "occurred_on")),),
        importable=frozenset({Standing.ACTIVE.value}),
        import_columns=(*facts, "occurred_on"),
        retention=retention.HOUSE.ending(
            Standing.ENDED, until="valid_until" if "valid_until" in facts else ""
        ),
        rail="registers",
        working_date="",
    )


CERTIFICATE = _register(
    "certificate", Certificate, _("证书"), "ZS-{seq:04d}",
    ("name", "kind", "certificate_number", "issuer", "scope", "valid_until", "checked_on"), ("name", "kind"),
    ("name", "certificate_number"),
)  # fmt: skip
STANDARD = _register(
    "standard", Standard, _("标准"), "BZ-{seq:04d}",
    ("standard_number", "name", "kind", "role", "remark"), ("standard_number", "name", "kind"), ("standard_number",),
)  # fmt: skip
PATENT = _register(
    "patent",
    Patent,
    _("专利"),
    "ZL-{seq:04d}",
    ("patent_number", "name", "kind"),
    ("patent_number", "name", "kind"),
    ("patent_number",),
)
HONOUR = _register(
    "honour",
    Honour,
    _("荣誉"),
    "RX-{seq:04d}",
    ("name", "issuer", "level"),
    ("name", "issuer"),
    ("name", "issuer", "occurred_on"),
)
REGISTERS = (CERTIFICATE, STANDARD, PATENT, HONOUR)
