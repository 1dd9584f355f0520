"""Backup while serving, restore into an empty place, upgrade that may be interrupted: on both databases."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import server
from tests.databases import connected_to, some
from tests.house import House, build
from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import approved, verdict
from zhicheng.cli import main
from zhicheng.config import backups
from zhicheng.config import server as server_of
from zhicheng.config.doctor import doctor
from zhicheng.config.sealed_file import PIECE, Opener, Sealer, Unsealable
from zhicheng.core import erasure, files, gone, setup
from zhicheng.core.account import Account
from zhicheng.core.audit import audit
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.messages import channels
from zhicheng.reports import publish as publishing

PASSPHRASE = "correct horse battery"
Elsewhere = Callable[[], Any]
_names = itertools.count(1)


@pytest.fixture
def elsewhere(tmp_path: Path, migrated_template: str) -> Iterator[Elsewhere]:
    """Enter another machine: an empty home and an empty database."""
    made: list[str] = []

    def enter() -> Any:
        home = tmp_path / f"home{next(_names)}"
        home.mkdir()
        name = f"elsewhere_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}_{next(_names)}"
        made.append(name)
        if connection.vendor == "postgresql":
            server().create(name)

        class There:
            def __enter__(self) -> Path:
                self.inside: list[Any] = [
                    override_settings(HOME=home),
                    connected_to(server().django_name(name)),
                ]
                for one in self.inside:
                    one.__enter__()
                return home

            def __exit__(self, *given: Any) -> None:
                for one in reversed(self.inside):
                    one.__exit__(*given)

        return There()

    yield enter
    for name in made:
        server().drop(name)


def lived_in() -> House:
    house = build()
    year(house, 30, 4)
    stored = files.store(io.BytesIO(b"certificate"), "cert.pdf")
    given = {
        "supplier": house.supplier,
        "document": "P",
        "line": 1,
        "item": house.items["raw_material"],
        "quantity": "1",
    }
    open_record(registry["inspection.lot"], given, by=house.actor("inspector"), files=[stored])
    publishing.publish(approved(house), by=house.actor("quality_manager"))
    return house


def restored(file: Path, passphrase: str = PASSPHRASE, checkpoint: Path | None = None) -> list[str]:
    return list(backups.restore(file, passphrase, checkpoint))


@pytest.mark.proves("E-8.1")
def test_a_backup_restores_everything_and_is_audited(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    lived_in()
    channels.add("group", "wecom", {"url": "https://robot.example.com/send?key=0123456789abcdef"})
    fingerprint, size = keys.fingerprint(), log.head().size
    file = tmp_path / "backup.zcb"
    said = backups.backup(file, PASSPHRASE)
    assert str(log.head().size) in said or str(size) in said
    raw = file.read_bytes()
    assert b"certificate" not in raw
    assert keys.path().read_bytes().strip() not in raw
    there = elsewhere()
    with there as home:
        lines = restored(file)
        assert "已恢复并核对" in lines[-1]
        assert keys.fingerprint() == fingerprint
        assert audit().findings == []
        report = registry["report.report"].model.objects.get()
        done = publishing.Published(report, publishing.folder_of(report))
        assert verdict(done, fingerprint).exit == 0
        assert not (home / "restoring").exists()
        assert set(channels.load()) == {"group"}
        checkpoints.sign("on_demand")
        open_record(registry["org.site"], {"name": "分厂"}, by=_system())
        assert audit().findings == []


def _system() -> Any:
    from zhicheng.core.authority import SYSTEM

    return SYSTEM


@pytest.mark.proves("E-8.1")
def test_writers_go_on_while_a_backup_is_made(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    house = lived_in()
    stop, faults = threading.Event(), list[Exception]()

    def write() -> None:
        try:
            for i in itertools.count():
                if stop.is_set():
                    break
                house.lot(f"DURING-{i}")
        except Exception as error:  # noqa: BLE001 - any is a fault
            faults.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for i in range(3):
            backups.backup(tmp_path / f"{i}.zcb", PASSPHRASE)
    finally:
        stop.set()
        thread.join()
    assert faults == []
    with elsewhere():
        assert "已恢复并核对" in restored(tmp_path / "2.zcb")[-1]


@pytest.mark.proves("E-8.1")
def test_a_wrong_passphrase_or_a_changed_file_restores_nothing(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    build()
    file = tmp_path / "backup.zcb"
    with pytest.raises(backups.BackupRefused, match="too short"):
        backups.backup(file, "short")
    backups.backup(file, PASSPHRASE)
    data = bytearray(file.read_bytes())
    data[-30] ^= 1
    (tmp_path / "changed.zcb").write_bytes(data)
    (tmp_path / "cut.zcb").write_bytes(file.read_bytes()[:-5000])
    (tmp_path / "none.zcb").write_bytes(b"not a backup")
    with elsewhere() as home:
        for name, passphrase in (
            ("backup", "wrong horse battery"),
            ("changed", PASSPHRASE),
            ("cut", PASSPHRASE),
            ("none", PASSPHRASE),
        ):
            with pytest.raises(backups.BackupRefused):
                restored(tmp_path / f"{name}.zcb", passphrase)
            assert not list(home.iterdir()), name
        restored(file)
        with pytest.raises(backups.BackupRefused, match="空的地方"):
            restored(file)


def unusable() -> None:
    """Nothing is served, signed, upgraded or written."""
    from zhicheng.core.organisation import Site

    with pytest.raises(server_of.NotServed, match="不能使用"):
        server_of.prepare("127.0.0.1")
    for act in (
        lambda: checkpoints.sign("on_demand"),
        lambda: backups.upgrade(print),
        lambda: open_record(registry.of(Site), {"name": "二厂"}, by=_system()),
    ):
        with pytest.raises(log.LogRefused, match="不能使用"):
            act()


@pytest.mark.proves("E-8.1")
def test_a_backup_older_than_a_known_checkpoint_is_not_used_and_a_newer_one_takes_its_place(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    house = build()
    backups.backup(tmp_path / "old.zcb", PASSPHRASE)
    house.lot()
    newest = tmp_path / "newest.txt"
    newest.write_text(checkpoints.sign("on_demand").note, "utf-8")
    backups.backup(tmp_path / "new.zcb", PASSPHRASE)
    size = log.head().size
    with elsewhere() as home:
        with pytest.raises(backups.BackupRefused, match="已被回退"):
            restored(tmp_path / "old.zcb", checkpoint=newest)
        unusable()
        with pytest.raises(backups.BackupRefused, match="已被回退"):
            restored(tmp_path / "old.zcb")
        assert "已恢复并核对" in restored(tmp_path / "new.zcb")[-1]
        assert log.head().size == size
        assert (home / "checkpoints" / "known-newest.txt").exists()
        server_of.prepare("127.0.0.1")
        checkpoints.sign("on_demand")


@pytest.mark.proves("E-8.1")
def test_a_damaged_log_is_restored_and_not_used(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    lot = build().lot()
    from zhicheng.core.records import writing

    with writing():
        type(lot).objects.filter(pk=lot.pk).update(quantity=1)
    backups.backup(tmp_path / "a.zcb", PASSPHRASE)
    with elsewhere():
        with pytest.raises(backups.BackupRefused, match="1 处问题"):
            restored(tmp_path / "a.zcb")
        unusable()


CUTS = [
    ("call_command", KeyboardInterrupt),
    ("audit", OSError),
    ("call_command", OSError),
]


@pytest.mark.proves("E-8.1")
@pytest.mark.parametrize(("at", "how"), some(CUTS, 3))
def test_a_restoring_that_was_cut_short_is_not_used_and_begins_again(
    at: str, how: type[BaseException], fresh_database: str, tmp_path: Path, elsewhere: Elsewhere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Killed (nothing is tidied up) and stopped by the disk (what was begun is taken away), in placing and in proving."""
    build()
    backups.backup(tmp_path / "a.zcb", PASSPHRASE)
    size = log.head().size

    def cut(*given: Any, **named: Any) -> Any:
        raise how

    with elsewhere() as home:
        sqlite = connection.vendor == "sqlite"
        beside = Path(f"{connection.settings_dict['NAME']}.mine") if sqlite else tmp_path / "mine"
        beside.write_text("somebody's own file of a like name", "utf-8")
        monkeypatch.setattr(backups, at, cut)
        with pytest.raises((backups.BackupRefused, how)):
            restored(tmp_path / "a.zcb")
        monkeypatch.undo()
        placing = at == "call_command"
        if how is OSError and placing:
            assert not list(home.iterdir())
        else:
            with pytest.raises(server_of.NotServed):
                server_of.prepare("127.0.0.1")
        assert "已恢复并核对" in restored(tmp_path / "a.zcb")[-1]
        assert (log.head().size, audit().findings) == (size, [])
        server_of.prepare("127.0.0.1")
        assert beside.exists()


