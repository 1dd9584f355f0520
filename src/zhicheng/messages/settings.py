"""Parameters of messages."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.process import ParameterSpec


class ClockTime(str):
    """A time of day written as 21:00."""

    def __new__(cls, text: str) -> ClockTime:
        """Errors: ValueError."""
        made = super().__new__(cls, text.strip())
        if not re.fullmatch(r"\d\d:\d\d", made):
            raise ValueError(text)
        dt.time.fromisoformat(made)
        return made

    @property
    def time(self) -> dt.time:
        """The time of day."""
        return dt.time.fromisoformat(self)


class SiteUrl(str):
    """The address under which people reach the site, or nothing."""

    def __new__(cls, text: str) -> SiteUrl:
        """Errors: ValueError."""
        made = super().__new__(cls, text.strip().rstrip("/"))
        parts = urlsplit(made)
        if made and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username
        ):
            raise ValueError(text)
        return made


class Amount(int):
    """A whole number that is not negative."""

    def __new__(cls, text: str | int) -> Amount:
        """Errors: ValueError."""
        made = super().__new__(cls, text)
        if made < 0:
            raise ValueError(text)
        return made


SPECS = (
    ParameterSpec("messages.quiet_from", _("消息：安静时段开始"), ClockTime("21:00"), ClockTime, "", _("各场所当地时间；紧急的照发")),
    ParameterSpec("messages.quiet_until", _("消息：安静时段结束"), ClockTime("07:00"), ClockTime, "", _("与开始相同则没有安静时段")),
    ParameterSpec("messages.digest_over", _("消息：多于几条合为一条"), Amount(3), Amount, _("条"), _("同一通道、同一收件人等着的不紧急消息")),
    ParameterSpec("messages.digest_minutes", _("消息：上一条之后多久再发"), Amount(10), Amount, _("分钟"), _("其间到的不紧急消息合为一条")),
    ParameterSpec("messages.site_url", _("消息：本站网址"), SiteUrl(""), SiteUrl, "", _("消息里的链接用它；留空则没有链接")),
    ParameterSpec("messages.kept_days", _("消息：办完后保留内容"), Amount(90), Amount, _("天"), _("之后清空正文与收件人，只留编号与结果")),
)  # fmt: skip


def site_url(site: int | None = None) -> str:
    """The address of this installation, without a last slash; empty when nobody has set it."""
    return str(parameters.value("messages.site_url", site))
