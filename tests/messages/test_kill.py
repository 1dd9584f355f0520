"""A process that really dies while a robot or a receiver has not answered yet, and workers that are processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from tests.messages import receivers
from tests.reliability.running import ROOT, address
from zhicheng.ledger import log
from zhicheng.messages.models import Message
from zhicheng.messages.queueing import announce
from zhicheng.messages.sending import DEAD_AFTER, deliver


def sender(database: str) -> subprocess.Popen[str]:
    """``zhicheng messages send`` on the test's database, with the test's channels."""
    environment = {**os.environ, "ZHICHENG_DATABASE": address(database)}
    return subprocess.Popen(
        [sys.executable, "-m", "zhicheng.cli", "messages", "send"], env=environment, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_killed_while_a_robot_shows_it_a_person_decides(
    fresh_database: str, book: Any, post: receivers.Post
) -> None:
    announce("r", "wecom", words="来货待检", urgent=True)
    announce("e", "erp", words="来货待检", urgent=True)
    post.answers = [receivers.HANG]
    process = sender(fresh_database)
    deadline = time.monotonic() + 60
    while not post.arrived:
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert dict(Message.objects.values_list("channel", "state")) == {"wecom": "sending", "erp": "queued"}
    assert deliver() == {"sent": 1}, "the other goes at once"
    assert deliver(log.now() + DEAD_AFTER) == {"unclear": 1}
    assert [one.path for one in post.arrived] == ["/wecom", "/erp"]


def test_several_processes_send_each_message_once(
    fresh_database: str, book: Any, post: receivers.Post
) -> None:
    count = 40
    for n in range(count):
        announce(f"e/{n}", "erp", words=f"第 {n} 件", urgent=True)
    processes = [sender(fresh_database) for _each in range(3)]
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    ids = [one.headers["webhook-id"] for one in post.arrived]
    assert len(ids) == len(set(ids)) == count
