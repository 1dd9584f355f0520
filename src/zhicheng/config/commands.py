"""What the commands of the CLI do once Django is loaded: each returns what to print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from zhicheng.core import access, bulk
from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.authority import Actor
from zhicheng.core.organisation import Person
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import Refused
from zhicheng.exchange import imports
from zhicheng.exchange.errors import error_sheet
from zhicheng.exchange.qdas import Unreadable
from zhicheng.exchange.qdas_cli import read_any
from zhicheng.exchange.qdas_records import studies_from, subgroups_from
from zhicheng.ledger import keys, log
from zhicheng.reports import publish as publishing
from zhicheng.reports.edition import NoTemplate, edition
from zhicheng.reports.rendering import render_all
from zhicheng.reports.template import TemplateError


class CommandRefused(Exception):
    """The command did nothing; the message says why."""


def _account(username: str) -> Account:
    account = Account.objects.filter(username=username, is_active=True).select_related("person").first()
    if account is None:
        raise CommandRefused(f"没有用户 {username}。 No such user.")
    return account


def _process(name: str) -> Process:
    process = registry.get(name)
    if process is None or not process.importable:
        names = "、".join(p.name for p in registry.all() if p.importable)
        raise CommandRefused(f"没有可导入的记录种类 {name}。可用：{names}")
    return process


def _report(number: str) -> Any:
    found = registry["report.report"].model.objects.filter(number=number).first()
    if found is None:
        raise CommandRefused(f"没有报告 {number}。 No such report.")
    return found


def import_file(name: str, file: Path, username: str, errors: Path | None) -> str:
    """Import one file; the refused rows go to ``errors`` as a sheet to correct."""
    process, actor = _process(name), Actor(_account(username).person, "cli")
    try:
        sheet = imports.read(process, file.read_bytes(), file.name)
        checked = bulk.check(process, sheet, by=actor)
    except (imports.FileRefused, Refused) as error:
        raise CommandRefused(str(error)) from error
    run = bulk.write(checked, by=actor, file_name=sheet.file_name, file_sha256=sheet.sha256)
    if errors and checked.errors:
        errors.write_bytes(error_sheet(checked, sheet))
    lines = [f"第 {e.row} 行：{e.sentence}" for e in checked.errors[:20]]
    lines.append(
        f"{run.number}：读取 {run.rows_read} 行，新建 {run.rows_opened}，未变 {run.rows_unchanged}，拒绝 {run.rows_refused}。"
    )
    return "\n".join(lines)


def import_qdas(source: Path, into: str, username: str, characteristic: str = "") -> str:
    """Q-DAS readings into capability studies (``into`` is study.study) or into the subgroups of the control chart of that number; all or nothing."""
    actor = Actor(_account(username).person, "cli")
    try:
        file = read_any(source)
        with transaction.atomic():
            if into == "study.study":
                opened = studies_from(file, source.name, by=actor)
            else:
                chart = registry["spc.chart"].model.objects.filter(number=into).first()
                if chart is None:
                    raise CommandRefused(
                        f"没有控制图 {into}；要做能力研究，请写 study.study。 No such chart."
                    )
                opened = subgroups_from(file, chart, by=actor, characteristic=characteristic)
    except ValidationError as error:
        raise CommandRefused(" ".join(error.messages)) from error
    except (Unreadable, Refused) as error:
        raise CommandRefused(str(error)) from error
    return f"新建 {len(opened)} 条：{opened[0].number} 至 {opened[-1].number}。"


def draft(number: str, folder: Path) -> str:
    """Draw a draft and say what stands in the way of publishing it."""
    try:
        composed = edition(_report(number))
    except (NoTemplate, TemplateError) as error:
        raise CommandRefused(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    render_all(composed.drawn, folder)
    return "\n".join([*(p.sentence for p in composed.problems), f"草稿已写入 {folder}"])


def publish(number: str, username: str, password: str) -> str:
    """Publish as a person who proves who they are with the password."""
    account = _account(username)
    if account.must_change:
        raise CommandRefused(
            "这是一次性密码：请先登录更换。 A one-time password: sign in and change it first."
        )
    if not account.check_password(password):
        SecurityEvent.note(username, "reauthentication")
        raise CommandRefused("密码不对。 Wrong password.")
    actor = Actor(account.person, "cli", proved_at=log.now())
    try:
        done = publishing.publish(_report(number), by=actor)
    except (publishing.NotPublishable, NoTemplate, TemplateError, Refused, log.LogRefused) as error:
        raise CommandRefused(str(error)) from error
    return f"已发布：{done.folder}\n密钥指纹：{keys.fingerprint()}"


def rebuild(number: str) -> str:
    """Write a published edition's files again."""
    report = _report(number)
    if report.state not in ("published", "superseded"):
        raise CommandRefused(f"{number} 为“{report.state_label}”：只有已发布的版本可以重写文件。")
    try:
        return f"已重新写出：{publishing.rebuild(report).folder}"
    except (publishing.NotPublishable, NoTemplate, TemplateError, log.LogRefused) as error:
        raise CommandRefused(str(error)) from error


SHELL = "(zhicheng)"
"""Who acts on accounts from the command line: whoever may run it on the server."""


def set_password(username: str, password: str) -> str:
    """Set a new password."""
    account = _account(username)
    check_password(password)
    account.set_password(password)
    account.temporary_until = None
    account.save()
    SecurityEvent.note(username, "password reset", SHELL)
    return f"{username} 的密码已更换。"


def set_badge(username: str, code: str, pin: str) -> str:
    """Register a badge (kept as a hash) and a PIN of four to eight digits."""
    account = _account(username)
    try:
        access.check_pin(pin, account.person.staff_number)
        access.register_badge(account, code, SHELL)
        access.set_pin(account, pin, SHELL)
    except ValidationError as error:
        raise CommandRefused("".join(error.messages)) from error
    return f"{username} 的工牌已登记。"


def check_password(password: str) -> None:
    """Refuse a password that is too short or too common. Errors: CommandRefused."""
    try:
        access.check_password(password)
    except ValidationError as error:
        raise CommandRefused("".join(error.messages)) from error


def add_account(username: str, person: str, password: str, pin: str) -> str:
    """Make a login for a person of the register."""
    found = Person.objects.filter(number=person).first()
    if found is None:
        raise CommandRefused(f"没有编号为 {person} 的人员。 No such person.")
    if Account.objects.filter(username=username).exists() or hasattr(found, "account"):
        raise CommandRefused(
            f"用户名 {username} 已被使用，或此人已有账号。 Name taken, or the person has an account."
        )
    check_password(password)
    if pin:
        try:
            access.check_pin(pin, found.staff_number)
        except ValidationError as error:
            raise CommandRefused("".join(error.messages)) from error
    Account.objects.make(username, password, found, pin=pin)
    SecurityEvent.note(username, "account added", SHELL)
    return f"已为 {found.number} 建立账号 {username}。"


def issue_token(username: str, name: str, scopes: str, days: int) -> str:
    """Issue an API token for an account."""
    return ApiToken.issue(_account(username), name, scopes, expires_at=log.now() + dt.timedelta(days=days))
