"""``zhicheng doctor``: what is installed, which protections are on, and the window in which nobody outside could tell a rewriting."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

import zhicheng
from zhicheng.config.backups import SECRET
from zhicheng.core import gone, setup
from zhicheng.ledger import anchors, checkpoints, keys, log
from zhicheng.ledger.models import Checkpoint, Entry
from zhicheng.messages import channels
from zhicheng.messages.models import Message

LEAST_FREE = 2**30
NAMED = 5
OPEN = {"queued": "待发", "sending": "正在发", "failed": "没发出", "unclear": "不明（须由人决定）"}


@dataclass(frozen=True)
class Line:
    """One thing looked at: what it is, how it stands, and whether it is as it must be (None: for information)."""

    what: str
    how: str
    right: bool | None = None

    def __str__(self) -> str:
        mark = {True: "[=]", False: "[X]", None: "   "}[self.right]
        return f"{mark} {self.what}：{self.how}"


def doctor() -> list[Line]:
    """Everything, in the order in which it is read."""
    out: list[Line] = []
    for look in (
        _program,
        _database,
        _triggers,
        _owner,
        _migrations,
        _files,
        _log,
        _erasures,
        _key,
        _clock,
        _checkpoint,
        _window,
        _messages,
    ):
        try:
            out += look()
        except (log.LogRefused, setup.SchemaRefused, gone.ListUnreadable, OSError, DatabaseError) as error:
            out.append(Line(_called(look), str(error), right=False))
    return out


def _called(look: Callable[[], Iterator[Line]]) -> str:
    return (look.__doc__ or "").split("：")[0]


def _program() -> Iterator[Line]:
    """程序：release and Python."""
    yield Line(
        "程序 Program", f"质诚 {zhicheng.__version__}，Python {sys.version.split()[0]}，{sys.platform}"
    )
    if setup.example_accounts():
        yield Line("示例账号 Demo accounts", "密码公开，只能在本机使用")


def _database() -> Iterator[Line]:
    """数据库：version, journal, synchronous."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            journal, synchronous, spill = (
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "cache_spill")
            )
        wal = "" if settings.SQLITE_WAL_SAFE else "；本版 WAL 有损坏缺陷，故用回滚日志"
        safe = journal != "wal" or settings.SQLITE_WAL_SAFE
        yield Line(
            "数据库 Database", f"SQLite {sqlite3.sqlite_version}，journal_mode={journal}{wal}", right=safe
        )
        yield Line(
            "落盘 Durability",
            f"synchronous={synchronous}（须为 2 FULL），cache_spill={spill}（须为 0）",
            right=synchronous == 2 and spill == 0,
        )
        return
    with connection.cursor() as cursor:
        answers = {}
        for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            answers[name] = cursor.fetchone()[0]
    version = answers.pop("server_version")
    yield Line("数据库 Database", f"PostgreSQL {version}", right=int(version.split(".")[0]) >= 14)
    on = answers["fsync"] == answers["full_page_writes"] == "on" and answers["synchronous_commit"] != "off"
    yield Line("落盘 Durability", "，".join(f"{n}={v}" for n, v in answers.items()), right=on)


def _triggers() -> Iterator[Line]:
    """触发器：the database refuses to change entries."""
    asked = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type='trigger' AND tbl_name='ledger_entry'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid='ledger_entry'::regclass AND NOT tgisinternal AND tgenabled = 'O'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        count = int(cursor.fetchone()[0])
    yield Line(
        "触发器 Triggers", "拒绝改动日志条目" if count >= 2 else "缺失：日志条目可被改动", right=count >= 2
    )


