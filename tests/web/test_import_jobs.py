"""Large imports run behind the pages: in a queue, with a preview, once, whatever happens to the worker."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection
from django.utils import timezone

from tests.house import House, build
from tests.reliability.running import address
from tests.web.conftest import accounts
from zhicheng.core import bulk, files, import_jobs
from zhicheng.core.account import Account
from zhicheng.core.audit import audit
from zhicheng.core.authority import SYSTEM
from zhicheng.core.import_jobs import ImportJob
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.exchange import jobs

if TYPE_CHECKING:
    from django.test import Client

Enter = Callable[[str], "Client"]
PRODUCT, RUN = registry["inspection.product"], registry["core.import"]
HEADS = "型号代码,型号名称,产品族\n"
IMPORT = "/inspection.product/import"
State = ImportJob.State


def lines(count: int, bad: int = 0) -> bytes:
    good = [f"A-{n},第 {n} 种,turbine\n" for n in range(count)]
    return (HEADS + "".join(good) + "".join(f"B-{n},,turbine\n" for n in range(bad))).encode("utf-8-sig")


def upload(content: bytes) -> Any:
    file = BytesIO(content)
    file.name = "型号.csv"
    return file


def job_of(house: House, content: bytes, *, confirmed: bool = False) -> ImportJob:
    """A job as a page would queue it."""
    if not Account.objects.filter(username="quality_manager").exists():
        accounts(house)
    stored = files.store(BytesIO(content), "型号.csv")
    return ImportJob.objects.create(
        account=Account.objects.get(username="quality_manager"), process=PRODUCT.name, file_name=stored.name,
        file_sha256=stored.sha256, file_size=stored.size, provenance="imported", language="zh-hans",
        confirmed=confirmed,
    )  # fmt: skip


def products() -> int:
    """How many were imported (the house begins with one)."""
    return int(PRODUCT.model.objects.filter(provenance="imported").count())


def few_at_once(limit: int) -> None:
    open_record(registry["core.parameter"], {"key": "core.import_at_once", "value": str(limit)}, by=SYSTEM)


def test_a_large_file_is_checked_shown_confirmed_and_written_behind_the_page(
    house: House, enter: Enter
) -> None:
    few_at_once(3)
    client = enter("quality_manager")
    small = client.post(IMPORT, {"upload": upload(lines(2, 1)), "source": ""})
    assert small.status_code == 200
    assert len(small.context["checked"].ready) == 2
    sent = client.post(IMPORT, {"upload": upload(lines(4, 1)), "source": "旧台账"})
    at = sent["Location"]
    assert "等待处理" in client.get(at).content.decode()
    assert 'hx-trigger="every 2s"' in client.get(at).content.decode()
    assert jobs.run_next("w")
    part = client.get(at, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-trigger" not in part, "nothing more comes by itself"
    assert "导入这 4 行" in part
    assert "型号名称" in part or "不能为空" in part
    assert products() == 0, "nothing is written before it is confirmed"
    sheet = b"".join(client.post(at, {"errors": "1"}))
    assert sheet[:2] == b"PK"
    for _ in range(2):
        assert client.post(at, {"confirm": "1"})["Location"] == at
        jobs.run_next("w")
    run = RUN.model.objects.get()
    assert (run.rows_read, run.rows_opened, run.rows_refused, run.source) == (5, 4, 1, "旧台账")
    assert products() == 4
    assert f"/core.import/{run.number}/" in client.get(at).content.decode()
    assert not jobs.run_next("w")


def test_a_job_belongs_to_who_sent_the_file(house: House, enter: Enter) -> None:
    client = enter("inspector")
    job = job_of(house, lines(1))
    assert client.get(f"/imports/{job.pk}").status_code == 404
    assert client.post(f"/imports/{job.pk}", {"confirm": "1"}).status_code == 404


def test_only_a_checked_job_can_be_confirmed(house: House) -> None:
    job = job_of(house, lines(1))
    assert not import_jobs.confirm(job)
    job.refresh_from_db()
    assert (job.state, job.confirmed) == (State.WAITING, False)


@pytest.mark.parametrize(
    ("content", "said"), [(b"x,y\n1,2\n", "型号代码"), (HEADS.encode("utf-8-sig"), "没有数据行")]
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    house: House, content: bytes, said: str
) -> None:
    job = job_of(house, content)
    assert jobs.run_next("w")
    job.refresh_from_db()
    assert job.state == State.REFUSED
    assert said in job.message


def test_rights_are_judged_when_the_job_runs(house: House) -> None:
    job = job_of(house, lines(1), confirmed=True)
    Account.objects.filter(pk=job.account_id).update(is_active=False)
    jobs.run_next("w")
    job.refresh_from_db()
    assert (job.state, job.message) == (State.REFUSED, "账号已停用。")
    other = job_of(house, lines(1), confirmed=True)
    ImportJob.objects.filter(pk=other.pk).update(account=Account.objects.get(username="reader"))
    jobs.run_next("w")
    other.refresh_from_db()
    assert other.state == State.REFUSED
    assert products() == 0


def test_a_fault_of_the_program_is_told_and_nothing_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (ZeroDivisionError, ValidationError("这样不行")):
        job = job_of(house, lines(1), confirmed=True)

        def fails(*args: Any, error: Any = error, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(bulk, "write", fails)
        jobs.run_next("w")
        job.refresh_from_db()
        assert job.state == State.REFUSED
        assert job.message == "这样不行" or "程序出错" in job.message
    assert products() == 0


def test_a_worker_that_is_gone_is_replaced_but_not_for_ever(house: House) -> None:
    job = job_of(house, lines(1))
    for n in range(import_jobs.TRIES):
        found = import_jobs.claim(f"w{n}")
        assert found is not None
        assert import_jobs.claim("another") is None, "it is held"
        found.advance(7)
        job.refresh_from_db()
        assert (job.rows_done, job.worker, job.tries) == (7, f"w{n}", n + 1)
        ImportJob.objects.update(beat_at=timezone.now() - import_jobs.STALE - dt.timedelta(seconds=1))
    assert import_jobs.claim("last") is None
    job.refresh_from_db()
    assert job.state == State.REFUSED
    assert "中断了 3 次" in job.message


def test_who_lost_the_job_writes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    job_of(house, lines(2), confirmed=True)
    check = bulk.check

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        checked = check(*args, **kwargs)
        ImportJob.objects.update(worker="another")
        return checked

    monkeypatch.setattr(bulk, "check", meanwhile)
    jobs.run_next("w")
    assert products() == 0
    assert ImportJob.objects.get().state == State.RUNNING


def test_jobs_and_their_files_are_kept_for_a_week(house: House) -> None:
    job = job_of(house, lines(1))
    assert job.file_sha256 in import_jobs.files_named()
    assert import_jobs.purge() == 0
    ImportJob.objects.update(created_at=timezone.now() - import_jobs.KEPT_FOR - dt.timedelta(hours=1))
    assert import_jobs.purge() == 1
    assert import_jobs.files_named() == set()


DIES = """
import os

