"""The tests' own databases, server and browser do what the other tests rely on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.filterwarnings("error")


def accounts() -> int:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.count()


def open_account() -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.create(username="lin")


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    from django.db import connection

    assert connection.vendor == os.environ.get("ZHICHENG_TEST_DATABASE", "sqlite")


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db
def test_an_ordinary_test_leaves_nothing(time: str) -> None:
    assert accounts() == 0
    open_account()
    assert accounts() == 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_fresh_database_commits_and_is_nobody_elses(time: str, fresh_database: str) -> None:
    from django.db import connection

    assert not connection.in_atomic_block
    assert accounts() == 0
    open_account()
    connection.close()
    assert accounts() == 1


def test_chromium_reads_the_site_that_the_test_writes(live_site: str, page: Page) -> None:
    open_account()
    response = page.goto(f"{live_site}/")
    assert response is not None
    assert response.status == 200
    assert "质诚" in page.title()
