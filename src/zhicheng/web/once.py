"""A form counts once: its token is kept in the session with the address that its first sending led to."""

import secrets
from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

KEPT = 30


def token() -> str:
    """A new token for a form."""
    return secrets.token_urlsafe(12)


def once(request: HttpRequest, write: Callable[[], str]) -> str:
    """Run ``write``, which returns the address to go to, unless this form was sent before: then that first address.

    The session's row stays locked until the record is committed, so two sendings at the same moment make one record.
    """
    mine = request.POST.get("token", "")
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
        made: dict[str, str] = (row.get_decoded() if row else {}).get("made", {})
        if mine in made:
            return made[mine]
        address = write()
        if mine:
            request.session["made"] = dict([*made.items(), (mine, address)][-KEPT:])
            request.session.save()
    return address
