"""The log's key: replaced by an entry that both keys sign; a crash in the middle leaves a key that the log knows."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.house import House, build
from zhicheng.core.audit import audit
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.ledger.models import Checkpoint
from zhicheng.proof import note as notes


@pytest.mark.proves("E-7.1")
def test_a_new_key_signs_on_and_the_audit_knows_both(house: House) -> None:
    checkpoints.sign("on_demand")
    old = keys.fingerprint()
    new = keys.rotate("每年更换")
    signed = checkpoints.sign("on_demand")
    assert new == keys.fingerprint() != old
    assert [keys.fingerprint(1), keys.fingerprint(signed.size)] == [old, new]
    assert len(keys.history()) == 2
    assert audit().findings == []
    assert not stat.S_IMODE(keys.path().stat().st_mode) & 0o077
    assert sorted(p.name for p in keys.path().parent.glob("log.key*")) == ["log.key"]


def test_a_checkpoint_signed_by_a_key_of_another_time_is_found(house: House) -> None:
    checkpoints.sign("on_demand")
    old = keys.private()
    keys.rotate("每年更换")
    later = checkpoints.sign("on_demand")
    forged = notes.sign_note(
        notes.checkpoint_text(log.head().origin, later.size, bytes.fromhex(later.root)),
        log.head().origin,
        old,
    )
    Checkpoint.objects.filter(size=later.size).update(note=forged)
    assert [f.code for f in audit().findings or []] == ["signature"]


def test_a_crash_before_the_entry_leaves_the_old_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old = keys.fingerprint()
    monkeypatch.setattr(notes, "rotation", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keys.rotate("每年更换")
    monkeypatch.undo()
    keys.settle()
    assert keys.fingerprint() == old
    assert sorted(p.name for p in keys.path().parent.glob("log.key*")) == ["log.key"]
    checkpoints.sign("on_demand")
    assert audit().findings == []


def test_a_crash_behind_the_entry_is_finished_at_the_next_signature(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, settle = keys.fingerprint(), keys.settle
    calls: list[int] = []

    def once() -> None:
        calls.append(1)
        if len(calls) == 1:
            settle()
        else:
            raise OSError("power gone")

    monkeypatch.setattr(keys, "settle", once)
    with pytest.raises(OSError, match="power"):
        keys.rotate("每年更换")
    monkeypatch.undo()
    assert keys.fingerprint() == old
    checkpoints.sign("on_demand")
    assert keys.fingerprint() != old
    assert audit().findings == []


@pytest.mark.proves("E-7.1")
@pytest.mark.parametrize(
    "other", [keys.settle, lambda: checkpoints.sign("on_demand"), lambda: keys.rotate("又一次")]
)
def test_whoever_comes_in_the_middle_of_a_replacement_waits(
    other: Callable[[], object], fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key lies there and the log does not name it yet: it must not be taken for a left-over."""
    build()
    found: list[str] = []

    def work() -> None:
        try:
            other()
            found.append("done")
        finally:
            connection.close()

    rotation, late = notes.rotation, threading.Thread(target=work)

    def meanwhile(*given: Any) -> dict[str, str]:
        monkeypatch.setattr(notes, "rotation", rotation)
        late.start()
        late.join(0.5)
        assert late.is_alive()
        return rotation(*given)

    monkeypatch.setattr(notes, "rotation", meanwhile)
    keys.rotate("每年更换")
    late.join(30)
    assert found == ["done"]
    checkpoints.sign("on_demand")
    assert audit().findings == []
    assert sorted(p.name for p in keys.path().parent.glob("log.key*")) == ["log.key"]


def test_looking_whether_the_key_is_there_changes_nothing(house: House) -> None:
    beside = keys.path().with_name("log.key.next")
    keys._write(beside, notes.new_key())
    keys.check()
    assert beside.exists()
    beside.unlink()
    keys.rotate("每年更换")
    keys.path().rename(beside)
    keys._write(keys.path(), notes.new_key())
    keys.check()
    keys.settle()
    assert not beside.exists()
    checkpoints.sign("on_demand")


def test_a_key_that_the_log_does_not_name_signs_nothing(house: House) -> None:
    keys.rotate("每年更换")
    keys.path().unlink()
    keys.make()
    with pytest.raises(log.LogRefused, match="不是日志最后登记的密钥"):
        checkpoints.sign("on_demand")


def bytes_of(row: tuple[Any, ...]) -> bytes:
    """What of a row is held as bytes."""
    return b"|".join(bytes(one) for one in row if isinstance(one, (bytes, memoryview)))


def test_a_national_key_that_others_can_read_signs_nothing(house: House) -> None:
    keys.make_national()
    checkpoints.sign("on_demand")
    keys.national_path().chmod(0o640)
    try:
        with pytest.raises(log.LogRefused, match=r"log\.sm2\.key 可被他人读取"):
            checkpoints.sign("on_demand")
    finally:
        keys.national_path().unlink()


@pytest.mark.proves("E-7.1")
def test_the_key_is_in_no_table_and_in_no_message(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.rotate("每年更换")
    checkpoints.sign("on_demand")
    secrets = {keys.path().read_text("ascii").strip(), keys.private().hex()}
    assert b"x" in bytes_of((1, b"x", memoryview(b"y")))
    raw = b"".join(
        bytes_of(row)
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        if model._meta.managed
    )
    assert keys.private() not in raw
    kept = "\n".join(
        str(row)
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        if model._meta.managed
    )
    said = caplog.text + "".join(capsys.readouterr())
    assert not [one for one in secrets if one in kept or one in said]
    assert keys.vkey() in kept, "the public one is"
