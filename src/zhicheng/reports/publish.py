"""Publishing: checkpoint A, compose and render, one publish entry with the hashes, checkpoint B, bundle.

A crash before the publish entry leaves an approved report.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from zhicheng.core.authority import Actor
from zhicheng.core.language import listed
from zhicheng.core.process import Missing, registry
from zhicheng.core.writers import Refused, blocked, perform
from zhicheng.ledger import checkpoints
from zhicheng.ledger.models import Checkpoint
from zhicheng.metrics.definitions import definitions, log_definitions
from zhicheng.proof import verify
from zhicheng.proof.canonical import jcs
from zhicheng.proof.offline import verify_html
from zhicheng.reports import bundle
from zhicheng.reports.disclosure import disclosed
from zhicheng.reports.edition import Edition, edition
from zhicheng.reports.gate import Problem
from zhicheng.reports.rendering import render_all

Progress = Callable[[str], None]
SERVICE = "publication"
FILES = ("report.pdf", "report.docx", "report.html", "bundle.zip", "verify.py", "verify.html", "report.json")


class NotPublishable(ValueError):
    """The gate is closed; ``problems`` says why, one sentence each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(p.sentence for p in problems))


@dataclass(frozen=True)
class Published:
    """The folder of a published edition."""

    report: Any
    folder: Path


def folder_of(report: Any) -> Path:
    """Where the files of a published edition lie."""
    return Path(settings.HOME) / "reports" / str(report.number)


def disclosure(report: Any) -> list[dict[str, Any]]:
    """The facts that this report's public bundle will open, for the last signer to approve."""
    return disclosed(edition(report).data)


def publish(
    report: Any, *, by: Actor, issued_on: dt.date | None = None, progress: Progress = lambda step: None
) -> Published:
    """Publish an approved report. Errors: NotPublishable (gate), TemplateError, Refused (role, signature, disclosure)."""
    process = registry.of(report)
    missing = blocked(process, process.acts["publish"], report, by, SERVICE)
    if missing:
        raise Refused(missing)
    issued = issued_on or report.issued_on or dt.datetime.now(dt.UTC).date()
    log_definitions()
    progress("checkpoint")
    a = checkpoints.sign("publication")
    progress("figures")
    composed = edition(report, a, issued)
    if composed.problems:
        raise NotPublishable(composed.problems)
    _as_approved(report, composed)
    return _render_and_log(report, composed, a, issued, by, progress)


def _as_approved(report: Any, composed: Edition) -> None:
    """What the bundle opens now must be what the last signer approved."""
    now = {(row["type"], row["facts"]) for row in disclosed(composed.data)}
    approved = {(row["type"], row["facts"]) for row in report.opened_list}
    if now != approved:
        more = listed(registry[t].title for t in sorted({t for t, _facts in now ^ approved}))
        raise Refused([Missing(_("将公开的事实与已批准的清单不同（%s）：请退回后重新签署。") % more, report)])


def _render_and_log(
    report: Any, composed: Edition, a: checkpoints.Signed, issued: dt.date, by: Actor, progress: Progress
) -> Published:
    with tempfile.TemporaryDirectory() as temporary:
        progress("render")
        hashes = _render(composed, Path(temporary))
        described = jcs(definitions())
        facts = {
            "issued_on": issued,
            "a_size": a.size,
            "a_root": a.root,
            **hashes,
            "report_json": hashlib.sha256(jcs(composed.data)).hexdigest(),
            "definitions": hashlib.sha256(described).hexdigest(),
        }
        done = perform(report, "publish", facts, by=by, version=report.version, through=SERVICE)
        progress("bundle")
        return _bundle(done, composed, described, a, Path(temporary))


def _render(composed: Edition, folder: Path) -> dict[str, str]:
    """Draw the three files into a folder; returns their hashes."""
    files = render_all(composed.drawn, folder)
    return {kind: hashlib.sha256(path.read_bytes()).hexdigest() for kind, path in files.items()}


def _bundle(
    report: Any, composed: Edition, described: bytes, a: checkpoints.Signed, drawn: Path
) -> Published:
    """Sign B, write the bundle beside the drawn files and put all of them into the edition's folder."""
    b = checkpoints.sign("publication")
    folder = folder_of(report)
    folder.mkdir(parents=True, exist_ok=True)
    bundle.write(drawn / "bundle.zip", composed.data, described, a, b)
    (drawn / "report.json").write_bytes(jcs(composed.data))
    shutil.copy(verify.__file__, drawn / "verify.py")
    (drawn / "verify.html").write_bytes(verify_html())
    for name in FILES:
        shutil.copyfile(drawn / name, folder / f"{name}.part")
        (folder / f"{name}.part").replace(folder / name)
    return Published(report, folder)


def rebuild(report: Any) -> Published:
    """Write the files of a published edition again, as after a crash between the publish entry and the bundle.

    Errors: NotPublishable when they no longer come out as they were published (another release, changed fonts).
    """
    kept = Checkpoint.objects.get(size=report.a_size)
    a = checkpoints.Signed(kept.size, kept.root, kept.note)
    composed = edition(report, a, report.issued_on)
    described = jcs(definitions())
    with tempfile.TemporaryDirectory() as temporary:
        now = {
            **_render(composed, Path(temporary)),
            "report_json": hashlib.sha256(jcs(composed.data)).hexdigest(),
            "definitions": hashlib.sha256(described).hexdigest(),
        }
        changed = [name for name, digest in now.items() if digest != getattr(report, name)]
        if changed:
            raise NotPublishable(
                (Problem("changed", _("重新生成的%s与已发布的不同：请从备份恢复。") % listed(changed)),)
            )
        return _bundle(report, composed, described, a, Path(temporary))


def stored(report: Any) -> dict[str, Any]:
    """The published ``report.json``. Errors: FileNotFoundError when the edition's files are gone."""
    return dict(json.loads((folder_of(report) / "report.json").read_text("utf-8")))
