"""Text that a spreadsheet would take for a formula: shown as text, and read back as it was."""

from __future__ import annotations

import re
from typing import Any

DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def dangerous(text: str) -> bool:
    """Whether a spreadsheet may compute the text, or an escape of ours is to be told from the text's own apostrophe."""
    return bool(DANGEROUS.match(text))


def escaped(text: str) -> str:
    """The text for a CSV cell: an apostrophe before what might be computed."""
    return f"'{text}" if dangerous(text) else text


def unescaped(value: Any) -> Any:
    """A CSV cell without the apostrophe that ``escaped`` put before it."""
    return value[1:] if isinstance(value, str) and ESCAPED.match(value) else value
