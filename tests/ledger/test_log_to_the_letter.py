"""What the log keeps, and when it refuses, to the letter."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.house import House
from tests.ledger.test_checkpoints import lie_there
from zhicheng.ledger import anchors, checkpoints, durable, keys, log
from zhicheng.ledger.models import Anchor, Checkpoint, Head, SealedFacts
from zhicheng.ledger.sealed import Shapes
from zhicheng.proof import timestamp
from zhicheng.proof.canonical import jcs, seals
from zhicheng.proof.tree import CompactRange, leaf_hash
from zhicheng.proof.verify import Refused

pytestmark = pytest.mark.usefixtures("nothing_lies_outside")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was brought to the disk, in order."""
    names: list[str] = []
    true = os.fsync

    def fsync(fd: int) -> None:
        names.append(Path(f"/proc/self/fd/{fd}").readlink().name)
        true(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_sealed_facts_are_kept_as_they_are_read(house: House) -> None:
    """Whoever looks through the database for a name finds it, so that erasure can be seen to have erased it."""
    lot = house.lot("单据甲一")
    assert "单据甲一" in SealedFacts.objects.get(seq=lot.seq).content


@pytest.mark.parametrize("spoilt", ["nodes", "size"])
def test_a_head_that_is_not_that_of_the_rows_is_not_signed(house: House, spoilt: str) -> None:
    """Of the right size with other nodes, or with the nodes and size of a log that is one entry longer."""
    head = Head.objects.get(pk=1)
    other = CompactRange(0, [])
    for n in range(head.size if spoilt == "nodes" else head.size + 1):
        other.append(leaf_hash(b"%d" % n))
    Head.objects.filter(pk=1).update(size=other.size, nodes=[n.hex() for n in other.nodes])
    with pytest.raises(log.LogRefused, match="The log does not match its head"):
        checkpoints.sign("on_demand")


def test_the_checkpoint_of_another_log_is_not_compared_with_this_one(house: House) -> None:
    lie_there(2, origin="other.example/1")
    checkpoints.guard()
    lie_there(2)
    with pytest.raises(log.LogRefused, match="The log differs from a checkpoint"):
        checkpoints.guard()


def test_the_log_is_written_only_within_a_transaction(fresh_database: str) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the transaction of the record"), log.locked():
        pass


def test_a_key_is_on_the_disk_when_it_is_made_and_its_folder_is_made_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: list[str]
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path / "a" / "b")
    key = keys.make()
    assert len(key) == 32
    assert synced == ["log.key"]
    assert keys.make() == key, "a key that is there stays"
    keys.make_national()
    assert len(base64.b64decode(keys.national_path().read_text("ascii"))) == 32


def test_what_is_written_has_left_the_process(tmp_path: Path, synced: list[str]) -> None:
    with (tmp_path / "kept").open("w") as file:
        file.write("whole")
        durable.written(file)
        assert (synced, (tmp_path / "kept").read_text("utf-8")) == (["kept"], "whole")


def test_a_new_key_is_on_the_disk_before_the_entry_and_in_its_place_for_good(
    house: House, synced: list[str]
) -> None:
    keys.rotate("定期更换")
    home = Path(settings.HOME).name
    assert synced == ["log.key.next", home, home]


def test_what_is_synced_leaves_nothing_open(tmp_path: Path, synced: list[str]) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - of descriptors
    durable.sync(tmp_path)
    durable.mark(tmp_path / "begun")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert synced == [tmp_path.name, "begun"]
    assert (tmp_path / "begun").read_bytes() == b""


def test_so_many_shapes_are_known_and_no_more() -> None:
    shapes = Shapes()

    def content(n: int) -> str:
        sealed = {f"fact_{n}": ("0" * 32, 1)}
        return jcs({name: list(one) for name, one in sealed.items()}).decode()

    for n in range(Shapes.MOST + 1):
        shapes.learn([f"fact_{n}"])
    assert shapes.digests(content(0)) is not None
    assert shapes.digests(content(Shapes.MOST - 1)) is not None
    assert shapes.digests(content(Shapes.MOST)) is None
    assert seals({"fact_0": ("0" * 32, 1)})["fact_0"] in str(shapes.digests(content(0)))


def test_there_is_one_log(house: House) -> None:
    size = log.head().size
    with pytest.raises(log.LogRefused, match="The evidence log exists already"):
        log.establish("other.example/1", {})
    assert (log.head().size, Head.objects.count()) == (size, 1)


def test_what_the_authority_answers_wrongly_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(message: bytes, address: str) -> bytes:
        raise Refused("时间戳盖的不是所问的", "the time stamp is over something else")

    monkeypatch.setattr(timestamp, "stamp", answers)
    with pytest.raises(log.LogRefused, match="There is no checkpoint yet"):
        anchors.stamp("http://tsa.example/")
    checkpoints.sign("on_demand")
    with pytest.raises(log.LogRefused, match=r"盖的不是所问的。 the time stamp is over something else\."):
        anchors.stamp("http://tsa.example/")
    assert anchors.last() is None


def test_without_its_key_the_log_is_not_signed(house: House) -> None:
    keys.path().unlink()
    with pytest.raises(log.LogRefused, match=r"找不到日志密钥 log\.key，不能签署检查点"):
        keys.private()
    assert not keys.path().exists()


def test_a_line_of_anchors_holds_the_note_with_its_cosignatures_and_the_first_token(house: House) -> None:
    first = checkpoints.sign("on_demand").size
    house.lot()
    second = checkpoints.sign("on_demand").size
    now = log.now()
    for size, kind, name, content in (
        (first, "witness", "w.example/1", "\u2014 w.example/1 AAAA"),
        (second, "timestamp", "http://a.example/", "dG9rZW4="),
        (second, "timestamp", "http://b.example/", "b3RoZXI="),
        (second, "witness", "w.example/1", "\u2014 w.example/1 BBBB"),
    ):
        Anchor.objects.create(size=size, kind=kind, name=name, content=content, at=now)
    lines = [json.loads(line) for line in anchors.lines(second)]
    assert [one["tsr"] for one in lines] == [None, "dG9rZW4="]
    notes = dict(Checkpoint.objects.values_list("size", "note"))
    assert lines[0]["note"] == notes[first] + "\u2014 w.example/1 AAAA\n"
    assert lines[1]["note"] == notes[second] + "\u2014 w.example/1 BBBB\n"
    assert [json.loads(line)["tsr"] for line in anchors.lines(second - 1)] == [None]


def test_numbers_of_a_series_follow_each_other(house: House) -> None:
    with transaction.atomic(), log.locked() as writer:
        assert [writer.next_in_series("other/2026") for _ in range(3)] == [1, 2, 3]
        assert [writer.next_record("other.kind") for _ in range(2)] == [1, 2]
        assert writer.next_in_series("other/2027") == 1
