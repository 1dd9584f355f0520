"""The tests' own databases, server and browser do what the other tests rely on."""

from __future__ import annotations

import datetime as dt
import io
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.filterwarnings("error")


def sessions() -> int:
    from django.contrib.sessions.models import Session

    return Session.objects.count()


def open_session() -> None:
    """Write a row of a table that has no rules of ours."""
    from django.contrib.sessions.models import Session

    Session.objects.create(session_key="lin", expire_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    from django.db import connection

    assert connection.vendor == os.environ.get("ZHICHENG_TEST_DATABASE", "sqlite")


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db
def test_an_ordinary_test_leaves_nothing(time: str) -> None:
    assert sessions() == 0
    open_session()
    assert sessions() == 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_fresh_database_commits_and_is_nobody_elses(time: str, fresh_database: str) -> None:
    from django.db import connection

    assert not connection.in_atomic_block
    assert sessions() == 0
    open_session()
    connection.close()
    assert sessions() == 1


def test_chromium_reads_what_the_site_serves(live_site: str, page: Page) -> None:
    response = page.goto(f"{live_site}/static/vendor/icons.svg")
    assert response is not None
    assert response.status == 200
    assert page.locator("symbol#shield-check").count() == 1


@pytest.mark.django_db
def test_the_migrations_make_what_the_models_say() -> None:
    """Else an upgrade would leave a database behind that the program does not fit."""
    from django.core.management import call_command

    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
