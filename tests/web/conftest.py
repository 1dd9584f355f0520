"""People with accounts, signed in as clients of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

PASSWORD = "measured twice 质诚"
PIN = "4711"


def accounts(house: House) -> None:
    """An account for each person: its name is the person's role."""
    from zhicheng.core.account import Account

    for role, person in house.people.items():
        Account.objects.make(role, PASSWORD, person, pin=PIN)


@pytest.fixture
def enter(house: House) -> Callable[[str], Client]:
    """A client on which the person of this role is signed in."""
    from django.test import Client

    from zhicheng.core.account import Account

    accounts(house)

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(
            Account.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in
