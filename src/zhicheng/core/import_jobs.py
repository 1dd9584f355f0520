"""Imports that take longer than a person waits for a page: a queue of them, outside the log.

A worker (``exchange.jobs``) claims a job, checks its file, and, when the person has seen what would happen and confirmed,
writes it in one transaction in which the job ends too: a worker that dies leaves nothing half-written, and its job is
claimed again.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhicheng.core.account import Account
from zhicheng.core.files import Stored
from zhicheng.core.imports import ImportRun

BEAT_SECONDS = 10.0
STALE = dt.timedelta(seconds=60)
"""A worker that has not been heard of for so long is taken to be gone."""
TRIES = 3
KEPT_FOR = dt.timedelta(days=7)


class ImportJob(models.Model):
    """One file of many rows on its way in. ``confirmed``: the person has seen the preview and wants it written."""

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("等待处理")
        RUNNING = "running", gettext_lazy("处理中")
        CHECKED = "checked", gettext_lazy("已检查，待确认")
        DONE = "done", gettext_lazy("已导入")
        REFUSED = "refused", gettext_lazy("未能导入")

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    process = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file_size = models.BigIntegerField()
    provenance = models.CharField(max_length=20)
    source = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    confirmed = models.BooleanField(default=False)
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    rows_ready = models.IntegerField(default=0)
    rows_unchanged = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    errors = models.JSONField(default=list, help_text="the first refusals: place and sentence")
    more_errors = models.IntegerField(default=0)
    errors_sha256 = models.CharField(max_length=64, blank=True, help_text="the workbook of the refused rows")
    message = models.TextField(blank=True)
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")
    worker = models.CharField(max_length=80, blank=True)
    beat_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "beat_at"])]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"

    @property
    def file(self) -> Stored:
        """The file that was sent."""
        return Stored(self.file_name, self.file_sha256, self.file_size)

    @property
    def at_work(self) -> bool:
        """Whether something is still to come by itself."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def advance(self, rows: int) -> None:
        """Say how far the work is; also a sign of life."""
        mine = ImportJob.objects.filter(pk=self.pk, worker=self.worker, state=self.State.RUNNING)
        mine.update(rows_done=rows, beat_at=timezone.now())

    def still_mine(self) -> bool:
        """Lock the job inside a transaction and see that no other worker took it meanwhile."""
        mine = ImportJob.objects.select_for_update().filter(pk=self.pk, worker=self.worker)
        return mine.filter(state=self.State.RUNNING).first() is not None


def claim(worker: str) -> ImportJob | None:
    """The oldest job that waits, or whose worker is gone; it is this worker's now. One whose workers died three times is refused."""
    gone = models.Q(state=ImportJob.State.RUNNING, beat_at__lt=timezone.now() - STALE)
    due = ImportJob.objects.filter(models.Q(state=ImportJob.State.WAITING) | gone).order_by("pk")
    if not due.exists():  # without a transaction: on SQLite every transaction holds the one lock
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        if job is None:
            return None
        job.worker, job.beat_at, job.rows_done, job.tries = worker, timezone.now(), 0, job.tries + 1
        job.state = ImportJob.State.RUNNING
        if job.tries > TRIES:
            job.state = ImportJob.State.REFUSED
            job.message = _("处理中断了 %s 次，没有写入任何记录：请重新上传，或把文件分成几个。") % TRIES
        job.save()
    return job if job.state == ImportJob.State.RUNNING else None


def confirm(job: ImportJob) -> bool:
    """Let a checked job be written; False if it is not (or no longer) at that point."""
    rows = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.CHECKED)
    return bool(rows.update(state=ImportJob.State.WAITING, confirmed=True, tries=0, rows_done=0))


@contextmanager
def alive(job: ImportJob) -> Iterator[None]:
    """Give signs of life from a thread of its own: reading a large file takes its time before the first row comes."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(BEAT_SECONDS):
                ImportJob.objects.filter(pk=job.pk, worker=job.worker).update(beat_at=timezone.now())
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def files_named() -> set[str]:
    """Hashes of files that jobs still need."""
    pairs = ImportJob.objects.values_list("file_sha256", "errors_sha256")
    return {one for pair in pairs for one in pair if one}


def purge() -> int:
    """Remove jobs that are a week old; returns how many."""
    old = ImportJob.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.exclude(state=ImportJob.State.RUNNING).delete()[0]
