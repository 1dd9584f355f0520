"""The English catalogue: ``python -m tests.catalogue`` (``make catalogue``) reads every text that the code marks for translation and
brings ``django.po`` up to it. Translations are kept, texts that are gone are dropped, new ones are added with an empty
translation, which a test refuses. Sorted, and without line numbers, so that a change of code changes nothing here.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/zhicheng"
CATALOGUE = SOURCE / "locale/en/LC_MESSAGES/django.po"

Key: TypeAlias = tuple[str | None, str | tuple[str, str]]
"""A context, and the text (singular and plural where a number decides)."""

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """\
# English texts of the pages. Written anew by ``make catalogue``, which keeps the translations.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[-+.\d]*[sdrf]|%[-+.\d]*[sdrf%]|\{\w*\}")


def sources() -> Iterator[tuple[Path, str]]:
    """Every file that may hold texts, as Python: templates are turned into it."""
    if not settings.configured:
        settings.configure()
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield path, path.read_text("utf-8")
        elif path.suffix == ".html":
            code = templatize(path.read_text("utf-8"))
            yield (
                path,
                "\n".join(line.strip() for line in code.splitlines()),
            )  # a page's indents are not Python's


def key_of(message: Any) -> Key:
    """What the catalogue knows a text by."""
    return message.context, message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def extracted() -> set[Key]:
    """Every text that the code marks."""
    found: set[Key] = set()
    for _path, code in sources():
        texts: Any = extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {"encoding": "utf-8"})
        for _line, function, messages, _comments in texts:
            parts = [m for m in (messages if isinstance(messages, tuple) else (messages,)) if m]
            context = parts.pop(0) if "pgettext" in function else None
            if parts:
                found.add((context, (parts[0], parts[1]) if len(parts) > 1 else parts[0]))
    return found


def translated() -> Catalog:
    """The catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog("en")
    with CATALOGUE.open("rb") as file:
        return read_po(file, "en")


def renewed(old: Catalog) -> Catalog:
    """A catalogue of the texts of the code with the translations of the old one."""
    new = Catalog("en")
    for context, text in extracted():
        known = old.get(text if isinstance(text, str) else text[0], context)
        new.add(text, known.string if known else "", context=context)
    return new


def as_text(catalogue: Catalog) -> str:
    """The catalogue as it is kept."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=110, no_location=True, omit_header=True, sort_output=True)
    return HEADER + stream.getvalue().decode().lstrip()


def forms(text: Any) -> tuple[str, ...]:
    """A text, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> list[str]:
    """What is put into a text."""
    return sorted(PLACEHOLDER.findall(text))


def main() -> None:
    old = translated()
    new = renewed(old)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(as_text(new), "utf-8", newline="\n")
    empty = sum(1 for m in new if m.id and not m.string)
    print(f"{len(new)} texts, {empty} without a translation", file=sys.stderr)


if __name__ == "__main__":
    main()
