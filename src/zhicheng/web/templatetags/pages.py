"""Tags and filters of the pages: icons, addresses of records, numbers as people write them."""

import datetime as dt
import functools
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhicheng.core import language
from zhicheng.web import showing
from zhicheng.web.addresses import of_process, of_record
from zhicheng.web.inputs import SCANNED

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; decorative, so screen readers skip it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        _sprite(),
        name,
    )


@functools.cache
def _sprite() -> str:
    """The address of the file of icons; a page has some thirty."""
    return static("vendor/icons.svg")


@register.filter
def address(record: Any) -> str:
    """The address of a record."""
    return of_record(record)


@register.filter
def tone(record: Any) -> str:
    """The tone of a record's state."""
    return showing.tone(record)


@register.filter
def list_address(process: Any) -> str:
    """The address of a process's list."""
    return of_process(process)


@register.filter
def called(record: Any) -> str:
    """What a record is called beside its number, which its title may repeat."""
    return str(record.title).removeprefix(record.number).strip()


@register.filter
def bracketed(unit: Any) -> str:
    """A unit behind the head of a column; nothing where there is none."""
    return _("（%s）") % unit if unit else ""


@register.filter
def listed(words: Any) -> str:
    """Words one after the other."""
    return language.listed(words)


@register.filter
def word(recorded: Any) -> str:
    """A word that was recorded in Chinese, such as what a signature means, in the reader's language where it is one of ours."""
    return language.word(recorded)


@register.filter
def unit(metric: Any) -> str:
    """The unit of a metric, which its definition has in Chinese."""
    return language.word(metric.unit)


@register.filter
def plain(number: Any) -> Any:
    """A decimal without idle zeros; other values as they are."""
    if isinstance(number, Decimal):
        return f"{number.normalize():f}" if number else "0"
    return number


@register.filter
def moment(at: dt.datetime | None) -> SafeString | str:
    """A time to the minute, its zone on hover."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        f"{local:%Y-%m-%d %H:%M:%S} UTC{local:%z}",
        f"{local:%Y-%m-%d %H:%M}",
    )


@register.filter
def span_of(length: dt.timedelta) -> str:
    """A length of time in the largest unit that tells something: days, hours or minutes."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return _("%s 天") % (minutes // (24 * 60))
    if minutes >= 120:
        return _("%s 小时") % (minutes // 60)
    return _("%s 分钟") % max(minutes, 1)


@register.filter
def scanned(name: str) -> bool:
    """Whether a camera can read this fact from a code."""
    return name in SCANNED