@pytest.mark.proves("E-5.1")
def test_what_was_erased_since_is_erased_again(
    fresh_database: str, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    house = build()
    person = open_record(registry["org.person"], {"name": "王小明", "staff_number": "77"}, by=_system())
    backups.backup(tmp_path / "old.zcb", PASSPHRASE)
    asked = {"subject_number": person.number, "ground": "个人信息保护法第四十七条"}
    request = open_record(registry["core.erasure"], asked, by=house.actor("quality_manager"))
    house.perform(request, "erase", "general_manager")
    listed = gone.path().read_text("utf-8")
    with elsewhere() as home:
        (home / "erasures.jsonl").write_text(listed, "utf-8")
        lines = restored(tmp_path / "old.zcb")
        assert "重新执行了 1 项" in lines[1]
        assert registry["org.person"].model.objects.get(k=person.k).name == erasure.ERASED
        assert audit().findings == []


def erased(house: House, name: str) -> Any:
    """Somebody with an account whose name was erased."""
    made = open_record(registry["org.person"], {"name": name, "staff_number": name}, by=_system())
    Account.objects.make(f"user{made.k}", "a-long-password", made)
    return erased_now(house, made)


def erased_now(house: House, person: Any) -> Any:
    asked = {"subject_number": person.number, "ground": "个人信息保护法第四十七条"}
    request = open_record(registry["core.erasure"], asked, by=house.actor("quality_manager"))
    house.perform(request, "erase", "general_manager")
    return house.fresh(person)


def of_person(person: Any) -> tuple[str, str, bool]:
    """What the database in use says of a person: the name, and the account's name and whether it serves."""
    account = Account.objects.get(person_id=person.k)
    return registry["org.person"].model.objects.get(k=person.k).name, account.username, account.is_active


def forgotten(person: Any) -> tuple[str, str, bool]:
    return erasure.ERASED, f"~{person.k}", False


@pytest.fixture
def put_back(fresh_database: str, tmp_path: Path) -> tuple[Path, str, Any, Any]:
    """A backup made between two erasures, the list as it stood after both, and the two persons."""
    house = build()
    first = erased(house, "王小明")
    second = open_record(registry["org.person"], {"name": "李小红", "staff_number": "78"}, by=_system())
    Account.objects.make("lixiaohong", "a-long-password", second)
    checkpoints.sign("on_demand")
    backups.backup(tmp_path / "old.zcb", PASSPHRASE)
    erased_now(house, second)
    return tmp_path / "old.zcb", gone.path().read_text("utf-8"), first, second


def test_the_list_of_a_backup_does_not_take_the_place_of_a_newer_one(
    put_back: tuple[Path, str, Any, Any], elsewhere: Elsewhere
) -> None:
    file, listed, first, second = put_back
    with elsewhere() as home:
        (home / "erasures.jsonl").write_text(listed, "utf-8")
        lines = restored(file)
        assert "重新执行了 1 项" in lines[1]
        assert of_person(first) == forgotten(first)
        assert of_person(second) == forgotten(second)
        assert audit().findings == []
        assert gone.read()[:2] == gone.read(home / "erasures.jsonl")[:2]
        assert {g.k for g in gone.read()} == {first.k, second.k}
        assert gone.outstanding() == []


def test_a_database_put_back_by_other_means_is_told_and_not_served_before_it_is_erased_again(
    put_back: tuple[Path, str, Any, Any], elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, listed, first, second = put_back
    monkeypatch.setattr(backups, "_proved", lambda: iter(["copied"]))  # only the database was put back
    with elsewhere() as home:
        restored(file)
        (home / "erasures.jsonl").write_text(listed, "utf-8")
        assert of_person(second) == ("李小红", "lixiaohong", True)
        checkpoints.sign("on_demand")
        (told,) = [line for line in doctor() if line.what.startswith("依法删除")]
        assert (told.right, f"org.person/{second.k}" in told.how) == (False, True)
        assert CliRunner().invoke(main, ["doctor"]).exit_code == 1
        server_of.prepare("127.0.0.1")
        assert of_person(first) == forgotten(first)
        assert of_person(second) == forgotten(second)
        (told,) = [line for line in doctor() if line.what.startswith("依法删除")]
        assert told.right
        (home / "erasures.jsonl").write_text("?\n" + listed, "utf-8")
        with pytest.raises(server_of.NotServed, match="第 1 行"):
            server_of.prepare("127.0.0.1")


RELEASES: dict[str, dict[str, str]] = {
    # the first that leads on: every migration by its name as it stands since then
    "150e5e9": {"core": "0001_squashed"},
}
"""By release, the last migration of each app that has later ones."""


def back_to(release: str) -> None:
    """The tables as this release had them, with what is in them."""
    for app, name in RELEASES[release].items():
        call_command("migrate", app, name, verbosity=0)


@pytest.mark.proves("E-8.2")
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_from_each_release_may_be_cut_between_any_two_statements(
    release: str, fresh_database: str
) -> None:
    """A copy of it as it was is kept and not overwritten by the half-upgraded one; what was published is still proved."""
    lived_in()
    published = registry["report.report"].model.objects.get()
    report = publishing.Published(published, publishing.folder_of(published))
    fingerprint, size = keys.fingerprint(), log.head().size
    back_to(release)
    assert setup.pending(), "a release like this one is no test"
    home = Path(os.environ["ZHICHENG_HOME"])
    copy, before, count = home / "before-upgrade.sqlite3", tables(), itertools.count()
    with connection.execute_wrapper(cutting(count, None)):
        backups.upgrade(print)
    total = next(count)
    for k in range(0, total, total // 3):
        back_to(release)
        assert tables() == before
        copy.unlink(missing_ok=True)
        with pytest.raises(KeyboardInterrupt), connection.execute_wrapper(cutting(itertools.count(), k)):
            backups.upgrade(print)
        connection.close()  # what was not committed is gone, as with the process
        server_of.prepare("127.0.0.1")
        assert not setup.pending()
        assert not (home / "upgrade-unfinished").exists()
        if copy.exists():
            with contextlib.closing(sqlite3.connect(copy)) as kept:
                steps = {
                    name for (name,) in kept.execute("SELECT name FROM django_migrations WHERE app = 'core'")
                }
            assert RELEASES[release]["core"] in steps
            assert not steps & {"0002_what_is_listed"}
    assert copy.exists() == (connection.vendor == "sqlite")
    assert log.head().size >= size
    assert audit().findings == []
    assert verdict(report, fingerprint).exit == 0


def tables() -> dict[str, list[str]]:
    """Columns of every table."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {
            name: [c.name for c in connection.introspection.get_table_description(cursor, name)]
            for name in names
        }


def cutting(count: Iterator[int], at: int | None) -> Any:
    """Before the statement of this number the power goes."""

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if next(count) == at:
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    return run


def test_tables_between_two_releases_are_neither_served_nor_changed(fresh_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'spc' AND name IN ('0001_squashed', '0004_products')"
        )
    for refused, work in (
        (server_of.NotServed, lambda: server_of.prepare("127.0.0.1")),
        (setup.SchemaRefused, setup.migrate),
    ):
        with pytest.raises(refused, match="150e5e9"):
            work()


def test_the_steps_that_became_one_are_known_again(fresh_database: str) -> None:
    loader = MigrationLoader(connection)
    before = {one for one in loader.applied_migrations if one[1] != "0001_squashed"}
    core = set(loader.disk_migrations["core", "0001_squashed"].replaces)
    assert core <= before
    assert setup.last_migrations(loader, core) == {"core": "0001_squashed"}
    assert setup.last_migrations(loader, {one for one in before if one[0] == "web"}) == {
        "web": "0001_public_use"
    }


@given(st.binary(max_size=300), st.integers(0, 3))
@settings(max_examples=5, deadline=None)
def test_what_is_sealed_is_opened_and_no_change_goes_unnoticed(small: bytes, pieces: int) -> None:
    content = bytes(i % 251 for i in range(PIECE)) * pieces + small
    out = io.BytesIO()
    sealer = Sealer(out, PASSPHRASE)
    for at in range(0, len(content), 50_001):
        sealer.write(content[at : at + 50_001])
    sealer.close()
    sealed = out.getvalue()
    assert Opener(io.BytesIO(sealed), PASSPHRASE).read() == content
    for spoiled in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed + b"x"):
        with pytest.raises(Unsealable):
            Opener(io.BytesIO(spoiled), PASSPHRASE).read()


def test_pieces_that_changed_places_are_noticed() -> None:
    out = io.BytesIO()
    sealer = Sealer(out, PASSPHRASE)
    sealer.write(bytes(3 * PIECE + 5))
    sealer.close()
    head, body = out.getvalue()[:24], out.getvalue()[24:]
    size = PIECE + 16
    swapped = head + body[size : 2 * size] + body[:size] + body[2 * size :]
    for spoiled in (swapped, head + body[: 3 * size]):
        with pytest.raises(Unsealable):
            Opener(io.BytesIO(spoiled), PASSPHRASE).read()
