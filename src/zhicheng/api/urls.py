"""The API's addresses. Built once, when the registries are full."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

import zhicheng
from zhicheng.api import figures, operations, problems
from zhicheng.api.caller import AUTH

DESCRIPTION = """\
按 `Authorization: Bearer zc_…` 给出令牌，或用页面的会话（写入须带 CSRF 令牌）。
日期写作 `2017-03-08`，小数写作字符串，引用写作编号。
所有错误的形式相同：`{"error", "message", "fields", "missing"}`，语言按 `Accept-Language`。

Facts in JSON: ISO dates, decimals as strings, references as record numbers. All errors have one form, in the
caller's language.
"""


class StrictParser(Parser):
    """JSON only, without NaN and Infinity, and never so deep that the reader gives up with a trace."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Errors: ValueError (answered as a bad body by the library)."""
        try:
            return json.loads(request.body, parse_constant=self._refuse)
        except RecursionError:
            raise ValueError("too deep") from None

    @staticmethod
    def _refuse(word: str) -> Any:
        raise ValueError(word)


class Documented(NinjaAPI):
    """The API, whose document is made once in each language: it takes seconds and never changes while the program runs."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The document. ``given`` as in the library: the prefix of the addresses."""
        key = (get_language(), *sorted((name, str(value)) for name, value in given.items()))
        made: dict[Any, OpenAPISchema] = self.__dict__.setdefault("_documents", {})
        if key not in made:
            made[key] = super().get_openapi_schema(**given)
        return made[key]


def build() -> NinjaAPI:
    """The API with all its operations."""
    api = Documented(
        title="质诚 Zhicheng",
        version=zhicheng.__version__,
        description=DESCRIPTION,
        auth=AUTH,
        parser=StrictParser(),
        urls_namespace="api",
        # the interactive page needs its scripts from this site
        docs_url="/docs" if apps.is_installed("ninja") else None,
    )
    problems.install(api)
    figures.add_all(api)
    operations.add_all(api)
    return api


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """An address that is none."""
    return problems.problem_of(Http404()).answer()


urlpatterns = [path("", build().urls), re_path(r"^.*$", unknown)]
