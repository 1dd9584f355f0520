"""Ten thousand spoiled inputs: no crash, no false acceptance, and never the last-resort sentence."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.proof.build import PDF, Case, fingerprint, good_house
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle

ROUNDS = 2_500


def spoil(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to three small things done to them."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at : at + chance.randrange(1, 40)] = b""
        elif kind == 2:
            start = chance.randrange(len(out) + 1)
            out[at:at] = out[start : start + chance.randrange(1, 60)]
        elif kind == 3:
            out[at : at + 1] = chance.choice(
                [b'"', b"{", b"]", b",", b"\n", b"0", b"-", b"1.5", b"null", b"\xff", b"\\u"]
            )
        else:
            out[at : at + 8] = chance.randbytes(8)
    return bytes(out)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Case(good_house()).bundle(tmp_path_factory.mktemp("fuzz"))


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist() if one != "manifest.json"}


def judged(data: bytes) -> v.Verdict:
    found = v.verify_bundle(data, PDF, fingerprint())
    assert not any("cannot be processed" in one.say.en for one in found.findings), found.findings
    assert found.text()
    return found


def test_spoiled_bundles(bundle, monkeypatch):
    chance = random.Random(1)
    # Signatures are tried elsewhere; here they would only take time.
    monkeypatch.setattr(v, "verify_ed25519", lambda public, message, signature: True)
    for _ in range(ROUNDS):
        spoiled = spoil(bundle, chance)
        assert (judged(spoiled).exit == 0) == (spoiled == bundle)


def test_spoiled_members_in_a_sound_container(bundle, tmp_path, monkeypatch):
    chance, members, path = random.Random(2), members_of(bundle), Path(tmp_path / "b.zip")
    monkeypatch.setattr(v, "verify_ed25519", lambda public, message, signature: True)
    for _ in range(ROUNDS // 2):
        name = chance.choice(sorted(members))
        spoiled = spoil(members[name], chance)
        write_bundle(path, {**members, name: spoiled})
        found = judged(path.read_bytes())
        assert found.exit in (1, 2) or spoiled == members[name] or name.startswith(("checkpoint", "key")), (
            name
        )


def test_spoiled_lines_and_notes(bundle):
    chance, members = random.Random(3), members_of(bundle)
    for reader, name in (
        (v.read_header, "headers.jsonl"),
        (v.read_facts, "opened.jsonl"),
        (v.parse_note, "checkpoint-a.txt"),
    ):
        whole = [members[name]] if name.endswith("txt") else members[name].splitlines()
        for _ in range(ROUNDS):
            spoiled = spoil(chance.choice(whole), chance)
            try:
                reader(spoiled)
            except v.Refused:
                continue


def test_spoiled_metrics_and_reports(bundle):
    chance, members = random.Random(4), members_of(bundle)
    for reader, name in ((v.parse_definitions, "definitions.json"), (v.parse_report, "report.json")):
        for _ in range(ROUNDS):
            try:
                reader(v.parse_strict(spoil(members[name], chance), 2**20))
            except v.Refused:
                continue
