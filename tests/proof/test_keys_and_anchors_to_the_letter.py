"""Keys, checkpoints and what the reader brings: which sentence each deserves, where it stands, and what of it counts."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.authority import Authority
from tests.proof.build import KEY, ORIGIN, PDF, Case, House, good_house
from tests.proof.test_anchors import cosigned, keys
from tests.proof.test_bounds import receipt
from tests.proof.test_reading_to_the_letter import NEW, red, refused, said, verdict, written
from tests.proof.test_time_stamps import certificates
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import jcs

NEWER = bytes(range(2, 34))


def spoilt(note: str) -> str:
    """The note with its last signature changed."""
    body, _, line = note[:-1].rpartition(" ")
    data = bytearray(base64.b64decode(line))
    data[-1] ^= 1
    return f"{body} {base64.b64encode(bytes(data)).decode()}\n"


# Keys


@pytest.mark.parametrize(("key", "day"), [(KEY, "2018-03-01"), (NEW, "2018-03-02"), (NEWER, None)])
def test_an_earlier_key_is_told_with_the_day_on_which_it_was_replaced(
    tmp_path: Path, key: bytes, day: str | None
) -> None:
    house = good_house()
    house.rotate(NEW)
    house.day = "2018-03-02"
    house.rotate(NEWER)
    found = v.verify_bundle(Case(house).bundle(tmp_path), PDF, notes.fingerprint(key))
    assert (found.exit, red(found)) == (0, [])
    assert said(found, "key.rotated") == [
        "The log's key was replaced on 2018-03-01、2018-03-02, each time signed by the old key and the new one."
    ]
    told = f"You gave an earlier key, replaced on {day}; later signatures follow from it by the change that it signed."
    assert said(found, "key.earlier") == ([told] if day else [])


def test_a_log_whose_key_was_never_replaced_says_nothing_of_it(tmp_path: Path) -> None:
    found = verdict(Case(good_house()), tmp_path)
    assert said(found, "key.rotated") + said(found, "key.earlier") == []


def test_the_member_of_the_key_holds_the_last_one(tmp_path: Path) -> None:
    house = good_house()
    old = (notes.make_vkey(ORIGIN, KEY) + "\n").encode()
    house.rotate(NEW)
    found = written({**Case(house).members(), "key.txt": old}, tmp_path)
    assert red(found) == [("key.last", "key.txt")]


def test_a_key_is_replaced_by_an_entry_of_the_act_rotate(tmp_path: Path) -> None:
    house = good_house()
    facts: dict[str, Any] = notes.rotation(ORIGIN, len(house.entries), KEY, NEW)
    house.write("ledger.key", "replace", **facts, ground="定期更换")
    house.keys.append(NEW)
    assert red(verdict(Case(house), tmp_path)) == [("key.rotation", f"seq {len(good_house().entries)}")]


@pytest.mark.parametrize("name", ["checkpoint-a.txt", "checkpoint-b.txt"])
def test_a_signature_of_the_logs_key_that_is_wrong_is_false(tmp_path: Path, name: str) -> None:
    members = Case(good_house()).members()
    found = written({**members, name: spoilt(members[name].decode()).encode()}, tmp_path)
    assert red(found) == [("note.signature", name)]
    assert said(found, "note.signature") == [f"invalid signature: 「{ORIGIN}」."]


def test_a_checkpoint_a_of_nothing_is_signed_by_the_first_key(tmp_path: Path) -> None:
    """It is false, for another one was published; its signature holds."""
    house = good_house()
    house.rotate(NEW)
    members = Case(house).members()
    note = notes.sign_note(notes.checkpoint_text(ORIGIN, 0, v.EMPTY_ROOT), ORIGIN, KEY)
    found = written({**members, "checkpoint-a.txt": note.encode()}, tmp_path)
    assert found.exit == 1
    assert not [code for code, _ in red(found) if code.startswith(("note.", "root."))]


# Checkpoints that the reader kept


def test_the_last_checkpoint_of_the_bundle_itself_is_as_long_as_the_log(tmp_path: Path) -> None:
    case = Case(good_house())
    b = case.members()["checkpoint-b.txt"]
    found = verdict(Case(good_house()), tmp_path, since=[("kept", b)])
    assert (found.exit, said(found, "since.later")) == (0, [])
    assert [one["entries"] for one in found.data["anchors"]] == [len(case.house.entries)]


@pytest.mark.parametrize("kind", ["spoilt", "of another origin"])
def test_a_kept_checkpoint_that_the_logs_key_did_not_sign_for_this_log_is_not_compared(
    tmp_path: Path, kind: str
) -> None:
    house = good_house()
    size, root = house.tree.size, house.tree.root()
    note = house.checkpoint()
    text = notes.checkpoint_text("other.example/quality", size, root)
    kept = spoilt(note) if kind == "spoilt" else notes.sign_note(text, ORIGIN, KEY)
    found = verdict(Case(house), tmp_path, since=[("kept", kept.encode())])
    assert (found.exit, found.data["anchors"]) == (3, [])
    assert [one.where for one in found.findings if one.code == "since.foreign"] == ["--since kept"]


@pytest.mark.parametrize(
    "changed",
    [{"x": 1}, {"proof": [1]}, {"proof": ["no base64"]}, {"proof": "AAAA"}, {"header": 1}, {"note": None}],
)
def test_a_receipt_of_another_form_is_unreadable(tmp_path: Path, changed: dict[str, Any]) -> None:
    house = good_house()
    good = receipt(house, 3)
    assert verdict(Case(house), tmp_path, since=[("kept", jcs(good))]).exit == 0
    found = verdict(Case(good_house()), tmp_path, since=[("kept", jcs({**good, **changed}))])
    assert refused(found) == ("「receipt」 is malformed", "--since kept")


# Anchors in the bundle


def test_anchors_that_nobody_can_judge_are_told_only_where_the_reader_gave_nothing(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    theirs = {"authorities": certificates(authority, "root.pem")}
    for held, unused in (({}, 1), (theirs, 0), ({"witnesses": keys("w.example/2")}, 0)):
        case = Case(good_house(), anchors=lambda house, a, b: [{"note": one, "tsr": None} for one in (a, b)])
        found = verdict(case, tmp_path, **held)
        assert (found.exit, red(found)) == (3 if held else 0, [])
        assert len(said(found, "stamp.none")) == (held is theirs)
        told = "The bundle carries 2 checkpoints that others saw; without --witness or --tsa they count for nothing."
        assert said(found, "anchors.unused") == [told] * unused


@pytest.mark.parametrize(
    "changed",
    [
        {"tsr": "no base64"},
        {"tsr": "AAA"},
        {"tsr": True},
        {"tsr": 1234},
        {"note": 1},
        {"note": None},
        {"x": 1},
    ],
)
def test_an_anchor_is_a_note_and_perhaps_a_token_in_base64(tmp_path: Path, changed: dict[str, Any]) -> None:
    case = Case(good_house(), anchors=lambda house, a, b: [{"note": a, "tsr": None, **changed}])
    assert refused(verdict(case, tmp_path)) == ("「anchors.jsonl」 is malformed", "anchors.jsonl:1")


def test_an_anchor_that_does_not_end_is_given_up(tmp_path: Path) -> None:
    members = {**Case(good_house()).members(), v.ANCHORS: b"x" * 3 * 2**20 + b"\n"}
    assert refused(written(members, tmp_path)) == ("a line longer than 1048576 bytes", "anchors.jsonl:1")


@pytest.mark.parametrize("order", [(1, 0), (0, 0), (0, 1)])
def test_the_sizes_of_anchors_rise_strictly(tmp_path: Path, order: tuple[int, int]) -> None:
    def anchors(house: House, a: str, b: str) -> list[dict[str, Any]]:
        return [{"note": (a, b)[one], "tsr": None} for one in order]

    found = verdict(Case(good_house(), anchors=anchors), tmp_path)
    if order == (0, 1):
        assert found.exit == 0
    else:
        assert refused(found) == ("「anchors.jsonl」 is malformed", "anchors.jsonl")


def test_an_anchor_of_another_log_is_false_though_its_root_is_the_same(tmp_path: Path) -> None:
    def anchors(house: House, a: str, b: str) -> list[dict[str, Any]]:
        text = notes.checkpoint_text("other.example/quality", house.tree.size, house.tree.root())
        return [{"note": notes.sign_note(text, "other.example/quality", NEW), "tsr": None}]

    assert red(verdict(Case(good_house(), anchors=anchors), tmp_path)) == [
        ("anchor.differs", "anchors.jsonl:1")
    ]


# Witnesses


def test_what_too_few_witnesses_saw_is_told_and_counts_for_no_entry(tmp_path: Path) -> None:
    case = Case(good_house(), anchors=lambda house, a, b: [{"note": cosigned(a, "w.example/1"), "tsr": None}])
    found = verdict(case, tmp_path, witnesses=keys("w.example/1", "w.example/2"))
    size = found.data["report"]["checkpoint_a"]["size"]
    assert (found.exit, red(found)) == (3, [])
    (told,) = found.data["anchors"]
    assert told["entries"] == 0
    assert (
        told["text_en"] == f"Witness 「w.example/1」 saw the first {size} entries at 2018-03-02 14:13 (UTC)."
    )
    assert said(found, "witness.quorum") == [
        f"2 of your 2 witnesses should have seen checkpoint A ({size} entries); they have not."
    ]


def test_a_witnesss_line_that_is_wrong_is_named_and_the_others_count(tmp_path: Path) -> None:
    def anchors(house: House, a: str, b: str) -> list[dict[str, Any]]:
        return [{"note": spoilt(cosigned(a, "w.example/1", "w.example/2")), "tsr": None}]

    found = verdict(
        Case(good_house(), anchors=anchors), tmp_path, witnesses=keys("w.example/2", "w.example/1"), quorum=1
    )
    assert red(found) == [("witness.signature", "anchors.jsonl:1")]
    assert said(found, "witness.signature") == ["invalid cosignature: 「w.example/2」."]
    assert len(found.data["anchors"]) == 1


def test_a_cosigned_checkpoint_of_another_history_is_false_in_the_bundles_own_notes_too(
    tmp_path: Path,
) -> None:
    other = good_house()
    other.lot("2017-10-10", "rejected")
    note = cosigned(notes.sign_note(notes.checkpoint_text(ORIGIN, 3, bytes(32)), ORIGIN, KEY), "w.example/1")
    case = Case(good_house(), anchors=lambda house, a, b: [{"note": note, "tsr": None}])
    found = verdict(case, tmp_path, witnesses=keys("w.example/1"))
    assert red(found) == [("anchor.differs", "anchors.jsonl:1")] * 2
    assert found.data["anchors"] == []
