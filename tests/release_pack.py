"""The validation pack of a release: requirement → test → result, signed. ``make release-pack`` runs all tests and then this.

``python -m tests.release_pack RESULTS.xml…`` reads what pytest wrote (``--junitxml``), one file for each database, and writes
``build/release-pack/``: ``validation.json`` and ``validation.md``, the digest of every file that the release consists of, and
``signature.txt``, a signed note over all of it (``zhicheng release`` looks whether it holds). The release key is ``ZHICHENG_RELEASE_KEY`` (a file; made if it is not there);
its fingerprint is published apart from the pack. Exit 1 when a test of a requirement failed or did not run.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import platform
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.traceability import ROOT, proofs, requirements, status
from zhicheng import __version__
from zhicheng.proof import note as notes
from zhicheng.proof import release

FOLDER = ROOT / "build" / "release-pack"
NOT_RUN = "not run"


def results(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """For each test function and each file of results: ``passed``, ``failed`` or ``skipped``; of several cases the worst."""
    order = {"passed": 0, "skipped": 1, "failed": 2}
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        for case in ElementTree.parse(path).iter("testcase"):
            kinds = {child.tag for child in case}
            result = (
                "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            )
            name = (
                f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').partition('[')[0]}"
            )
            seen = found.setdefault(name, {})
            seen[path.stem] = max(seen.get(path.stem, "passed"), result, key=order.__getitem__)
    return found


def pack(run: Mapping[str, Mapping[str, str]], runs: list[str]) -> dict[str, Any]:
    """The whole content: every requirement with its status, its tests and their results; every other test by number."""
    proved = proofs()
    rows = [
        {
            "id": r.id,
            "module": r.module,
            "requirement": r.term,
            "status": status(r, proved),
            "missing": r.reason,
            "tests": {name: dict(run.get(name, {})) or {"": NOT_RUN} for name in proved.get(r.id, ())},
        }
        for r in requirements()
    ]
    every = [result for seen in run.values() for result in seen.values()]
    return {
        "format": 1,
        "release": __version__,
        "commit": _git("rev-parse", "HEAD"),
        "clean": not _git("status", "--porcelain", "--untracked-files=no"),
        "made": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "python": platform.python_version(),
        "runs": runs,
        "tests": {kind: every.count(kind) for kind in ("passed", "failed", "skipped")},
        "requirements": rows,
        "files": {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in _files()},
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _files() -> list[str]:
    """What the release consists of: everything kept (and what is about to be) but documents, tests and pictures."""
    left_out = ("docs/", "tests/", "bench/")
    kept = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [name for name in kept if (ROOT / name).is_file() and not name.startswith(left_out)]


def bad(data: Mapping[str, Any]) -> list[str]:
    """Tests of requirements that failed or did not run."""
    return sorted(
        {
            name
            for row in data["requirements"]
            for name, seen in row["tests"].items()
            if set(seen.values()) & {"failed", "skipped", NOT_RUN}
        }
    )


def table(data: Mapping[str, Any]) -> str:
    """The pack as a page for people."""
    counts = data["tests"]
    lines = [
        f"# 质诚 {data['release']} 验证包 Validation pack",
        "",
        (
            f"{data['made']}，提交 {data['commit']}{'' if data['clean'] else '（有未提交的改动）'}，Python {data['python']}；"
            f"运行：{'、'.join(data['runs'])}。通过 {counts['passed']}，失败 {counts['failed']}，跳过 {counts['skipped']}。"
        ),
        "",
        "| 编号 | 需求 | 状态 | 测试与结果 | 缺什么 |",
        "|---|---|---|---|---|",
    ]
    for row in data["requirements"]:
        shown = "<br>".join(
            f"{name}：{'、'.join(f'{where} {result}'.strip() for where, result in seen.items())}"
            for name, seen in row["tests"].items()
        )
        lines.append(f"| {row['id']} | {row['requirement']} | {row['status']} | {shown} | {row['missing']} |")
    return "\n".join(lines) + "\n"


def release_key(path: Path) -> bytes:
    """The 32 bytes of the release key; made when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(base64.b64encode(notes.new_key()).decode() + "\n")
    return base64.b64decode(path.read_text("ascii"))


def main(paths: list[str], folder: Path = FOLDER) -> int:
    """Write the pack; returns 1 when a requirement's test did not pass."""
    files = [Path(one) for one in paths]
    data = pack(results(files), [one.stem for one in files])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "validation.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    (folder / "validation.md").write_text(table(data), "utf-8")
    key = release_key(Path(os.environ.get("ZHICHENG_RELEASE_KEY", ROOT / "build" / "release.key")))
    (folder / "signature.txt").write_text(release.sign(folder, __version__, key), "utf-8")
    (folder / "key.txt").write_text(notes.make_vkey(release.ORIGIN, key) + "\n", "utf-8")
    print(f"{folder}: {data['tests']}, key {notes.fingerprint(key)}")
    for name in bad(data):
        print(f"not passed: {name}")
    return 1 if bad(data) or data["tests"]["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
