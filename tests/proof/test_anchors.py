"""What the reader brings besides report and key: own checkpoints, witnesses; and keys that were replaced, imports that add up."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import KEY, METRIC, PDF, Case, House, fingerprint, good_house, metric
from tests.proof.test_verdict import codes
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.canonical import jcs

NEW, NEWER = bytes(range(1, 33)), bytes(range(2, 34))
WITNESSES = {
    name: bytes([i]) * 32 for i, name in enumerate(("w.example/1", "w.example/2", "w.example/3"), 65)
}
NOON = 1_520_000_000


def keys(*names: str) -> list[v.VerifierKey]:
    return [v.parse_witness(notes.witness_key(name, WITNESSES[name])[0]) for name in names]


def cosigned(note: str, *names: str, at: int = NOON) -> str:
    for name in names:
        note = notes.cosign(note, name, WITNESSES[name], at)
    return note


def verify(case: Case, folder: Path, key: str = "", **held: Any) -> v.Verdict:
    return v.verify_bundle(case.bundle(folder), PDF, key or fingerprint(), v.Held(**held))


def lines(*anchored: str) -> Any:
    """Anchors: note A, cosigned by the named witnesses."""
    return lambda house, a, b: [{"note": cosigned(a, *anchored), "tsr": None}]


# Keys


def test_a_replaced_key_leads_on_from_any_earlier_one(tmp_path):
    house = good_house()
    house.rotate(NEW)
    house.lot("2017-08-08", "accepted", late=True)
    house.rotate(NEWER)
    for key in (KEY, NEW, NEWER):
        found = verify(Case(house), tmp_path, notes.fingerprint(key))
        house = good_house()
        house.rotate(NEW)
        house.rotate(NEWER)
        assert (found.exit, codes(found)) == (0, set())
        assert "key.rotated" in codes(found, "amber")
        assert ("key.earlier" in codes(found, "amber")) == (key != NEWER)
    assert "key.other" in codes(verify(Case(house), tmp_path, notes.fingerprint(bytes(32))))


def test_a_key_replaced_after_publication_signs_b_only(tmp_path):
    found = verify(Case(good_house(), after=lambda house: house.rotate(NEW)), tmp_path)
    assert (found.exit, codes(found)) == (0, set())


@pytest.mark.parametrize(
    "spoiled",
    [
        {"signed_old": base64.b64encode(bytes(64)).decode()},
        {"signed_new": base64.b64encode(bytes(64)).decode()},
        {"signed_new": "no base64"},
        {"old": notes.make_vkey("91110000000000000X/quality", NEWER)},
        {"new": notes.make_vkey("other/quality", NEW)},
        {"new": "no key"},
    ],
)
def test_a_replacement_that_either_key_did_not_sign_is_false(tmp_path, spoiled):
    house = good_house()
    house.rotate(NEW, **spoiled)
    found = verify(Case(house), tmp_path)
    assert found.exit == 1
    assert "key.rotation" in codes(found)


def test_a_new_key_without_a_replacement_is_false(tmp_path):
    house = good_house()
    house.keys.append(NEW)
    assert "key.other" in codes(verify(Case(house), tmp_path))
    later = Case(good_house(), after=lambda house: house.keys.append(NEW))
    assert "note.unsigned" in codes(verify(later, tmp_path))


# Imports


def imported(opened: int, stated: int, refused: int = 0, **spoiled: Any) -> House:
    house = good_house()
    house.take_in(stated, refused, **spoiled)
    for i in range(opened):
        house.lot("2017-03-03", "accepted", provenance="imported", document=i)
    return house


def test_an_import_that_adds_up_is_told_with_what_it_refused(tmp_path):
    found = verify(Case(imported(3, 3, refused=2)), tmp_path)
    assert (found.exit, codes(found)) == (0, set())
    told = next(one for one in found.findings if one.code == "import.refused")
    assert "2 were refused" in told.say.en
    assert "import.refused" not in codes(verify(Case(imported(3, 3)), tmp_path), "amber")


@pytest.mark.parametrize(
    ("house", "code"),
    [
        (imported(2, 3), "import.short"),
        (imported(3, 2), "import.stray"),
        (imported(3, 3, refused=2, rows_refused=0), "import.sum"),
        (imported(3, 3, rows_read=-3, rows_opened=-3), "import.sum"),
        (imported(3, 3, process="inspection.batch"), "import.stray"),
    ],
)
def test_an_import_that_hides_rows_is_false(tmp_path, house, code):
    found = verify(Case(house), tmp_path)
    assert found.exit == 1
    assert code in codes(found)


def test_an_import_that_keeps_its_numbers_back_is_false(tmp_path):
    case = Case(imported(1, 1), withhold=lambda entry, names: names - {"rows_refused"})
    assert "import.closed" in codes(verify(case, tmp_path))


# The reader's own checkpoints


def test_a_checkpoint_that_the_reader_kept_shows_that_nothing_was_rewritten(tmp_path):
    house = good_house()
    kept = house.checkpoint().encode()
    found = verify(Case(house), tmp_path, since=[("kept.txt", kept)])
    assert found.exit == 0
    assert found.data["anchors"][0]["entries"] == len(good_house().entries)
    assert "behind the last anchor" in found.text("en")


@pytest.mark.proves("E-4.2")
def test_a_rewritten_log_is_found_by_the_readers_checkpoint(tmp_path):
    kept = good_house()
    kept.lot("2017-10-10", "rejected")
    rewritten = good_house()
    rewritten.lot("2017-10-10", "accepted")
    found = verify(Case(rewritten), tmp_path, since=[("kept.txt", kept.checkpoint().encode())])
    assert found.exit == 1
    assert codes(found) == {"anchor.differs"}


def test_a_log_rolled_back_is_not_checked_against_a_later_checkpoint(tmp_path):
    longer = good_house()
    for day in range(1, 30):
        longer.lot(f"2017-10-{day:02}", "accepted")
    found = verify(Case(good_house()), tmp_path, since=[("kept.txt", longer.checkpoint().encode())])
    assert found.exit == 3
    assert "since.later" in codes(found, "amber")


def test_a_checkpoint_of_another_log_or_key_is_not_compared(tmp_path):
    other = House("other.example/quality").checkpoint().encode()
    forged = good_house()
    forged.keys = [NEW]
    for note in (other, forged.checkpoint().encode()):
        found = verify(Case(good_house()), tmp_path, since=[("kept.txt", note)])
        assert found.exit == 3
        assert "since.foreign" in codes(found, "amber")
    found = verify(Case(good_house()), tmp_path, since=[("kept.txt", b"no note")])
    assert found.exit == 2


# What no anchor covers


def test_without_an_anchor_that_is_told_and_nothing_claimed_of_it(tmp_path):
    later = good_house()
    for day in range(1, 30):
        later.lot(f"2017-10-{day:02}", "accepted")
    foreign = [("kept.txt", later.checkpoint().encode())]
    for held, exit_ in (({}, 0), ({"since": foreign}, 3), ({"witnesses": keys("w.example/1")}, 3)):
        found = verify(Case(good_house()), tmp_path, **held)
        assert found.exit == exit_
        assert "anchors.none" in codes(found, "amber")
        assert (found.data["log"]["first_anchor"], found.data["log"]["longest_without_anchor"]) == (
            None,
            None,
        )
        assert "behind the anchors" not in found.text("en")
        assert "the log was not rewritten as a whole (no anchor of yours)" in found.text("en")
    house = good_house()
    kept = [("kept.txt", house.checkpoint().encode())]
    found = verify(Case(house), tmp_path, since=kept)
    assert "anchors.none" not in codes(found, "amber")
    assert "no rewriting behind the anchors you supplied." in found.text("en")
    assert "no anchor of yours" not in found.text("en")


def day_at(day: str) -> int:
    return int(dt.datetime.fromisoformat(day + "T12:00:00+00:00").timestamp())


@pytest.mark.parametrize(
    ("kept", "quorum", "first", "longest"),
    [
        (True, 0, ("2017-03-01", 4), ("2017-03-01", "2017-12-31", 305)),
        (False, 1, ("2017-07-05", 5), ("2017-01-01", "2017-07-05", 185)),
        (False, 2, ("2017-08-20", 5), ("2017-01-01", "2017-08-20", 231)),
        (True, 2, ("2017-03-01", 4), ("2017-06-30", "2017-12-31", 184)),
    ],
)
def test_the_first_anchor_and_the_longest_time_without_one(tmp_path, kept, quorum, first, longest):
    """What was written stands open from the day of one anchor until others say that they saw the next."""
    house = House()
    house.define({METRIC["name"]: metric()}, Case(house).definitions()["types"])
    house.day = "2017-03-01"
    house.lot("2017-03-01", "accepted")
    house.lot("2017-03-01", "rejected")
    mine = [("kept.txt", house.checkpoint().encode())] if kept else []
    house.day = "2017-06-30"
    house.lot("2017-06-30", "accepted")
    note = house.checkpoint()
    note = cosigned(note, "w.example/1", at=day_at("2017-07-05"))
    note = cosigned(note, "w.example/2", at=day_at("2017-08-20"))
    house.day = "2018-02-01"
    house.checkpoint()
    house.day = "2018-03-01"
    case = Case(house, anchors=lambda house, a, b: [{"note": note, "tsr": None}])
    two = keys("w.example/1", "w.example/2") if quorum else []
    found = verify(case, tmp_path, since=mine, witnesses=two, quorum=quorum)
    assert codes(found) == set()
    log = found.data["log"]
    assert log["first_anchor"] == {"d": first[0], "entries": first[1]}
    assert log["longest_without_anchor"] == dict(zip(("from", "to", "days"), longest, strict=True))
    assert f"{longest[0]} 至 {longest[1]}，{longest[2]} 天" in found.text()


def test_an_anchor_from_after_the_period_leaves_the_whole_period_open(tmp_path):
    found = verify(Case(good_house(), anchors=lines("w.example/1")), tmp_path, witnesses=keys("w.example/1"))
    assert found.data["log"]["longest_without_anchor"]["days"] == 364
    assert found.data["log"]["first_anchor"]["d"] == "2018-03-02"


# Witnesses


@pytest.mark.proves("E-4.1")
def test_enough_of_the_readers_witnesses_prove_when_the_log_stood_so(tmp_path):
    case = Case(good_house(), anchors=lines("w.example/1", "w.example/2"))
    found = verify(case, tmp_path, witnesses=keys("w.example/1", "w.example/2"))
    assert (found.exit, codes(found)) == (0, set())
    assert "2018-03-02 14:13" in found.text()
    three = keys("w.example/1", "w.example/2", "w.example/3")
    assert verify(Case(good_house(), anchors=case.anchors), tmp_path, witnesses=three, quorum=2).exit == 0
    found = verify(Case(good_house(), anchors=case.anchors), tmp_path, witnesses=three)
    assert found.exit == 3
    assert "witness.quorum" in codes(found, "amber")


def test_what_enough_witnesses_saw_reaches_as_far_as_the_last_of_them_saw(tmp_path):
    """Of each what it saw most of counts, of all of them what the quorum has seen."""

    def case(of_a: bool) -> tuple[Case, int]:
        house = good_house()
        early = house.checkpoint()
        house.lot("2017-08-08", "accepted", late=True)

        def anchors(house: House, a: str, b: str) -> list[dict[str, Any]]:
            seen = [cosigned(early, "w.example/1", "w.example/2")]
            seen += [cosigned(a, "w.example/2")] if of_a else []
            seen += [cosigned(b, "w.example/1", at=NOON + 60)]
            return [{"note": one, "tsr": None} for one in seen]

        return Case(house, anchors=anchors), int(early.split("\n")[1])

    both = keys("w.example/1", "w.example/2")
    found = verify(case(of_a=True)[0], tmp_path, witnesses=both)
    assert (found.exit, "witness.quorum" in codes(found, "amber")) == (0, False)
    assert "2018-03-02 14:14" in found.text()
    (reached,) = {one["entries"] for one in found.data["anchors"]}
    short, early = case(of_a=False)
    found = verify(short, tmp_path, witnesses=both)
    assert (found.exit, "witness.quorum" in codes(found, "amber")) == (3, True)
    assert {one["entries"] for one in found.data["anchors"]} == {early}
    assert early < reached
    assert verify(case(of_a=False)[0], tmp_path, witnesses=both, quorum=1).exit == 0


@pytest.mark.proves("E-4.2")
def test_anchors_in_the_bundle_count_for_nothing_without_the_readers_keys(tmp_path):
    found = verify(Case(good_house(), anchors=lines("w.example/1")), tmp_path)
    assert found.exit == 0
    assert "anchors.unused" in codes(found, "amber")
    assert found.data["anchors"] == []
    found = verify(Case(good_house(), anchors=lines("w.example/1")), tmp_path, witnesses=keys("w.example/2"))
    assert found.exit == 3


def test_a_false_line_of_a_witness_is_false(tmp_path):
    def spoiled(house: House, a: str, b: str) -> list[dict[str, Any]]:
        good = cosigned(a, "w.example/1")
        body, _, line = good[:-1].rpartition(" ")
        data = bytearray(base64.b64decode(line))
        data[10] ^= 1
        return [{"note": f"{body} {base64.b64encode(bytes(data)).decode()}\n", "tsr": None}]

    found = verify(Case(good_house(), anchors=spoiled), tmp_path, witnesses=keys("w.example/1"))
    assert "witness.signature" in codes(found)


def test_a_cosigned_checkpoint_of_another_history_is_false_whoever_gave_no_key(tmp_path):
    other = good_house()
    other.lot("2017-10-10", "rejected")
    note = cosigned(other.checkpoint(), "w.example/1")
    case = Case(good_house(), anchors=lambda house, a, b: [{"note": note, "tsr": None}])
    assert codes(verify(case, tmp_path)) == {"anchor.differs"}


def test_a_cosignature_on_b_counts_too(tmp_path):
    members = Case(good_house()).members()
    members["checkpoint-b.txt"] = cosigned(members["checkpoint-b.txt"].decode(), "w.example/1").encode()
    from zhicheng.proof.bundle import write_bundle

    write_bundle(tmp_path / "b.zip", members)
    found = v.verify_bundle(tmp_path / "b.zip", PDF, fingerprint(), v.Held(witnesses=keys("w.example/1")))
    assert (found.exit, codes(found)) == (0, set())


@pytest.mark.parametrize(("size", "exit_"), [(2**20, 0), (2**20 + 1, 2)])
def test_a_line_of_anchors_has_a_longest_length(tmp_path, size, exit_):
    """Filled up by a token, which nobody asks for, and the name of somebody unknown."""

    def anchors(house: House, a: str, b: str) -> list[dict[str, Any]]:
        for more in range(1, 5):
            note = f"{a}\u2014 {'x' * more} AAAAAAAA\n"
            lacking = size - len(jcs({"note": note, "tsr": ""}))
            if lacking % 4 == 0:
                return [{"note": note, "tsr": "A" * lacking}]
        raise AssertionError

    assert verify(Case(good_house(), anchors=anchors), tmp_path).exit == exit_


def test_the_command_line_takes_several_values_and_refuses_nonsense(tmp_path, capsys):
    house = good_house()
    kept = tmp_path / "kept.txt"
    kept.write_text(house.checkpoint(), "utf-8")
    (tmp_path / "report.pdf").write_bytes(PDF)
    case = Case(house, anchors=lines("w.example/1"))
    case.bundle(tmp_path)
    texts = [notes.witness_key(name, WITNESSES[name])[0] for name in ("w.example/1", "w.example/2")]
    bundle = [str(tmp_path / "bundle.zip"), "--report", str(tmp_path / "report.pdf"), "--key", fingerprint()]
    assert v.main([*bundle, "--since", str(kept), str(kept), "--witness", *texts, "--quorum", "1"]) == 0
    assert v.main([*bundle, "--witness", *texts, "--quorum", "3"]) == 2
    assert v.main([*bundle, "--witness", "no key"]) == 2
    assert v.main([*bundle, "--since"]) == 2
    assert v.main([*bundle, "--tsa", str(kept)]) == 2
    capsys.readouterr()
