"""Unsaved work: what a person has typed into a form and not yet sent. Outside the log, personal, short-lived."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from zhicheng.core.account import Account

KEPT_FOR = dt.timedelta(days=30)


class Draft(models.Model):
    """One unsent form of an account. ``k`` 0: of a record that is yet to be opened. ``version``: what the record was at then.

    ``values`` holds what stands in the inputs and what stood in them first, as ``web.form_drafts`` writes it; never a
    password, PIN, badge or file.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="drafts")
    type = models.CharField(max_length=60)
    k = models.BigIntegerField(default=0)
    act = models.CharField(max_length=60)
    version = models.IntegerField(default=0)
    values = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "type", "k", "act"], name="core_draft_one_each")
        ]
        indexes = [models.Index(fields=["updated_at"])]

    def __str__(self) -> str:
        return f"{self.type}/{self.k} {self.act}"


def purge() -> int:
    """Remove drafts that nobody has touched for thirty days; returns how many."""
    removed, _each = Draft.objects.filter(updated_at__lt=timezone.now() - KEPT_FOR).delete()
    return removed
