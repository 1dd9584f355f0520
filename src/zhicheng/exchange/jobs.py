"""The worker that takes in large files behind the pages: ``zhicheng serve`` runs one, ``zhicheng jobs`` another."""

from __future__ import annotations

import io
import logging
import os
import socket
import threading

from django.core.exceptions import ValidationError
from django.db import OperationalError, close_old_connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhicheng.core import bulk, files, import_jobs
from zhicheng.core.authority import Actor, may_read
from zhicheng.core.bulk import Checked
from zhicheng.core.containers import FileRefused
from zhicheng.core.import_jobs import ImportJob
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused
from zhicheng.exchange.errors import error_sheet
from zhicheng.exchange.imports import Sheet, read
from zhicheng.ledger.log import LogRefused

PAUSE_SECONDS = 1.0
SHOWN = 200
LOGGER = logging.getLogger(__name__)


def work(stop: threading.Event, *, pause: float = PAUSE_SECONDS) -> None:
    """Take one job after the other until told to stop. A failure is logged, and its job told so or taken up again."""
    worker = f"{socket.gethostname()[:40]}/{os.getpid()}/{threading.get_ident()}"
    while not stop.is_set():
        try:
            if run_next(worker):
                continue
        except OperationalError:
            LOGGER.warning("the database was busy or away; the job will be taken up again", exc_info=True)
        except Exception:
            LOGGER.exception("taking jobs failed")
        finally:
            close_old_connections()
        stop.wait(pause)


def run_next(worker: str) -> bool:
    """Run the next job, if there is one; says whether there was."""
    job = import_jobs.claim(worker)
    if job is None:
        return False
    with translation.override(job.language):
        try:
            _run(job)
        except (FileRefused, Refused, LogRefused) as error:
            _refuse(job, str(error))
        except ValidationError as error:
            _refuse(job, " ".join(error.messages))
        except OperationalError:
            raise  # the job is taken up again when nothing has been heard of it for a while
        except Exception:
            LOGGER.exception("an import failed")
            _refuse(job, _("程序出错，没有写入任何记录：请把文件交给管理员，服务器日志里有原因。"))
    return True


def _run(job: ImportJob) -> None:
    process = registry[job.process]
    if not job.account.is_active:
        raise FileRefused(_("账号已停用。"))
    by = Actor(job.account.person, "web")
    if not may_read(by, process):
        raise FileRefused(_("您的角色看不到“%s”。") % process.title)
    with import_jobs.alive(job):
        sheet = read(process, files.path_of(job.file_sha256), job.file_name)
        checked = bulk.check(process, sheet, by=by, provenance=job.provenance, progress=job.advance)
        if not job.confirmed:
            _show(job, sheet, checked)
            return
    if not checked.ready:
        raise FileRefused(_("没有可以导入的行。"))
    with transaction.atomic():
        if job.still_mine():
            job.run = bulk.write(
                checked, by=by, file_name=job.file_name, file_sha256=job.file_sha256, source=job.source
            )
            _count(job, checked)
            job.state = ImportJob.State.DONE
            job.save()


def _show(job: ImportJob, sheet: Sheet, checked: Checked) -> None:
    """Keep what the person must see before confirming."""
    _count(job, checked)
    job.errors = [[sheet.cell(e.row, e.fact), e.sentence] for e in checked.errors[:SHOWN]]
    job.more_errors = max(len(checked.errors) - SHOWN, 0)
    if checked.errors:
        name = _("需更正的行 %s.xlsx") % job.file_name.rpartition(".")[0]
        job.errors_sha256 = files.store(io.BytesIO(error_sheet(checked, sheet)), name).sha256
    job.state = ImportJob.State.CHECKED
    with transaction.atomic():
        if job.still_mine():
            job.save()


def _count(job: ImportJob, checked: Checked) -> None:
    job.rows = job.rows_done = checked.read
    job.rows_ready, job.rows_unchanged = len(checked.ready), checked.unchanged
    job.rows_refused = len({e.row for e in checked.errors})


def _refuse(job: ImportJob, sentence: str) -> None:
    mine = ImportJob.objects.filter(pk=job.pk, worker=job.worker, state=ImportJob.State.RUNNING)
    mine.update(state=ImportJob.State.REFUSED, message=sentence)
