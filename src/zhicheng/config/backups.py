"""Backup of everything while the site serves, and restoring it into an empty place: database, files, reports, keys, checkpoints.

A backup is a tar sealed with a passphrase (``sealed_file``). The database comes first, so that every file that it names is there.
A restored log is audited and held against the last known checkpoint before anything is served from it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

import zhicheng
from zhicheng.config.sealed_file import Opener, Sealer, Unsealable
from zhicheng.core import gone, setup
from zhicheng.core.audit import audit
from zhicheng.core.writers import erase_again
from zhicheng.ledger import checkpoints, durable, keys, log, outside

FOLDERS: Final = ("files", "reports", "checkpoints", "lan")
SECRET: Final = ("log.key", "log.sm2.key", "secret.key", "messages.json")
SINGLE: Final = (*SECRET, gone.FILE)
LEFT_OUT: Final = frozenset({"django_session", "django_content_type", "auth_permission"})
SQLITE: Final = "database.sqlite3"
SHORTEST: Final = 10
KNOWN: Final = "known-"
"""How the file of a checkpoint begins that came from elsewhere."""


class BackupRefused(Exception):
    """Nothing was backed up or restored; the message says why."""


def _home() -> Path:
    return Path(settings.HOME)


def backup(target: Path, passphrase: str) -> str:
    """Write a backup. Errors: BackupRefused, LogRefused. An interrupted one leaves only ``<target>.part``."""
    if len(passphrase) < SHORTEST:
        raise BackupRefused(f"口令至少 {SHORTEST} 个字符。 The passphrase is too short.")
    checkpoints.sign("on_demand")
    partial = target.with_name(target.name + ".part")
    with partial.open("wb") as out, tempfile.TemporaryDirectory(dir=_home()) as temporary:
        sealer = Sealer(out, passphrase)
        with tarfile.open(fileobj=cast(Any, sealer), mode="w|") as tar:
            size = _database(tar, Path(temporary))
            for name in (*SINGLE, *FOLDERS):
                if (_home() / name).exists():
                    tar.add(_home() / name, name, filter=_plain)
        sealer.close()
        durable.written(out)
    partial.replace(target)
    return f"已备份 {size} 条日志及其记录、附件、报告与密钥：{target}（{target.stat().st_size // 2**20} MiB）。 Backed up."


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Regular files and folders only, without names of users; what is being written just now is left out."""
    if not (member.isfile() or member.isdir()) or member.name.endswith((".part", ".tmp")):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _database(tar: tarfile.TarFile, temporary: Path) -> int:
    """Put the database in, as of one moment and with the key that it names; returns the size of its log."""
    for _try in range(3):
        before = keys.private()
        parts = _sqlite_copy(temporary) if connection.vendor == "sqlite" else _postgresql_copy(temporary)
        keys.settle()
        if keys.private() == before:
            break
    size = int(parts.pop("size"))
    manifest = {
        "v": 1,
        "release": zhicheng.__version__,
        "vendor": connection.vendor,
        "made": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entries": size,
        "tables": {} if connection.vendor == "sqlite" else {table: _columns(table) for table in _tables()},
        "migrations": [list(one) for one in sorted(MigrationRecorder(connection).applied_migrations())],
    }
    _add(tar, "manifest.json", json.dumps(manifest).encode())
    for name, path in parts.items():
        tar.add(path, name, filter=_plain)
    return size


def _sqlite_copy(folder: Path) -> dict[str, Any]:
    """A consistent copy by SQLite's own means, in one step: a copy by steps begins again at every write of another connection."""
    path = folder / SQLITE
    path.unlink(missing_ok=True)
    source, copy = sqlite3.connect(connection.settings_dict["NAME"]), sqlite3.connect(path)
    try:
        source.backup(copy, pages=-1)
        size = copy.execute("SELECT size FROM ledger_head").fetchone()[0]
    finally:
        source.close()
        copy.close()
    return {SQLITE: path, "size": size}


def _tables() -> list[str]:
    """Every table of ours, in an order in which they can be filled (references are checked at the end)."""
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    return [m._meta.db_table for m in models if m._meta.db_table not in LEFT_OUT]


def _postgresql_copy(folder: Path) -> dict[str, Any]:
    """Every table as of one snapshot, by COPY."""
    parts: dict[str, Any] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT size FROM ledger_head")
        parts["size"] = cursor.fetchone()[0]
        for table in _tables():
            path = folder / f"{table}.copy"
            columns = ", ".join(connection.ops.quote_name(c) for c in _columns(table))
            with path.open("wb") as out, cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                for data in copy:
                    out.write(data)
            parts[f"tables/{table}.copy"] = path
    return parts


def _columns(table: str) -> list[str]:
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    return [str(f.column) for f in model._meta.local_concrete_fields]


def _listed(columns: list[str]) -> str:
    return ", ".join(connection.ops.quote_name(one) for one in columns)


# Restoring


