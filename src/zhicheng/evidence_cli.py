"""Commands about the evidence log: its key, witnesses, time stamps. ``witness`` needs no database and never loads Django."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import click

from zhicheng.config.loading import fail, load

TIMEOUT = 30
LONGEST = 2**20


@contextmanager
def _sentences() -> Iterator[None]:
    """What is refused becomes a sentence and exit 1."""
    from zhicheng.proof.verify import Refused

    try:
        yield
    except Refused as error:
        click.secho(f"{error.zh}。 {error.en}.", fg="red", err=True)
        sys.exit(1)
    except OSError as error:
        click.secho(
            f"没有应答或文件打不开：{error} No answer, or a file cannot be opened.", fg="red", err=True
        )
        sys.exit(2)


def _in_django(act: Callable[[], str]) -> None:
    """Run a command of the log's own installation."""
    load()
    from zhicheng.ledger.log import LogRefused
    from zhicheng.proof.verify import Refused

    try:
        click.echo(act())
    except (LogRefused, Refused) as error:
        fail(error)


@click.group()
def witness() -> None:
    """为他人的日志作见证：看它只增不改，签下所见。Witness another's log: see that it only grew, and cosign."""


FOLDER = click.option(
    "--folder",
    default="witness",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="见证人的文件夹",
)


@witness.command(name="init")
@click.argument("name")
@FOLDER
def witness_init(name: str, folder: Path) -> None:
    """建立见证人的密钥。NAME 如 witness.example.org。Make a witness's key."""
    from zhicheng.proof.witness import Witness

    with _sentences():
        click.echo(Witness.establish(folder, name).vkey)


@witness.command(name="key")
@FOLDER
def witness_key(folder: Path) -> None:
    """打印见证人的公钥，供登记与核对。Print the witness's public key."""
    from zhicheng.proof.witness import Witness

    with _sentences():
        click.echo(Witness(folder).vkey)


@witness.command(name="visit")
@click.argument("log")
@click.option("--origin", default="", help="日志名称（第二次起，用来取自上次以来的证明）")
@click.option("--key", default="", help="日志的公钥（第一次须给出，从报告以外得到）")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="把签名写到文件，而不送回网站")
@FOLDER
def witness_visit(log: str, origin: str, key: str, out: Path | None, folder: Path) -> None:
    """见证一次。LOG 是网站地址，或日志方给出的出示文件。Look at a log once: its site, or a file that it gave."""
    from zhicheng.proof.witness import Conflict, Witness

    with _sentences():
        mine = Witness(folder)
        try:
            shown = _shown(mine, log, origin or key.partition("+")[0])
            cosigned = mine.visit(shown, key)
        except Conflict as error:
            click.secho(f"拒绝签署：{error.zh}。 Refused: {error.en}.", fg="red", err=True)
            click.echo(
                f"两份签名都保存在 {folder} 里（conflict-*.txt）。 Both signed notes are kept.", err=True
            )
            sys.exit(1)
        if out or not log.startswith("http"):
            target = out or Path("cosigned.txt")
            target.write_text(cosigned, "utf-8")
            click.echo(f"已写入 {target}，请交还日志方。 Written; hand it back.")
        else:
            click.echo(_send(f"{log.rstrip('/')}/log/cosignature", cosigned).strip())
        click.echo("".join(line + " " for line in cosigned.split("\n")[:2]).strip())


def _shown(mine: object, log: str, origin: str) -> dict[str, object]:
    from zhicheng.proof.verify import Refused
    from zhicheng.proof.witness import Witness

    assert isinstance(mine, Witness)
    if not log.startswith(("http://", "https://")):
        text = Path(log).read_text("utf-8")
    else:
        before = mine.seen(origin) if origin else None
        text = _presented(log, before.checkpoint.size if before else 0)
    try:
        shown = json.loads(text)
    except ValueError:
        shown = None
    if not isinstance(shown, dict):
        raise Refused("出示的内容不合格式", "malformed presentation")
    return shown


