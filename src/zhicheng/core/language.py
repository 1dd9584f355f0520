"""Two languages: records, log and reports are written in Chinese, whoever writes; people read in the language they chose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

CHINESE, ENGLISH = "zh-hans", "en"
"""The codes of ``settings.LANGUAGES``. What is recorded is in the first."""


def recorded(text: Any) -> str:
    """A translatable text as it goes into a record, the log or a report: Chinese, whatever the page of the moment speaks."""
    with translation.override(CHINESE):
        return str(text)


def in_each(text: Any) -> tuple[str, ...]:
    """A translatable text in every language: for files that somebody with another language filled in."""
    found = []
    for code in (CHINESE, ENGLISH):
        with translation.override(code):
            found.append(str(text))
    return tuple(found)


def spoken(pair: tuple[str, str]) -> str:
    """Of (Chinese, English) the reader's."""
    return pair[translation.get_language() == ENGLISH]


def word(text: Any) -> str:
    """A word of ours that was recorded in Chinese (what a signature means, a unit), as the reader says it; others as they are."""
    return _(str(text)) if text else ""


def sentence(text: Any) -> str:
    """What our statistics say, which know no Django, and what a text of ours recorded: both are Chinese, here in the reader's language."""
    chinese = str(text)
    if translation.get_language() != ENGLISH or not chinese:
        return chinese
    from zhicheng.core.retelling import retold  # pages in Chinese need no forms

    return retold(chinese)


def listed(words: Iterable[Any]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return _("、").join(str(word) for word in words)


def marked(name: Any, said: Any) -> str:
    """What is said of a named thing, in the reader's punctuation."""
    return _("%(name)s：%(said)s") % {"name": name, "said": said}
