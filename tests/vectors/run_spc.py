"""Run published cases of statistics: ``python run_spc.py CASE.json…``; a file holds one case, or ``{"cases": […]}``.

Prints a JSON object a line for every case: ``{"id", "output"}`` with our results under the names that the case uses in ``expected``,
or ``{"id", "error"}`` with a sentence; the next case follows in either way. Exit 1 if any case has an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.vectors import spc_charts, spc_quality  # noqa: E402

Case = dict[str, Any]
HANDLERS: dict[str, Callable[[Case], dict[str, Any]]] = {**spc_charts.HANDLERS, **spc_quality.HANDLERS}


def run_case(case: Case) -> dict[str, Any]:
    """One case; whatever goes wrong becomes a sentence under ``error``."""
    name = str(case.get("id", "?"))
    area = case.get("area")
    handler = HANDLERS.get(str(area))
    if handler is None:
        return {"id": name, "error": f"不认识的类别 {area!r}：可用 {'、'.join(sorted(HANDLERS))}。"}
    try:
        return {"id": name, "output": handler(case)}
    except Exception as error:  # noqa: BLE001  one bad case must not hide the others
        return {"id": name, "error": f"{type(error).__name__}: {error}"}


def cases(paths: list[str]) -> Iterator[Case]:
    """The cases of the files; a file that cannot be read is a case with an error of its own."""
    for path in paths:
        try:
            content = json.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            yield {"id": Path(path).stem, "area": f"文件读不出：{error}"}
            continue
        yield from content["cases"] if isinstance(content, dict) and "cases" in content else [content]


def main(paths: list[str]) -> int:
    """Print a line for each case."""
    failed = False
    for case in cases(paths):
        result = run_case(case)
        failed |= "error" in result
        print(json.dumps(result, ensure_ascii=False))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
