"""The application; its label is not ``messages``, which Django's own notices have."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The outbox."""

    name = "zhicheng.messages"
    label = "outbox"
