"""The outbox: plain tables outside the log. They say what was to be told to whom, and what became of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.organisation import Person, Site
from zhicheng.messages import public


class MailAddress(models.Model):
    """Where a person's mail goes. Personal, so it is kept here and not in the log."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="mail_address", verbose_name=_("人员"))
    address = models.EmailField(_("邮箱"))

    def __str__(self) -> str:
        return f"mail address of {self.person_id}"


class Message(models.Model):
    """One thing told to one recipient over one channel.

    ``key`` is the caller's: the same key is the same message. ``uid`` is what a receiver knows it by (Message-ID, ``webhook-id``).
    ``channel`` empty: the house's mail channel, as it is when it is sent. ``person``: their mail address is looked up when it is
    sent; ``to`` is an address given as such. ``public`` holds what anybody may read (``public.py``), all that a robot or a
    webhook ever gets; ``subject`` and ``body`` go to people only. ``part_of``: the digest with which it goes.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message", "待发")
        SENDING = "sending", pgettext_lazy("message", "正在发")
        SENT = "sent", pgettext_lazy("message", "已发")
        FAILED = "failed", pgettext_lazy("message", "没发出")
        UNCLEAR = "unclear", pgettext_lazy("message", "不明")
        WITHDRAWN = "withdrawn", pgettext_lazy("message", "已撤回")

    key = models.CharField(max_length=200, unique=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=100, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    public: models.JSONField[Any, Any] = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(null=True, blank=True, help_text="when it is due; none: a person decides")
    doubtful = models.BooleanField(default=False, help_text="an attempt may have been delivered")
    gather = models.BooleanField(default=False, help_text="waited with others, to go as one with them")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    claim = models.CharField(max_length=32, blank=True, help_text="whose attempt it is")
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=60, blank=True, help_text="a code, see reasons.py")
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_at"], name="outbox_due"),
            models.Index(fields=["channel", "sent_at"], name="outbox_sent"),
            models.Index(fields=["part_of"], name="outbox_parts"),
        ]
        verbose_name = _("消息")

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.channel} {self.state}"

    @property
    def public_body(self) -> str:
        """What a robot or webhook is given: nothing personal."""
        return public.text(self.public)
