"""What every command begins and ends with: loading the applications, and an error as a sentence. Imports nothing heavy itself."""

from __future__ import annotations

import os
import sys

import click


def load() -> None:
    """Load the applications; commands that need no database never call this."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhicheng.config.settings")
    import django

    django.setup()


def fail(error: Exception | str, code: int = 1) -> None:
    """Say why and leave."""
    click.secho(str(error), fg="red", err=True)
    sys.exit(code)
