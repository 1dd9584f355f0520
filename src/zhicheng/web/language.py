"""Which language an answer speaks: pages Chinese until somebody chooses, the API what the caller's Accept-Language asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

API = "/api/"


def chosen(request: HttpRequest) -> str:
    """The language of a page: what its reader chose, kept in a cookie. A browser's own language is nobody's choice."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def accepted(request: HttpRequest) -> str:
    """The first language that a program asks for and we have."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let every answer be made in its language."""

    def answer(request: HttpRequest) -> HttpResponse:
        program = request.path_info.startswith(API)
        code = accepted(request) if program else chosen(request)
        with translation.override(code):
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ("Accept-Language" if program else "Cookie",))
        return response

    return answer
