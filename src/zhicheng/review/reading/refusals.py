"""The one way in which reading fails."""

from __future__ import annotations


class NotReadable(ValueError):
    """The file cannot be read as a report; the message is a sentence for the person who gave it."""
