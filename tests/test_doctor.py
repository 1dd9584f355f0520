"""``zhicheng doctor`` says which protections are on and exits 1 where one is off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection

from tests.core.test_audit import sql
from tests.house import House
from zhicheng.cli import main
from zhicheng.config.doctor import Line, doctor
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.ledger.models import Anchor, Head


def off() -> set[str]:
    return {line.what.partition(" ")[0] for line in doctor() if line.right is False} - LOOSE


LOOSE = {"落盘"} if connection.vendor == "postgresql" else set()
"""The tests' own PostgreSQL server runs without fsync, and the doctor says so."""


def said(what: str) -> Line:
    return next(line for line in doctor() if line.what.startswith(what))


@pytest.mark.proves("E-12.2")
def test_a_sound_installation_has_everything_on(house: House) -> None:
    checkpoints.sign("on_demand")
    assert off() == set()
    assert keys.fingerprint() in said("日志密钥").how
    assert CliRunner().invoke(main, ["doctor"]).exit_code == len(LOOSE)


def test_a_server_without_fsync_is_told(db: None) -> None:
    assert said("落盘").right is (connection.vendor == "sqlite")


def test_no_checkpoint_and_a_long_unsigned_time_are_told(house: House) -> None:
    assert "检查点" in off()
    checkpoints.sign("on_demand")
    house.lot()
    assert "检查点" not in off()
    from zhicheng.ledger.models import Checkpoint

    Checkpoint.objects.update(signed_at=log.now() - dt.timedelta(hours=3))
    assert "两小时没有签过" in said("检查点").how


@pytest.mark.proves("E-12.2")
def test_missing_triggers_are_told(house: House) -> None:
    checkpoints.sign("on_demand")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_entry_no_UPDATE")
        else:
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    assert off() == {"触发器"}
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 1


@pytest.mark.proves("E-7.1")
def test_a_key_that_others_can_read_is_told(house: House) -> None:
    checkpoints.sign("on_demand")
    keys.path().chmod(0o644)
    assert "日志密钥" in off()
    keys.path().unlink()
    assert "日志密钥" in off()


@pytest.mark.parametrize("name", ["secret.key", "log.sm2.key", "messages.json", "lan/root.key"])
def test_any_secret_that_others_can_read_is_told(house: House, name: str) -> None:
    checkpoints.sign("on_demand")
    path = keys.path().parent / name
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(before or b"")
    path.chmod(0o644)
    try:
        assert "保密文件" in off()
        assert name in said("保密文件").how
        path.chmod(0o600)
        assert "保密文件" not in off()
    finally:
        if before is None:
            path.unlink()


def test_a_database_that_does_not_wait_for_its_disk_is_told(fresh_database: str) -> None:
    if connection.vendor == "postgresql":
        sql("SET synchronous_commit = off")
        assert "synchronous_commit=off" in said("落盘").how
        assert said("落盘").right is False
        return
    for name, spoiled, sound in (("synchronous", "NORMAL", "FULL"), ("cache_spill", "1", "0")):
        sql(f"PRAGMA {name} = {spoiled}")
        assert said("落盘").right is False, name
        sql(f"PRAGMA {name} = {sound}")
        assert said("落盘").right is True, name


@pytest.mark.proves("E-12.2")
def test_a_clock_behind_the_log_is_told(house: House) -> None:
    checkpoints.sign("on_demand")
    Head.objects.update(last_at=log.now() + dt.timedelta(minutes=5))
    assert off() == {"时钟"}


def test_a_schema_of_another_release_is_told(house: House) -> None:
    checkpoints.sign("on_demand")
    sql("DELETE FROM django_migrations WHERE app = 'web'")
    assert "数据库结构" in off()
    sql("DELETE FROM django_migrations WHERE app = 'ledger' AND name = '0003_tiles_and_anchors'")
    assert "先用 150e5e9" in said("数据库结构").how


def test_the_window_runs_from_the_first_entry_that_nobody_outside_saw(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "没有：别处没有人见过" in said("外部锚点").how
    signed = checkpoints.sign("on_demand")
    Anchor.objects.create(size=signed.size, kind="witness", name="w.example.org", content="x", at=log.now())
    house.lot()
    later = log.now() + dt.timedelta(hours=5)
    monkeypatch.setattr(log, "now", lambda: later)
    assert "w.example.org" in said("外部锚点").how
    assert said("暴露窗口").how.startswith("5.0 小时")


def test_a_database_without_tables_is_told_in_sentences(db: Any) -> None:
    assert any("zhicheng init" in line.how for line in doctor())
