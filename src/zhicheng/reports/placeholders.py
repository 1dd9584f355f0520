"""Placeholders `{{verb name key=value …}}`: their grammar, and the rule that makes Markdown leave them
whole.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

OPENING, CLOSING = "{{", "}}"
INLINE_VERBS = ("figure", "target", "declared", "ref")
BLOCK_VERBS = ("table", "chart", "register", "callout", "caption", "sign_off", "proof", "page_break")
NAMELESS = ("proof", "page_break", "sign_off")


class Malformed(ValueError):
    """Not a placeholder: the two texts say why, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands between the braces: a verb, a name, further words, and settings."""

    verb: str
    name: str
    words: tuple[str, ...]
    params: Mapping[str, str]

    @property
    def is_block(self) -> bool:
        return self.verb in BLOCK_VERBS


def parse_placeholder(content: str) -> Placeholder:
    """The placeholder of the text between the braces. Raises Malformed."""
    try:
        words = shlex.split(content)
    except ValueError as error:
        raise Malformed("引号不成对", "unbalanced quotes") from error
    if not words:
        raise Malformed("占位符是空的", "the placeholder is empty")
    verb, *rest = words
    if verb not in (*INLINE_VERBS, *BLOCK_VERBS):
        known = "、".join((*INLINE_VERBS, *BLOCK_VERBS))
        raise Malformed(f"没有占位符 {verb}，可用：{known}", f"unknown placeholder {verb}")
    plain = [word for word in rest if "=" not in word]
    params = dict(word.split("=", 1) for word in rest if "=" in word)
    if not plain and verb not in NAMELESS:
        raise Malformed(f"{verb} 缺少名称", f"{verb} needs a name")
    return Placeholder(verb, plain[0] if plain else "", tuple(plain[1:]), params)


def markdown() -> MarkdownIt:
    """Markdown with tables and placeholders, without HTML. Indented text is text and no code."""
    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["code", "html_block", "html_inline"])
    )
    parser.inline.ruler.before("escape", "placeholder", _placeholder_rule)
    return parser


def _placeholder_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(OPENING, state.pos):
        return False
    end = state.src.find(CLOSING, state.pos)
    broken = end < 0 or "\n" in state.src[state.pos : end]
    if not silent:
        token = state.push("unclosed" if broken else "placeholder", "", 0)
        token.content = "" if broken else state.src[state.pos + len(OPENING) : end]
    state.pos = state.pos + len(OPENING) if broken else end + len(CLOSING)
    return True
