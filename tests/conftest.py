"""How the tests run.

``ZHICHENG_TEST_DATABASE`` names the database: ``sqlite`` (default), ``postgresql``, or ``none``, which leaves
Django out, for tests of the pure packages alone. Marks come by themselves: ``database`` for a test that uses
one, ``browser`` for one that drives Chromium. ``make test`` runs everything on SQLite and then ``database and
not browser`` on PostgreSQL.

What a test may ask for:

``db``              the database, rolled back at the end: the usual case
``fresh_database``  a copy of the migrated database, where commits are real
``live_site``       the address of the product served on a fresh database
``page``            a page of Chromium, in Chinese; a script that fails or is blocked fails the test

Every bundle that is verified in the tests' process is verified by both verifiers (tests/proof/second.py), and a test in which
they differ fails; ``ZHICHENG_ONE_VERIFIER`` leaves the second one out, for ``bench/mutants.py``, which starts the tests very often.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.databases import PostgresCluster, PostgresSocket, Server, SqliteFolder, connected_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django import DjangoDbBlocker

    from tests.house import House

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
KIND = os.environ.get("ZHICHENG_TEST_DATABASE", "sqlite")
FOLDER_VARIABLE = "ZHICHENG_TEST_FOLDER"

TEMPLATE, WORK = "template", f"work_{WORKER}"

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The same examples in every run, so that a red run is a change's fault. Looking for new ones is a run of its own:
# `pytest --hypothesis-profile search`.
hypothesis.settings.register_profile(
    "zhicheng", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("search", deadline=None, print_blob=True, max_examples=1000)
hypothesis.settings.load_profile("zhicheng")


def is_controller(config: pytest.Config) -> bool:
    """Whether this process began the run; with workers it runs no test itself."""
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database: uses a database (set by itself)")
    config.addinivalue_line("markers", "browser: drives Chromium (set by itself)")
    config.addinivalue_line("markers", "proves(id, …): requirements of the business that the test proves")
    if is_controller(config):
        folder = Path(tempfile.mkdtemp(prefix="zhicheng-tests-", dir=memory()))
        folder.chmod(0o711)  # user postgres must reach its own folder below
        os.environ[FOLDER_VARIABLE] = str(folder)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        if KIND == "postgresql":
            cluster = PostgresCluster(folder / "postgresql")
            cluster.start()
            config.add_cleanup(cluster.stop)
    if not os.environ.get("ZHICHENG_ONE_VERIFIER"):
        from tests.proof import second

        config.add_cleanup(second.compare())
    if KIND == "none" or (is_controller(config) and config.getoption("dist", "no") != "no"):
        return  # nothing here needs Django, and what is set here would be inherited by the workers
    home = Path(os.environ[FOLDER_VARIABLE]) / f"home_{WORKER}"
    home.mkdir()
    os.environ["ZHICHENG_HOME"] = str(home)
    os.environ["ZHICHENG_DATABASE"] = server().url(WORK)
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
    # Playwright's loop runs in the tests' thread, where Django would refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

    import django
    from django.conf import settings

    from build_assets import compile_messages

    compile_messages()
    django.setup()
    # Django's own takes a third of a second for each password, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # What stands now stays: looking through it for garbage, again and again, took a tenth of the time of the tests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def memory() -> Path | None:
    """A folder that waits for no disk, where there is one with room; what a disk does is tried in ``tests/reliability``."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 4 * 2**30 else None


def server() -> Server:
    folder = Path(os.environ[FOLDER_VARIABLE])
    if KIND == "sqlite":
        return SqliteFolder(folder)
    if KIND == "postgresql":
        return PostgresSocket(folder / "postgresql")
    raise pytest.UsageError(f"ZHICHENG_TEST_DATABASE is sqlite, postgresql or none, not {KIND!r}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    flushing = {
        "transactional_db",
        "live_server",
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
    }
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        mark = item.get_closest_marker("django_db")
        if fixtures & flushing or (mark and mark.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid}: the log cannot be flushed; use fresh_database")
        if "fresh_database" in fixtures and ("db" in fixtures or mark):
            raise pytest.UsageError(f"{item.nodeid}: db and fresh_database exclude each other")
        if mark or fixtures & {"db", "fresh_database", "migrated_template"}:
            item.add_marker("database")
        if "chromium" in fixtures:
            item.add_marker("browser")


def once(name: str, make: Callable[[], str]) -> str:
    """What ``make`` says, which must be something: one worker makes it, the others wait."""
    claim, made = (Path(os.environ[FOLDER_VARIABLE]) / f"{name}_{what}" for what in ("claim", "made"))
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        while not made.exists():
            time.sleep(0.05)
        said = made.read_text("utf-8")
        assert said, f"the worker that made {name} failed"
        return said
    said = ""
    try:
        said = make()
    finally:
        made.with_suffix(".new").write_text(said, "utf-8")
        made.with_suffix(".new").rename(made)
    return said


@pytest.fixture(scope="session")
def migrated_template(django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a migrated database to which nobody is connected."""
    from django.core.management import call_command

    def make() -> str:
        server().create(TEMPLATE)
        with django_db_blocker.unblock(), connected_to(server().django_name(TEMPLATE)):
            call_command("migrate", verbosity=0)
        return TEMPLATE

    return once(TEMPLATE, make)


@pytest.fixture(scope="session")
def django_db_setup(migrated_template: str) -> None:
    """pytest-django's ``db`` works, with rollback, on a copy of the template."""
    server().copy(migrated_template, WORK)


@pytest.fixture
def house(db: None) -> House:
    """A small enterprise with a person for each role, rolled back at the end."""
    from tests.house import build
    from tests.kept import kept

    return kept(build)


@pytest.fixture
def fresh_database(migrated_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of the test's own in which commits are real, and an empty home; yields its name."""
    name = f"fresh_{WORKER}_{next(_numbers)}"
    server().copy(migrated_template, name)
    try:
        with django_db_blocker.unblock(), connected_to(server().django_name(name)):
            yield server().django_name(name)
    finally:
        server().drop(name)
        empty(Path(os.environ["ZHICHENG_HOME"]))


_numbers = itertools.count(1)


def empty(folder: Path) -> None:
    """Leave a folder without contents."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@pytest.fixture
def live_site(fresh_database: str) -> Iterator[str]:
    """The product, served from a thread on a fresh database; yields its address, without a last slash."""
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.wsgi import get_wsgi_application
    from django.test.testcases import QuietWSGIRequestHandler

    import_module("zhicheng.config.urls")  # the API is built once: no page's time limit should pay for it
    site = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    site.set_app(get_wsgi_application())
    thread = threading.Thread(target=site.serve_forever, name="live_site", kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright, which brings no browser of its own."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is not installed. Type: sudo apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page with a clean session, in Chinese; a script that failed or was blocked fails the test."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    context = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 900}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", note)
    yield page
    context.close()
    assert not faults, faults