def restore(source: Path, passphrase: str, checkpoint: Path | None = None) -> Iterator[str]:
    """Restore into an empty installation, saying each step.

    Errors: BackupRefused; what was begun is taken away again, but what was placed whole and did not hold stays, and is not used.
    Interrupted, it is run again: until what it placed is proved, nothing is served, signed or written (``outside.unproved``).
    """
    if outside.unproved().exists():
        _clear()
    _must_be_empty()
    folder = _home() / "restoring"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with (
            source.open("rb") as file,
            tarfile.open(fileobj=cast(Any, Opener(file, passphrase)), mode="r|") as tar,
        ):
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["vendor"] != connection.vendor:
            raise BackupRefused(
                f"备份来自 {manifest['vendor']}，现用的数据库是 {connection.vendor}。 Another kind of database."
            )
        yield f"备份做于 {manifest['made']}，{manifest['entries']} 条，版本 {manifest['release']}。"
        durable.mark(outside.unproved())
        _place(folder, manifest)
    except (Unsealable, tarfile.TarError, gone.ListUnreadable, KeyError, ValueError, OSError) as error:
        if outside.unproved().exists():
            _clear()
        raise BackupRefused(str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if checkpoint is not None:
        shutil.copy(checkpoint, outside.folder() / f"{KNOWN}{checkpoint.stem}.txt")
    with outside.proving():
        yield from _proved()
    outside.unproved().unlink()
    yield f"已恢复并核对：{log.head().size} 条。 Restored and audited."


def _clear() -> None:
    """Take away what an unproved restoring placed; the newest checkpoints known from elsewhere stay, to be held against the next."""
    for name in SECRET:
        (_home() / name).unlink(missing_ok=True)
    for name in FOLDERS:
        for path in (_home() / name).glob("*"):
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith(KNOWN):
                path.unlink()
        with contextlib.suppress(OSError):  # not there, or known checkpoints in it
            (_home() / name).rmdir()
    if connection.vendor == "sqlite":
        connection.close()
        database = Path(connection.settings_dict["NAME"])
        for ending in (
            "",
            "-journal",
            "-wal",
            "-shm",
            ".part",
        ):  # and nothing else that lies there under a like name
            database.with_name(database.name + ending).unlink(missing_ok=True)
    else:
        tables = {*_tables(), *LEFT_OUT, "django_migrations"} & set(connection.introspection.table_names())
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
            cursor.execute("DROP FUNCTION IF EXISTS ledger_entry_append_only")
    outside.unproved().unlink()


def _must_be_empty() -> None:
    held = [
        name
        for name in ("log.key", *FOLDERS)
        if (_home() / name).is_file()
        or any(not one.name.startswith(KNOWN) for one in (_home() / name).glob("*"))
    ]
    if connection.vendor == "sqlite":
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        held += [path.name] if path.exists() and path.stat().st_size else []
    elif "ledger_head" in connection.introspection.table_names():
        held += ["ledger_head"] if _entries() else []
    if held:
        raise BackupRefused(
            f"只能恢复到空的地方，这里已有 {'、'.join(held)}。 Restore into an empty place only."
        )


def _entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_head")
        return int(cursor.fetchone()[0])


def _place(folder: Path, manifest: dict[str, Any]) -> None:
    """Move everything to where it belongs; the database last, so that nothing half-restored can be served."""
    executor = MigrationExecutor(connection)
    last = setup.last_migrations(executor.loader, {(app, name) for app, name in manifest["migrations"]})
    gone.unite(gone.read(folder / gone.FILE))  # what this place knows of erasures since the backup stays
    for name in FOLDERS:
        for path in (folder / name).glob("*"):
            (_home() / name).mkdir(exist_ok=True)
            path.replace(_home() / name / path.name)
    for name in SECRET:
        if (folder / name).exists():
            (folder / name).replace(_home() / name)
    for name in SECRET:
        if (_home() / name).exists():
            (_home() / name).chmod(0o600)
    if connection.vendor == "sqlite":
        connection.close()
        # the database may lie on another disk than the folder of the installation
        target = Path(connection.settings_dict["NAME"])
        partial = target.with_name(target.name + ".part")
        shutil.move(folder / SQLITE, partial)
        partial.replace(target)
        call_command("migrate", verbosity=0)
        return
    # tables are filled as they were, then brought up to date
    executor.migrate(list(last.items()))
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in manifest["tables"].items():
            path = folder / "tables" / f"{table}.copy"
            with (
                path.open("rb") as data,
                cursor.copy(f"COPY {table} ({_listed(columns)}) FROM STDIN") as copy,
            ):
                while piece := data.read(2**20):
                    copy.write(piece)
        for statement in connection.ops.sequence_reset_sql(_no_style(), apps.get_models()):
            cursor.execute(statement)
    call_command("migrate", verbosity=0)


def _no_style() -> Any:
    from django.core.management.color import no_style

    return no_style()


def _proved() -> Iterator[str]:
    """Erase again what was erased since, audit everything, and hold the log against every known checkpoint."""
    if again := erase_again():
        yield f"重新执行了 {again} 项依法删除。 Erasures repeated."
    found = audit().findings or []
    for one in found[:20]:
        yield one.sentence
    try:
        checkpoints.guard()
    except log.LogRefused as error:
        raise BackupRefused(f"{error} 恢复的内容保留，但在找到更新的备份之前不能使用。") from error
    if found:
        raise BackupRefused(f"恢复的日志有 {len(found)} 处问题，不能使用。 The restored log does not hold.")


def upgrade(say: Callable[[str], None]) -> None:
    """Bring an installation to this release. Interrupted, it is run again: each step is whole or not there.

    On SQLite a copy of the database as it was before the first try is kept as ``before-upgrade.sqlite3``; on PostgreSQL every
    migration is one transaction. Errors: LogRefused, SchemaRefused.
    """
    begun = _home() / "upgrade-unfinished"
    log.not_unproved()
    if setup.pending() or begun.exists():
        if connection.vendor == "sqlite" and not begun.exists():
            with tempfile.TemporaryDirectory(dir=_home()) as temporary:
                copy = _sqlite_copy(Path(temporary))[SQLITE]
                copy.replace(_home() / "before-upgrade.sqlite3")
            say("已另存 before-upgrade.sqlite3。 The database was copied.")
        durable.mark(begun)
        setup.migrate()
    checkpoints.guard()
    from zhicheng.metrics.definitions import log_definitions

    log_definitions()
    begun.unlink(missing_ok=True)
    say(f"已升级到 {zhicheng.__version__}。 Upgraded.")
