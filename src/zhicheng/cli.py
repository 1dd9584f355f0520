"""The ``zhicheng`` command. Commands that need no database never load Django; the others load it when they run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from zhicheng import documents_cli, evidence_cli, messages_cli, review_cli, sampling_cli, spc_cli
from zhicheng.config.loading import fail, load
from zhicheng.exchange import qdas_cli

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=SETTINGS)
@click.version_option(package_name="zhicheng")
def main() -> None:
    """质诚 Zhicheng：质量诚信管理。Quality-integrity management whose every figure can be followed to its records."""


for command in (
    evidence_cli.witness,
    evidence_cli.log_group,
    evidence_cli.key,
    sampling_cli.sampling,
    spc_cli.spc,
    review_cli.review,
    messages_cli.messages,
    documents_cli.documents,
    qdas_cli.qdas,
):
    main.add_command(command)


@main.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def verify(arguments: tuple[str, ...]) -> None:
    """离线核对报告与证明包（与 verify.py 相同）。Check a report against its bundle, offline."""
    from zhicheng.proof import verify as verifier

    sys.exit(verifier.main(list(arguments)))


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--key", required=True, help="发行方另行公布的指纹 The release key's fingerprint, published elsewhere"
)
def release(folder: Path, key: str) -> None:
    """核对一版的验证包，并看装着的程序是不是被验证的那一份。Check a validation pack, and that what is installed is what was tested."""
    from zhicheng.proof import release as pack

    try:
        found = [*pack.faults(folder, key)] or [*pack.differing(folder, Path(__file__).parent)]
    except (OSError, ValueError, KeyError) as error:
        fail(f"验证包读不出：{error}。 The pack cannot be read.")
    for line in found:
        click.echo(line)
    if found:
        fail(f"有 {len(found)} 处不符。 It does not hold.")
    click.echo(
        "验证包与签名相符，装着的程序就是被验证的那一份。 The pack holds, and this is the program that was tested."
    )


@main.command()
@click.option("--enterprise", prompt="企业名称 Enterprise", help="企业名称")
@click.option("--code", prompt="统一社会信用代码或域名 Credit code or domain", help="统一社会信用代码或域名")
@click.option("--site", prompt="场所 Site", default="总部", help="第一个场所")
@click.option("--administrator", prompt="管理员姓名 Administrator", help="第一位管理员")
@click.option("--username", prompt="登录名 User name", default="admin", help="管理员登录名")
@click.password_option(help="管理员密码")
@click.option(
    "--predecessor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="前一份日志丢了条目、不能再签时：它最后一个检查点的文件",
)
def init(
    enterprise: str,
    code: str,
    site: str,
    administrator: str,
    username: str,
    password: str,
    predecessor: Path | None,
) -> None:
    """建立数据库、日志密钥与证据日志。Set up database, key and evidence log."""
    load()
    from zhicheng.config import commands
    from zhicheng.core import setup
    from zhicheng.core.account import Account
    from zhicheng.ledger.log import LogRefused
    from zhicheng.metrics.definitions import log_definitions

    try:
        commands.check_password(password)
        setup.migrate()
        former = predecessor.read_text("utf-8") if predecessor else ""
        person = setup.establish(setup.Enterprise(enterprise, code, site), administrator, predecessor=former)
    except (LogRefused, ValueError, commands.CommandRefused) as error:
        fail(error)
    Account.objects.make(username, password, person)
    log_definitions()
    click.echo("已建立。用 zhicheng serve 启动。 Set up; start with `zhicheng serve`.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, help="端口")
@click.option("--lan", is_flag=True, help="以 HTTPS 供局域网内的手机使用，证书由本机自签的根证书签发")
def serve(host: str, port: int, lan: bool) -> None:
    """启动网站、接口、定时任务与后台导入。Serve pages, API, the minute's sweep and large imports."""
    load()
    from zhicheng.config import lan_server, server

    try:
        if lan:
            lan_server.serve(port, say=click.echo)
        else:
            server.serve(host, port, say=click.echo)
    except server.NotServed as error:
        fail(error)


