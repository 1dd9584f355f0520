"""The list for a terminal, grouped by section, coloured when asked."""

from __future__ import annotations

from zhicheng.review.finding import Finding, Severity
from zhicheng.review.output import NAMES, SEVERITY_NAMES
from zhicheng.review.reviewing import Review

_COLOURS: dict[Severity, str] = {"error": "31", "question": "33", "note": "36"}


def as_text(review: Review, *, colour: bool = False) -> str:
    """Findings under their section, each with place, check, what is wrong, quote and remedy; a count at the end."""

    def painted(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    lines = [painted(_printable(review.document.name), "1")]
    section: str | None = None
    for one in review.findings:
        if one.section != section:
            section = one.section
            lines += ["", painted(_printable(section) or "（正文之前）", "1")]
        severity = painted(SEVERITY_NAMES[one.severity], _COLOURS[one.severity])
        lines.append(f"  {severity} {one.check} {NAMES[one.check]} {_place(one)} {_printable(one.message)}")
        lines.append(painted(f"      “{_printable(one.quote)}”  → {_printable(one.fix)}", "2"))
    counts = review.counts
    told = "，".join(f"{SEVERITY_NAMES[severity]} {count}" for severity, count in counts.items())  # type: ignore[index]
    lines += ["", told if review.findings else "没有发现问题。"]
    return "\n".join(lines) + "\n"


def _place(one: Finding) -> str:
    if one.line is not None:
        return f"第 {one.line} 行"
    return f"第 {one.page} 页" if one.page is not None else ""


def _printable(text: str) -> str:
    """A report must not be able to steer the terminal that lists its faults."""
    return "".join(char if char.isprintable() else "�" for char in text)
