"""What every answer carries."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhicheng.web import public, public_photos

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
STYLED = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""For a report, which is one file with its style inside."""


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _without_nul(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:
    """Clean a form before its view; a view that takes no form (``csrf_exempt``) reads the body itself."""
    if request.method != "POST" or request.content_type not in FORMS or getattr(view, "csrf_exempt", False):
        return
    given = request.POST
    if any("\0" in str(value) for _name, values in given.lists() for value in values):
        cleaned = given.copy()
        for name, values in given.lists():
            cleaned.setlist(name, [str(value).replace("\0", "") for value in values])
        request.POST = cleaned  # type: ignore[assignment]


def _too_large(request: HttpRequest) -> HttpResponse:
    said = _("一次提交的照片太大：请少选几张，或先压缩。") + public_photos.told()
    return public.notice(request, 413, _("没有提交"), said)


def secure_cookies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Cookies given over HTTPS come back over HTTPS only, whether this program or a proxy before it speaks HTTPS."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return answer


def policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the content security policy: scripts and styles only from this site, nothing from elsewhere.

    No database text holds a NUL, and PostgreSQL refuses to look for one: an address carries the replacement character
    in its place, which names nothing, and forms lose it.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.replace("\0", "\N{REPLACEMENT CHARACTER}")
        response = _too_large(request) if public_photos.too_large(request) else get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    answer.process_view = _without_nul  # type: ignore[attr-defined]
    return answer
