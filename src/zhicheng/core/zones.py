"""Whose clock tells the day: that of the site, else that of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

if TYPE_CHECKING:
    from zhicheng.core.organisation import Site


def zone_of(site: Site | None = None) -> ZoneInfo:
    """The time zone of a site; without one, of the house (``settings.TIME_ZONE``)."""
    return ZoneInfo(settings.TIME_ZONE if site is None else site.time_zone)