@main.command()
def sweep() -> None:
    """做一遍每分钟的事并发送消息（不用 serve 时由 cron 运行）。One pass of the minute's tasks, then send what is due."""
    load()
    from zhicheng.config import server
    from zhicheng.ledger.log import LogRefused
    from zhicheng.messages.sending import deliver

    try:
        failed = server.sweep()
    except LogRefused as error:
        fail(error)
    outcome = deliver()
    click.echo(messages_cli.counted(outcome))
    if failed:
        fail(f"没有做成：{'、'.join(failed)}，见上面的日志。 Failed.")


@main.command()
def jobs() -> None:
    """在单独的进程里处理后台导入，直到 Ctrl+C。Take in large files in a process of its own, beside `zhicheng serve`."""
    load()
    import threading

    from zhicheng.exchange import jobs as imports

    click.echo("正在等待后台导入（按 Ctrl+C 停止）。 Waiting for imports.")
    imports.work(threading.Event())


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式")
def audit(form: str) -> None:
    """重读日志，指出每一处绕过系统的改动。Re-read the log and name every edit behind the application's back."""
    load()
    from zhicheng.core.audit import audit as run
    from zhicheng.ledger.log import LogRefused

    try:
        result = run()
    except LogRefused as error:
        fail(error, 2)
    findings = result.findings or []
    if form == "json":
        data = {"entries": result.entries, "rows": result.rows, "findings": [f.data() for f in findings]}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        for finding in findings:
            click.secho(finding.sentence, fg="red")
        click.echo(f"已读日志 {result.entries} 条、记录 {result.rows} 条，发现 {len(findings)} 处问题。")
    sys.exit(1 if findings else 0)


@main.command()
def checkpoint() -> None:
    """签署一个检查点并打印。Sign a checkpoint now and print it."""
    load()
    from zhicheng.ledger import checkpoints
    from zhicheng.ledger.log import LogRefused

    try:
        click.echo(checkpoints.sign("on_demand").note, nl=False)
    except LogRefused as error:
        fail(error)


@main.command(name="import")
@click.argument("process")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以哪位用户的身份导入")
@click.option("--errors", type=click.Path(path_type=Path), help="把被拒的行写到这个 Excel 文件")
@click.option("--characteristic", default="", help="Q-DAS 文件有多个特性、导入控制图时：哪一个")
def import_(process: str, file: Path, username: str, errors: Path | None, characteristic: str) -> None:
    """导入 Excel 或 CSV。Import records of one kind, such as inspection.lot.

    Q-DAS 文件（.dfq、.dfd）导入 study.study 或某张控制图（写它的编号）。
    """
    load()
    from zhicheng.config import commands

    try:
        if file.suffix.lower() in (".dfq", ".dfd", ".dfx"):
            click.echo(commands.import_qdas(file, process, username, characteristic))
        else:
            click.echo(commands.import_file(process, file, username, errors))
    except commands.CommandRefused as error:
        fail(error)


@main.group()
def report() -> None:
    """质量诚信报告。The quality-integrity report."""


@report.command(name="draft")
@click.argument("number")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def report_draft(number: str, folder: Path) -> None:
    """按现有记录写出草稿并列出不能发布的原因。Write a draft and list what stands in the way of publishing."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.draft(number, folder))
    except commands.CommandRefused as error:
        fail(error)


@report.command(name="publish")
@click.argument("number")
@click.option("--as", "username", required=True, help="以哪位用户的身份发布")
@click.password_option(confirmation_prompt=False, help="该用户的密码（重新验证身份）")
def report_publish(number: str, username: str, password: str) -> None:
    """发布已批准的报告。Publish an approved report."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.publish(number, username, password))
    except commands.CommandRefused as error:
        fail(error)


@report.command(name="rebuild")
@click.argument("number")
def report_rebuild(number: str) -> None:
    """重新写出已发布版本的文件与证明包。Write a published edition's files again, as after a crash."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.rebuild(number))
    except commands.CommandRefused as error:
        fail(error)


@main.group()
def account() -> None:
    """登录账号与接口令牌。Accounts and API tokens."""


@account.command(name="add")
@click.argument("username")
@click.option("--person", required=True, help="人员编号，如 RY-0002")
@click.option("--pin", default="", help="共用终端切换用的 PIN")
@click.password_option(help="密码")
def account_add(username: str, person: str, pin: str, password: str) -> None:
    """为一名人员建立账号（权限只来自角色分配）。Make a login for a person; rights come from roles alone."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.add_account(username, person, password, pin))
    except commands.CommandRefused as error:
        fail(error)


