"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

from zhicheng.core.roles import Role
from zhicheng.web.acting import actor, outside
from zhicheng.web.rail import rail


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the person and whose house this is; nothing for strangers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    by = actor(request)
    return {
        "rail": rail(by, request.path),
        "person": by.person,
        "outside": outside(by),
        "administers": Role.ADMINISTRATOR.value in by.roles,
        "house": request.session.get("house", ""),
        "site": request.session.get("site", ""),
    }