import django

django.setup()
from zhicheng.core import bulk
from zhicheng.exchange import jobs

write = bulk.write
bulk.write = lambda *a, **k: write(*a, **k, progress=lambda n: os._exit(9))
jobs.run_next("first")
"""
"""A worker that dies when the first thousand rows are written."""


def test_killed_in_the_middle_of_writing_nothing_stands_and_the_next_worker_writes_all(
    fresh_database: str,
) -> None:
    job = job_of(build(), lines(2500), confirmed=True)
    environment = {
        **os.environ,
        "ZHICHENG_DATABASE": address(fresh_database),
        "DJANGO_SETTINGS_MODULE": "zhicheng.config.settings",
    }
    died = subprocess.run(
        [sys.executable, "-c", DIES],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    job.refresh_from_db()
    assert died.returncode == 9, (died.stderr, job.state, job.message)
    assert (job.state, job.worker, products()) == (State.RUNNING, "first", 0)
    assert not jobs.run_next("second"), "it is not known yet that the first is gone"
    ImportJob.objects.update(beat_at=timezone.now() - import_jobs.STALE - dt.timedelta(seconds=1))
    assert jobs.run_next("second")
    job.refresh_from_db()
    assert (job.state, job.tries, products(), RUN.model.objects.count()) == (State.DONE, 2, 2500, 1)
    assert not audit().findings


def test_several_workers_take_each_job_once(fresh_database: str) -> None:
    house, stop = build(), threading.Event()
    names = [f"{letter}-1,名称,turbine\n" for letter in "CDEF"]
    made = [job_of(house, (HEADS + one).encode("utf-8-sig"), confirmed=True) for one in names]

    def works() -> None:
        try:
            jobs.work(stop, pause=0.05)
        finally:
            connection.close()

    threads = [threading.Thread(target=works) for _ in range(3)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while ImportJob.objects.exclude(state=State.DONE).exists() and time.monotonic() < until:
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert [ImportJob.objects.get(pk=one.pk).tries for one in made] == [1, 1, 1, 1]
    assert products() == RUN.model.objects.count() == 4
    assert not audit().findings


def test_a_worker_gives_signs_of_life_while_it_reads(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_of(build(), lines(1))
    monkeypatch.setattr(import_jobs, "BEAT_SECONDS", 0.02)
    job = import_jobs.claim("w")
    assert job is not None
    ImportJob.objects.update(beat_at=None)
    with import_jobs.alive(job):
        until = time.monotonic() + 30
        while ImportJob.objects.get().beat_at is None and time.monotonic() < until:
            time.sleep(0.02)
    assert ImportJob.objects.get().beat_at is not None
    close_old_connections()
