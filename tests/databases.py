"""The databases of the tests: where they live, how one is copied from another, how Django is pointed at it.

SQLite is a folder of files. PostgreSQL is a cluster of the tests' own: made in a temporary folder, reached
only through a Unix socket in it, without fsync, gone at the end. ``initdb`` refuses root, so root runs it as
the user ``postgres``, whom Debian's package makes.

The evidence log refuses DELETE and TRUNCATE by trigger, so no test can clean up after real commits. Instead
each database is a copy of a migrated template: a file copy, or ``CREATE DATABASE … TEMPLATE``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

OWNER = "zhicheng"
T = TypeVar("T")


def some(things: Iterable[T], one_in: int) -> list[T]:
    """All of them on SQLite. On PostgreSQL, where of a page or an answer only the questions to the database are others, one in so
    many: what is asked often enough there by every other test."""
    step = one_in if os.environ.get("ZHICHENG_TEST_DATABASE") == "postgresql" else 1
    return list(things)[::step]


class Server(Protocol):
    """What tests may ask of a place where databases live."""

    def url(self, name: str) -> str:
        """The address for ZHICHENG_DATABASE."""

    def django_name(self, name: str) -> str:
        """What stands in Django's ``NAME``."""

    def create(self, name: str) -> None:
        """Make an empty database."""

    def copy(self, source: str, target: str) -> None:
        """Make ``target`` equal to ``source``, to which nobody may be connected."""

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""


class SqliteFolder:
    """SQLite: each database is a file of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.django_name(name)}"

    def django_name(self, name: str) -> str:
        return str(self.folder / f"{name}.sqlite3")

    def create(self, name: str) -> None:
        """A file comes into being with the first connection."""

    def copy(self, source: str, target: str) -> None:
        shutil.copyfile(self.django_name(source), self.django_name(target))

    def drop(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.sqlite3*"):
            path.unlink()


class PostgresSocket:
    """PostgreSQL: the databases of the cluster whose socket is in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"postgresql://{OWNER}@/{name}?host={self.folder}"

    def django_name(self, name: str) -> str:
        return name

    def create(self, name: str) -> None:
        self.run(f'CREATE DATABASE "{name}"')

    def copy(self, source: str, target: str) -> None:
        self.run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """One statement, outside every transaction."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def postgres_programs() -> Path:
    """The folder with initdb and pg_ctl: Debian's newest, else the one on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise FileNotFoundError("PostgreSQL is not installed. Type: sudo apt-get install -y postgresql")
    return Path(found).resolve().parent


class PostgresCluster:
    """A private PostgreSQL server for as long as the tests run; ``durable`` keeps fsync on, as a measurement needs it."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder, self.durable = folder, durable
        self.data = folder / "data"
        self.programs = postgres_programs()

    def start(self) -> None:
        self.folder.mkdir(parents=True)
        if os.geteuid() == 0:
            import pwd

            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "--pgdata", self.data, "--username", OWNER, "--auth", "trust", "--no-sync")
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            loose = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
            file.write(
                "listen_addresses = ''\n"
                f"unix_socket_directories = '{self.folder}'\n"
                f"{'' if self.durable else loose}"
                "max_connections = 60\nshared_buffers = 64MB\n"
            )
        self.resume()

    def resume(self) -> None:
        """Start the server on the data that it has."""
        self._run("pg_ctl", "start", "--wait", "--pgdata", self.data, "--log", self.folder / "server.log")

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self.data, "--mode", "immediate")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        # A file, not a pipe: the server inherits it and would hold a pipe open for ever.
        log = self.folder / "setup.log"
        with log.open("ab") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, env=environment, cwd="/", check=False
            )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{log.read_text('utf-8', 'replace')}")


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point every connection that Django opens, in whatever thread, at the database of this name."""
    from django.db import connection, connections

    settings = connections.settings["default"]
    before = settings["NAME"]
    connection.close()
    settings["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = before