def _owner() -> Iterator[Line]:
    """属主：whether the application owns its tables (and could take the triggers away)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'ledger_entry'")
            own = bool(cursor.fetchone()[0])
        yield Line(
            "属主 Owner role", "应用即表的属主，能去掉触发器（可另设属主）" if own else "表属于另一角色"
        )


def _migrations() -> Iterator[Line]:
    """数据库结构：is it that of this release?"""
    executor = MigrationExecutor(connection)
    setup.last_migrations(executor.loader, frozenset(executor.loader.applied_migrations))
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Line(
        "数据库结构 Schema",
        "与本版本一致" if not plan else f"差 {len(plan)} 步：运行 zhicheng upgrade",
        right=not plan,
    )


def _files() -> Iterator[Line]:
    """数据文件夹：room, rights."""
    home = Path(settings.HOME)
    free = shutil.disk_usage(home).free
    yield Line("数据文件夹 Data folder", f"{home}，余 {free / 2**30:.1f} GiB", right=free > LEAST_FREE)


def _erasures() -> Iterator[Line]:
    """依法删除：does the database lack what was erased?"""
    waiting = gone.outstanding()
    named = "、".join(dict.fromkeys(f"{one.type}/{one.k}" for one in waiting[:NAMED]))
    more = " 等" if len(waiting) > NAMED else ""
    how = (
        f"{len(waiting)} 项（{named}{more}）已依法删除而库中仍在：运行 zhicheng serve，提供服务之前先重新执行"
    )
    yield Line("依法删除 Erasures", how if waiting else "清单所列的库中都没有", right=not waiting)


def _log() -> Iterator[Line]:
    """证据日志：is there one, how long."""
    head = log.head()
    yield Line("证据日志 Evidence log", f"{head.origin}，{head.size} 条", right=True)


def _key() -> Iterator[Line]:
    """日志密钥：rights, and whether it is the log's."""
    keys.check()
    rights = f"{keys.path().stat().st_mode & 0o777:o}" if os.name == "posix" else "未检查（非 POSIX）"
    yield Line(
        "日志密钥 Key",
        f"指纹 {keys.fingerprint()}，权限 {rights}，换过 {len(keys.history()) - 1} 次",
        right=True,
    )
    home = Path(settings.HOME)
    secret = [home / name for name in SECRET if (home / name).exists()] + sorted(home.glob("lan/*.key"))
    opened = [str(path.relative_to(home)) for path in secret if keys.open_to_others(path)]
    yield Line(
        "保密文件 Secret files",
        f"可被他人读取，请运行 chmod 600：{'、'.join(opened)}"
        if opened
        else f"{len(secret)} 个，只有属主可读",
        right=not opened,
    )


def _clock() -> Iterator[Line]:
    """时钟：not behind the last entry."""
    behind = log.head().last_at - log.now()
    late = max(behind, dt.timedelta(0))
    yield Line(
        "时钟 Clock",
        f"落后最后一条 {int(late.total_seconds())} 秒" if late else "不落后于最后一条",
        right=late <= log.CLOCK_SLACK,
    )


def _checkpoint() -> Iterator[Line]:
    """检查点：signed in time, and nothing outside is longer or different."""
    checkpoints.guard()
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        yield Line("检查点 Checkpoint", "还没有签过：启动网站或运行 zhicheng checkpoint", right=False)
        return
    waiting = log.head().stirred and log.now() - last.signed_at > dt.timedelta(hours=2)
    yield Line(
        "检查点 Checkpoint",
        f"{last.size} 条，{last.signed_at:%Y-%m-%d %H:%M} UTC；库外的检查点与日志一致"
        + ("；其后有写入，两小时没有签过" if waiting else ""),
        right=not waiting,
    )


def _window() -> Iterator[Line]:
    """外部锚点：what lies outside, and for how many hours whoever holds key and database could rewrite unseen."""
    anchor = anchors.last()
    since = Entry.objects.filter(seq__gte=anchor.size if anchor else 0).exclude(type__startswith="ledger.")
    after = since.order_by("seq").first()
    entry = _written(after) if after else None
    hours = (log.now() - entry).total_seconds() / 3600 if entry else 0.0
    what = (
        f"{anchor.name}，前 {anchor.size} 条，{anchor.at:%Y-%m-%d %H:%M} UTC"
        if anchor
        else "没有：别处没有人见过这本日志"
    )
    yield Line("外部锚点 Last outside anchor", what)
    yield Line(
        "暴露窗口 Window",
        f"{hours:.1f} 小时内的写入可被持有密钥与数据库的人改写而不被发现（见 docs/verify.md）",
    )


def _messages() -> Iterator[Line]:
    """消息：channels that can be read, and what waits for a person."""
    try:
        count = len(channels.load())
    except channels.ChannelRefused as error:
        yield Line("消息 Messages", str(error), right=False)
        return
    states = Message.objects.filter(part_of=None).values_list("state").annotate(Count("pk"))
    found = {state: n for state, n in states if state in OPEN}
    said = "，".join(f"{OPEN[state]} {n}" for state, n in found.items())
    yield Line("消息 Messages", f"{count} 个通道；{said or '没有未办完的'}")


def _written(entry: Entry) -> dt.datetime:
    facts = log.versions(entry.type, entry.k)[entry.ver - 1].facts
    return dt.datetime.fromisoformat(str(facts["_at"]))
