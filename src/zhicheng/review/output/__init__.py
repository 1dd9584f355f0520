"""A review as text for a terminal, JSON, HTML, an Excel list, or the Word document with comments."""

from __future__ import annotations

from zhicheng.review.checks import CHECKS
from zhicheng.review.finding import Severity

NAMES: dict[str, str] = {check.id: check.name for check in CHECKS}
SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "question": "疑问", "note": "提示"}