def _presented(log: str, since: int) -> str:
    """What a log's site shows to whoever saw ``since`` entries. Errors: Refused when it shows nothing any more, OSError."""
    from zhicheng.proof.verify import Refused

    address = f"{log.rstrip('/')}/log/presentation?since="
    try:
        try:
            with urllib.request.urlopen(f"{address}{since}", timeout=TIMEOUT) as answer:
                return str(answer.read(LONGEST).decode())
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND or not since:
                raise
            # It has fewer entries than were seen: what it has now is signed evidence of that.
            with urllib.request.urlopen(f"{address}0", timeout=TIMEOUT) as answer:
                return str(answer.read(LONGEST).decode())
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.NOT_FOUND or not since:
            raise
        raise Refused(
            f"上次见过 {since} 条，现在日志不出示任何检查点：没有签署",
            f"{since} entries were seen last time, and now the log shows no checkpoint at all: not cosigned",
        ) from error


def _send(address: str, note: str) -> str:
    sent = urllib.request.Request(address, note.encode(), {"Content-Type": "text/plain; charset=utf-8"})
    with urllib.request.urlopen(sent, timeout=TIMEOUT) as answer:
        return str(answer.read(LONGEST).decode())


@click.group(name="log")
def log_group() -> None:
    """证据日志：出示给见证人、收下见证签名、盖时间戳。The evidence log: show it, take cosignatures, have it stamped."""


@log_group.command(name="present")
@click.option("--since", default=0, show_default=True, help="见证人上次看到的条数")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def log_present(since: int, file: Path) -> None:
    """签署一个检查点，写出给见证人看的文件。Sign a checkpoint and write what a witness is shown."""

    def act() -> str:
        from zhicheng.ledger import anchors, checkpoints

        size, warning = checkpoints.sign("on_demand").size, ""
        if since > size:
            warning = f"日志只有 {size} 条，少于见证人见过的 {since} 条：照实出示。 Fewer entries than the witness saw.\n"
        shown = anchors.presentation(0 if warning else since)
        file.write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
        return f"{warning}已写入 {file}。 Written."

    _in_django(act)


@log_group.command(name="accept")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--witness", "vkey", required=True, help="见证人的公钥")
def log_accept(file: Path, vkey: str) -> None:
    """收下见证人签过的检查点。Take a checkpoint that a witness cosigned."""

    def act() -> str:
        from zhicheng.ledger import anchors
        from zhicheng.proof.verify import parse_witness

        anchor = anchors.take_cosignature(file.read_text("utf-8"), parse_witness(vkey))
        return f"{anchor.name} 见过前 {anchor.size} 条（{anchor.at:%Y-%m-%d %H:%M} UTC）。 Taken."

    _in_django(act)


@log_group.command(name="stamp")
@click.option("--url", required=True, help="时间戳服务（RFC 3161）的地址")
def log_stamp(url: str) -> None:
    """签署一个检查点并盖时间戳。Sign a checkpoint and have it stamped."""

    def act() -> str:
        from zhicheng.ledger import anchors, checkpoints

        checkpoints.sign("on_demand")
        anchor = anchors.stamp(url)
        return f"前 {anchor.size} 条已盖时间戳（{anchor.at:%Y-%m-%d %H:%M} UTC）。 Stamped."

    _in_django(act)


@click.group()
def key() -> None:
    """日志的密钥。The log's key."""


@key.command(name="show")
def key_show() -> None:
    """打印公钥与指纹。Print the public key and its fingerprint."""

    def act() -> str:
        from zhicheng.ledger import keys

        return f"{keys.vkey()}\n{keys.fingerprint()}"

    _in_django(act)


@key.command(name="rotate")
@click.option("--ground", prompt="为什么更换 Why", help="更换的原因，记入日志")
def key_rotate(ground: str) -> None:
    """更换日志的密钥：由新旧两把密钥签署的条目接续。Replace the log's key by an entry that both keys sign."""

    def act() -> str:
        from zhicheng.ledger import checkpoints, keys

        checkpoints.sign("on_demand")
        new = keys.rotate(ground)
        checkpoints.sign("on_demand")
        return (
            f"新密钥的指纹：{new}\n请备份新密钥，并把新指纹告知核对者。 Back it up; tell the new fingerprint."
        )

    _in_django(act)


@key.command(name="national")
def key_national() -> None:
    """另建 SM2 密钥：此后每个检查点多一行 SM2 签名（GB/T 32918）。Make an SM2 key; checkpoints carry its line too."""

    def act() -> str:
        from zhicheng.ledger import keys

        return f"SM2 公钥（未压缩，十六进制）：{keys.make_national()}"

    _in_django(act)
