"""Setting up an installation: key, genesis, the first site and administrator."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

import zhicheng
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM
from zhicheng.core.organisation import Person, RoleAssignment, Site
from zhicheng.core.process import registry
from zhicheng.core.roles import Role
from zhicheng.core.writers import open_record
from zhicheng.ledger import keys, log
from zhicheng.proof.verify import parse_checkpoint, parse_note

LAST_WITH_ALL_STEPS = "150e5e9 (2026-11-28)"
"""The last commit that holds each migration of its own; later they are one to an app."""
ORIGIN = re.compile(r"[0-9A-Za-z.-]{4,60}")


@dataclass(frozen=True)
class Enterprise:
    """Whose log this is: name, unified social credit code (or a domain), its first site."""

    name: str
    code: str
    site: str


class SchemaRefused(ValueError):
    """The tables are of a release from which this one leads nowhere; the message says by which one to go."""


def there() -> bool:
    """Whether the database has a log's tables, of whatever release."""
    return "ledger_head" in connection.introspection.table_names()


def pending() -> bool:
    """Whether the tables are not of this release. Errors: SchemaRefused."""
    executor = MigrationExecutor(connection)
    last_migrations(executor.loader, frozenset(executor.loader.applied_migrations))
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Make the installation's folder and bring the database to this release. Errors: SchemaRefused; nothing is changed then."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    loader = MigrationLoader(connection)
    last_migrations(loader, frozenset(loader.applied_migrations))
    call_command("migrate", verbosity=0)


def last_migrations(loader: MigrationLoader, applied: AbstractSet[tuple[str, str]]) -> dict[str, str]:
    """By app, the last of this release's migrations that tables with these applied ones have. Errors: SchemaRefused.

    Migrations that became one stand there as applied when all that it replaces are; with a part of them nothing leads on, and
    Django would pass over the app in silence.
    """
    last = {}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        replaced = set(migration.replaces)
        if (app, name) in applied or (replaced and replaced <= applied):
            last[app] = name
        elif replaced & applied:
            said = _(
                "数据库由更早的开发版本建立，本版不能直接升级（%(app)s）：请先用 %(version)s 的版本运行 zhicheng upgrade。"
            )
            raise SchemaRefused(said % {"app": app, "version": LAST_WITH_ALL_STEPS})
    return last


def make_secret() -> None:
    """The installation's secret for sessions, unless there is one."""
    path = Path(settings.HOME) / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_urlsafe(50))


def establish(
    enterprise: Enterprise, administrator: str, staff_number: str = "0001", *, predecessor: str = ""
) -> Any:
    """Make key and log, open the first site, person and administrator role; returns the person.

    ``predecessor``: the last signed checkpoint of a log that lost entries and cannot go on; this one is then called ``<origin>/2``
    (or the next number), says so in its first entry, and no verifier excuses it. Errors: LogRefused if there is a log already, ValueError for a credit code that cannot name a log.
    """
    if not ORIGIN.fullmatch(enterprise.code):
        raise ValueError("统一社会信用代码或域名只能含字母、数字、点和连字符（4 至 60 位）")
    make_secret()
    keys.make()
    former = parse_checkpoint(parse_note(predecessor.encode()).text) if predecessor else None
    log.establish(
        _next_origin(former.origin) if former else f"{enterprise.code}/quality",
        {
            "enterprise": enterprise.name,
            "credit_code": enterprise.code,
            "sites": [{"name": enterprise.site}],
            "release": zhicheng.__version__,
            "predecessor": f"{former.origin} {former.size} {former.root.hex()}" if former else None,
        },
    )
    site = open_record(registry.of(Site), {"name": enterprise.site}, by=SYSTEM)
    person = open_record(
        registry.of(Person), {"name": administrator, "staff_number": staff_number, "site": site}, by=SYSTEM
    )
    open_record(registry.of(RoleAssignment), {"person": person, "role": Role.ADMINISTRATOR}, by=SYSTEM)
    return person


def _next_origin(origin: str) -> str:
    base, _sep, last = origin.rpartition("/")
    return f"{base}/{int(last) + 1}" if last.isdecimal() else f"{origin}/2"


def example_accounts() -> bool:
    """Whether accounts with published passwords exist: then only the loopback address may be served."""
    return Account.objects.filter(example=True, is_active=True).exists()
