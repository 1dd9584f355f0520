"""Errors as the API says them: a code for programs, a sentence for people, sentences by fact, what is missing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError

from zhicheng.api.shown import reference
from zhicheng.core.facts import TextTooLong
from zhicheng.core.process import Missing
from zhicheng.core.writers import Refused, Stale
from zhicheng.ledger.log import LogRefused

logger = logging.getLogger(__name__)

Fields = Mapping[str, Sequence[Any]]


def answer(data: Any, status: int = 200) -> HttpResponse:
    """JSON in UTF-8, Chinese as it is written."""
    return HttpResponse(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json; charset=utf-8",
    )


class Problem(Exception):
    """A request that cannot be done, with everything its answer holds."""

    def __init__(
        self,
        status: int,
        code: str,
        message: Any,
        fields: Fields | None = None,
        missing: Sequence[Missing] = (),
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.fields, self.missing = fields or {}, missing
        super().__init__(str(message))

    def answer(self) -> HttpResponse:
        """The answer in the caller's language."""
        return answer(
            {
                "error": self.code,
                "message": str(self.message),
                "fields": {name: [str(s) for s in said] for name, said in self.fields.items()},
                "missing": [
                    {"sentence": str(m.sentence), "record": reference(m.at) if m.at is not None else None}
                    for m in self.missing
                ],
            },
            self.status,
        )


def refused(error: Refused) -> Problem:
    """409 with one sentence for each reason."""
    return Problem(409, "refused", error, missing=error.missing)


def unacceptable(error: ValidationError) -> Problem:
    """422 with sentences by fact."""
    fields = error.message_dict if hasattr(error, "error_dict") else {}
    message = _("有内容不合要求：%s") % " ".join(error.messages)
    return Problem(422, "facts", message, fields)


def misshapen(error: ShapeError) -> Problem:
    """400 with sentences by fact: something missing, unknown or of the wrong kind."""
    words = {
        "missing": _("不能为空。"),
        "extra_forbidden": _("没有这一项。"),
        "model_type": _("应为一个对象。"),
        "model_attributes_type": _("应为一个对象。"),
    }
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        where = [str(part) for part in one["loc"] if part not in ("body", "query", "facts")]
        said = one["msg"] if one["type"] == "shape" else words.get(one["type"], _("形式不对。"))
        fields.setdefault(".".join(where) or "body", []).append(said)
    return Problem(400, "shape", _("请求的形式不对：请见各项的说明。"), fields)


def _too_much(error: Exception) -> Problem:
    said = str(error) if isinstance(error, TextTooLong) else _("请改用合理的值。")
    return Problem(422, "facts", _("有内容过长或超出范围：%s") % said)


def _busy(error: Exception) -> Problem:
    logger.warning("database", exc_info=error)
    return Problem(503, "busy", _("数据库正忙或不可用：请稍后重试。"))


def _unforeseen(error: Exception) -> Problem:
    logger.error("unforeseen", exc_info=error)
    return Problem(500, "failed", _("系统出错，什么也没有写入：请联系管理员。"))


PROBLEMS: tuple[tuple[Any, Callable[[Any], Problem]], ...] = (
    (Problem, lambda e: e),
    (Refused, refused),
    (Stale, lambda e: Problem(409, "stale", e)),
    (ValidationError, unacceptable),
    (ShapeError, misshapen),
    (
        AuthenticationError,
        lambda e: Problem(401, "unauthenticated", _("请先登录，或以 Authorization: Bearer 给出有效的令牌。")),
    ),
    (Http404, lambda e: Problem(404, "not_found", _("没有这条记录，或它不在您的范围内。"))),
    (RequestDataTooBig, lambda e: Problem(413, "too_big", _("请求太大：至多 5 MiB，更长的内容请作为附件。"))),
    ((TextTooLong, DataError, OverflowError), _too_much),
    (IntegrityError, lambda e: Problem(409, "duplicate", _("这一条已经登记过。"))),
    (OperationalError, _busy),
    (LogRefused, lambda e: Problem(503, "log", e)),
    (HttpError, lambda e: _http(e)),
)


def _http(error: HttpError) -> Problem:
    if error.status_code == 403:
        return Problem(403, "csrf", _("请求没有带上页面的 CSRF 令牌（X-CSRFToken）。"))
    return Problem(error.status_code, "shape", _("请求的正文不是合乎规定的 JSON。"))


def problem_of(error: Exception) -> Problem:
    """Any failure as a problem; what is not foreseen is logged and says nothing of the inside."""
    return next((make(error) for kind, make in PROBLEMS if isinstance(error, kind)), None) or _unforeseen(
        error
    )


def install(api: NinjaAPI) -> None:
    """Let every failure leave the API in the one form."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_of(error).answer()

    # The more general handler must not shadow one that the library brought for a subclass.
    for kind in (Exception, Http404, HttpError, AuthenticationError, ShapeError):
        api.add_exception_handler(kind, handle)