@account.command(name="token")
@click.argument("username")
@click.option("--name", required=True, help="令牌的用途")
@click.option(
    "--scopes", default="*:read", show_default=True, help="范围，如 “inspection.lot inspection.batch:read”"
)
@click.option("--days", default=365, show_default=True, help="有效天数")
def account_token(username: str, name: str, scopes: str, days: int) -> None:
    """签发接口令牌，只显示这一次。Issue an API token; it is shown once."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.issue_token(username, name, scopes, days))
    except commands.CommandRefused as error:
        fail(error)


@account.command(name="password")
@click.argument("username")
@click.password_option(help="新密码")
def account_password(username: str, password: str) -> None:
    """更换密码。Set a new password."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.set_password(username, password))
    except commands.CommandRefused as error:
        fail(error)


@account.command(name="badge")
@click.argument("username")
@click.option("--code", prompt=True, hide_input=True, help="扫描工牌得到的编码")
@click.option("--pin", prompt=True, hide_input=True, help="PIN")
def account_badge(username: str, code: str, pin: str) -> None:
    """登记工牌与 PIN，供共用终端切换与签署。Register a badge and PIN."""
    load()
    from zhicheng.config import commands

    try:
        click.echo(commands.set_badge(username, code, pin))
    except commands.CommandRefused as error:
        fail(error)


@main.command()
def doctor() -> None:
    """检查本机的安装与保护是否都在。Say what is installed and which protections are on; exit 1 where one is off."""
    load()
    from zhicheng.config import doctor as looking

    lines = looking.doctor()
    for line in lines:
        click.secho(str(line), fg="red" if line.right is False else None)
    sys.exit(1 if any(line.right is False for line in lines) else 0)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.password_option("--passphrase", prompt="备份口令 Passphrase", help="备份的口令；忘了就打不开")
def backup(file: Path, passphrase: str) -> None:
    """备份全部：数据库、附件、报告、密钥（以口令加密，不必停机）。Back up everything, sealed with a passphrase, while serving."""
    load()
    from zhicheng.config import backups
    from zhicheng.ledger.log import LogRefused

    try:
        click.echo(backups.backup(file, passphrase))
    except (backups.BackupRefused, LogRefused, OSError) as error:
        fail(error)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--passphrase", prompt="备份口令 Passphrase", hide_input=True, help="备份的口令")
@click.option(
    "--checkpoint", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="别处保存的最新检查点"
)
def restore(file: Path, passphrase: str, checkpoint: Path | None) -> None:
    """恢复到空的地方，核对之后才能使用。Restore into an empty place; the log is audited before it is served."""
    load()
    from zhicheng.config import backups

    try:
        for said in backups.restore(file, passphrase, checkpoint):
            click.echo(said)
    except backups.BackupRefused as error:
        fail(error)


@main.command()
def upgrade() -> None:
    """升级数据库到本版本；中断了可以再来一次。Bring the database to this release; safe to interrupt."""
    load()
    from zhicheng.config import backups
    from zhicheng.core.setup import SchemaRefused
    from zhicheng.ledger.log import LogRefused

    try:
        backups.upgrade(click.echo)
    except (LogRefused, SchemaRefused) as error:
        fail(error)


@main.command()
@click.option(
    "--example", default="examples/gas_meters", type=click.Path(path_type=Path), help="示例所在文件夹"
)
@click.option("--no-serve", is_flag=True, help="只装载与发布，不启动网站")
@click.option("--port", default=8000, show_default=True)
def demo(example: Path, no_serve: bool, port: int) -> None:
    """装载示例企业的一年，发布并核对其报告，然后启动网站。Load the example year, publish and verify its report, serve."""
    os.environ.setdefault("ZHICHENG_HOME", "demo" if example.name == "gas_meters" else f"demo-{example.name}")
    load()
    from zhicheng.config import demonstration, server
    from zhicheng.core.setup import SchemaRefused

    try:
        demonstration.run(example, say=click.echo)
        if not no_serve:
            server.serve("127.0.0.1", port, say=click.echo)
    except (demonstration.NoExample, server.NotServed, SchemaRefused) as error:
        fail(error)


if __name__ == "__main__":
    main()
