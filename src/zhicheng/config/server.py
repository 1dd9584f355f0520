"""One command serves everything: pages, API, static files, the minute's sweep, messages, and imports behind the pages."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections

from zhicheng.config import backups
from zhicheng.core import drafts, erasure, files, gone, import_jobs, minutely, parameters, setup
from zhicheng.core.writers import erase_again
from zhicheng.exchange import jobs
from zhicheng.ledger import anchors, checkpoints, log
from zhicheng.messages.sending import deliver

THREADS = 8
SWEEP_SECONDS = 60
DELIVER_SECONDS = 5
ORPHANS_AFTER = 24 * 3600


class NotServed(Exception):
    """The site is not started; the message says why."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def prepare(host: str) -> None:
    """Everything that must hold before a request is answered. Errors: NotServed."""
    try:
        if setup.there():
            backups.upgrade(logging.getLogger(__name__).info)
        else:
            setup.migrate()
    except (setup.SchemaRefused, log.LogRefused) as error:
        raise NotServed(str(error)) from error
    if setup.example_accounts() and not is_loopback(host):
        raise NotServed(
            "库中有密码公开的示例账号，只能在本机（127.0.0.1）使用。 Demo accounts exist: only the loopback address is served."
        )
    try:
        log.head()
        erase_again()  # however this database came here
    except (log.LogRefused, gone.ListUnreadable) as error:
        raise NotServed(str(error)) from error


def begin(stop: threading.Event) -> None:
    """Start what runs beside the pages until ``stop``: the minute's sweep, messages, whose receivers may be slow, and the
    worker of large imports. What is loaded by now stays: no request waits while it is searched for garbage (300 ms, measured)."""
    gc.collect()
    gc.freeze()
    for step, seconds in ((sweep, SWEEP_SECONDS), (deliver, DELIVER_SECONDS)):
        threading.Thread(target=_again_and_again, args=(step, seconds, stop), daemon=True).start()
    threading.Thread(target=jobs.work, args=(stop,), daemon=True).start()


def _again_and_again(step: Callable[[], object], seconds: float, stop: threading.Event) -> None:
    """Do a step every so often. A failure is logged and tried again."""
    while not stop.wait(seconds):
        try:
            step()
        except Exception:
            logging.getLogger(__name__).exception("%s failed", step.__name__)
        finally:
            close_old_connections()


def sweep() -> list[str]:
    """Once: what other modules registered for each minute (``core.minutely``), then sign a checkpoint when one is due and remove
    orphaned files. Returns the names of the registered tasks that failed."""
    failed = minutely.run()
    checkpoints.sign_if_due()
    drafts.purge()
    import_jobs.purge()
    anchors.stamp_if_due(str(parameters.value("core.timestamp_url")))
    files.sweep(_named_files(), time.time() - ORPHANS_AFTER)
    return failed


def _named_files() -> set[str]:
    """Hashes of stored files that records name in a fact, and those of imports under way."""
    named = import_jobs.files_named()
    for process, name in erasure.file_facts():
        named.update(process.model.objects.exclude(**{name: ""}).values_list(name, flat=True))
    return named


def proxied() -> dict[str, Any]:
    """What waitress is told of the reverse proxy that ``ZHICHENG_PROXY`` names: its ``X-Forwarded-For`` and
    ``X-Forwarded-Proto`` count, nobody else's. Without it every visitor would have the proxy's address, and forms sent by
    HTTPS would be taken for another site's."""
    proxy = os.environ.get("ZHICHENG_PROXY", "")
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


def serve(host: str, port: int, *, say: Callable[[str], None]) -> None:
    """Serve until interrupted. Errors: NotServed."""
    prepare(host)
    import waitress

    from zhicheng.config.wsgi import application

    stop = threading.Event()
    begin(stop)
    say(f"质诚已启动： http://{host}:{port}/  （按 Ctrl+C 停止）")
    try:
        waitress.serve(application, host=host, port=port, threads=THREADS, ident=None, **proxied())
    except OSError as error:
        raise NotServed(f"端口 {port} 不能使用：{error}。可用 --port 换一个。") from error
    finally:
        stop.set()
