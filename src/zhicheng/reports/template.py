"""From a template to the document tree: Markdown whose numbers, tables and charts are placeholders.

The template says where something stands, a Resolver says what it is. Nothing that a Resolver returns is
read as Markdown again, so text from records stays text. All problems of a template are found in one pass
and reported together, each with its line.

In text: `{{figure NAME key=value … part=PART}}`, `{{target NAME part=PART}}`, `{{declared NAME part=PART}}` (parts as in
`values`), and `{{ref table:NAME}}`, `{{ref chart:NAME}}`, `{{ref section:NAME}}`, which become 表3,
图1, （一）产品标准.

As a paragraph of its own: `{{table NAME key=value …}}`, `{{register NAME …}}`, `{{chart NAME …}}`, each with
`as=OTHERNAME`, `caption="…"` and `note="…"` if wanted; `{{sign_off NAME}}`, `{{page_break}}`, `{{proof}}`; and
`{{callout KIND}} text`, KIND being reconstructed, declared, not_included or note.

`{{caption NAME words}}` right above a Markdown table numbers it. A heading may end in `{#NAME}` (to be referred to),
`{-}` (without number) or `{- #NAME}`. Values with spaces are quoted; `\\{{` is a brace and no placeholder.

The file begins with lines `title: …`, `house_style: …`, `language: …` between two lines `---`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhicheng.core.language import spoken
from zhicheng.reports.composer import Composer
from zhicheng.reports.document import Document
from zhicheng.reports.house_style import UnknownHouseStyle, house_style
from zhicheng.reports.numbering import numbering
from zhicheng.reports.resolver import Resolver, Unresolved

__all__ = ["Problem", "Resolver", "TemplateError", "Unresolved", "compose"]

FRONT_MATTER_KEYS = ("title", "house_style", "language")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a template, and the line (from 1) where it stands."""

    line: int
    zh: str
    en: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.zh} / line {self.line}: {self.en}"

    def sentence(self) -> str:
        """The problem in the reader's language."""
        return spoken((f"第 {self.line} 行：{self.zh}", f"Line {self.line}: {self.en}"))


class TemplateError(ValueError):
    """A template that cannot be composed; `problems` lists everything that is wrong, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        super().__init__("\n".join(str(one) for one in self.problems))

    def sentences(self) -> tuple[str, ...]:
        """Every problem in the reader's language."""
        return tuple(one.sentence() for one in self.problems)


def compose(source: str, resolver: Resolver) -> Document:
    """The document tree of a template, numbered by its house style. Raises TemplateError."""
    problems: list[Problem] = []
    settings, body, offset = _front_matter(source, problems)
    composer = Composer(resolver, offset, lambda line, zh, en: problems.append(Problem(line, zh, en)))
    blocks = composer.blocks(body)
    if problems:
        raise TemplateError(problems)
    document = Document(settings["title"], blocks, settings["language"], settings["house_style"])
    return numbering(document, house_style(document.house_style))


def _front_matter(source: str, problems: list[Problem]) -> tuple[dict[str, str], str, int]:
    """Settings, the text below them, and how many lines stand above that text."""
    settings = {"house_style": "official_2013", "language": "zh-CN"}
    lines = source.removeprefix("\ufeff").splitlines()
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    if not end or lines[0].strip() != "---":
        problems.append(Problem(1, "开头缺少 --- 之间的设置", "no front matter between --- lines"))
        return settings, source, 0
    for at, line in enumerate(lines[1:end], 2):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if key in FRONT_MATTER_KEYS and colon and value:
            settings[key] = value
        elif key:
            known = "、".join(FRONT_MATTER_KEYS)
            problems.append(Problem(at, f"无法识别的设置 {key}，可用：{known}", f"not a setting: {key}"))
    if "title" not in settings:
        problems.append(Problem(1, "缺少 title", "title is missing"))
    try:
        house_style(settings["house_style"])
    except UnknownHouseStyle as error:
        zh, _, en = str(error).partition(" / ")
        problems.append(Problem(1, zh, en))
    return settings, "\n".join(lines[end + 1 :]), end + 1
