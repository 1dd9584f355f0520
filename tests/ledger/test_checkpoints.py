"""A log that fell behind a checkpoint that lies outside is neither written on nor signed, and the checkpoint stays."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.house import House
from zhicheng.ledger import checkpoints, log, outside
from zhicheng.ledger.models import Checkpoint
from zhicheng.proof import note as notes

pytestmark = pytest.mark.usefixtures("nothing_lies_outside")


def lie_there(size: int, root: bytes = bytes(32), origin: str = "", name: str = "latest.txt") -> str:
    """A checkpoint of this size beside the database."""
    origin = origin or log.head().origin
    note = notes.sign_note(notes.checkpoint_text(origin, size, root), origin, bytes(32))
    outside.folder().mkdir(parents=True, exist_ok=True)
    (outside.folder() / name).write_text(note, "utf-8")
    return note


@pytest.mark.proves("E-3.2")
@pytest.mark.parametrize("name", ["latest.txt", "known-year-end.txt"])
def test_a_log_that_lost_entries_is_neither_written_nor_signed(house: House, name: str) -> None:
    size = log.head().size
    note = lie_there(size + 5, name=name)
    for act in (house.lot, lambda: checkpoints.sign("on_demand"), checkpoints.guard):
        with pytest.raises(log.LogRefused, match=f"{name} 签署于第 {size + 5} 条，而日志只有 {size} 条"):
            act()
    assert (log.head().size, Checkpoint.objects.count()) == (size, 0)
    assert (outside.folder() / name).read_text("utf-8") == note


def test_another_history_is_not_signed(house: House) -> None:
    note = lie_there(log.head().size)
    with pytest.raises(log.LogRefused, match="不一致"):
        checkpoints.sign("on_demand")
    assert outside.latest().read_text("utf-8") == note


def test_what_is_of_another_log_or_no_longer_there_hinders_nobody(house: House) -> None:
    lie_there(10**6, origin="other.example/1")
    house.lot()
    lie_there(10**6)
    with pytest.raises(log.LogRefused):
        house.lot("PO-2")
    outside.latest().unlink()
    house.lot("PO-2")


def test_an_unreadable_file_is_named(house: House) -> None:
    outside.folder().mkdir(parents=True, exist_ok=True)
    (outside.folder() / "known.txt").write_text("no note", "utf-8")
    with pytest.raises(log.LogRefused, match=r"known\.txt"):
        house.lot()


def test_a_smaller_checkpoint_signed_meanwhile_does_not_replace_a_larger(
    house: House, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks() as first:  # type: ignore[operator]
        checkpoints.sign("on_demand")
    house.lot()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        second = checkpoints.sign("on_demand")
    for late in first:
        late()
    assert outside.latest().read_text("utf-8") == second.note


def test_a_checkpoint_is_due_an_hour_after_the_last_when_anything_was_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkpoints.sign_if_due() is not None, "there is none yet"
    now = log.now()

    def later(minutes: int) -> None:
        monkeypatch.setattr(log, "now", lambda: now + dt.timedelta(minutes=minutes))

    later(120)
    assert checkpoints.sign_if_due() is None, "nothing was written but the checkpoint itself"
    later(1)
    house.lot()
    later(59)
    assert checkpoints.sign_if_due() is None, "the hour is not over"
    later(61)
    signed = checkpoints.sign_if_due()
    assert signed is not None
    assert Checkpoint.objects.order_by("-size").values_list("size", "occasion").first() == (
        signed.size,
        "hourly",
    )
