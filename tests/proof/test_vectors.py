"""Published vectors, run through the same runner that the larger sets are run with.

``vectors/`` holds the facts of a part of each set, inputs and what must come of them, with the source named. The numbers of RFC 8785
(``jcs_numbers_es6``) are made by their rule and held by the published hash of their texts (``jcs_numbers_sha256``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vectors import run_ledger
from zhicheng.proof.tree import EMPTY_ROOT, consistency_proof, inclusion_proof, root_of

HERE = Path(__file__).parent / "vectors"
FILES = sorted(HERE.glob("*.json"))


@pytest.mark.proves("E-1.1")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_published_vectors(path):
    outcomes = list(run_ledger.run(path))
    assert outcomes
    assert [one for one in outcomes if not one["ok"]] == []


def test_every_kind_of_vector_is_held_here_both_what_is_right_and_what_must_be_refused():
    cases = {path.stem: json.loads(path.read_text("utf-8"))["cases"] for path in FILES}
    assert set(cases) == set(run_ledger.KINDS) - {"jcs_numbers_es6"}
    refused = {
        kind: sum(
            one.get("wantErr") is True or one.get("ok") is False or one.get("result") == "invalid"
            for one in ones
        )
        for kind, ones in cases.items()
    }
    assert {kind for kind, number in refused.items() if number} == {
        "merkle_inclusion", "merkle_consistency", "signed_note", "checkpoint", "ed25519", "cosignature", "rfc3161", "sm2",
    }  # fmt: skip
    assert all(refused[kind] < len(cases[kind]) for kind in refused), (
        "a kind that only refuses proves nothing"
    )
    assert sum(path.stat().st_size for path in FILES) < 150_000


def test_runner_prints_a_line_for_each_case_and_the_sum_last(tmp_path):
    cases = [
        {"id": "right", "op": "empty", "in_hex": [], "want_hex": EMPTY_ROOT.hex()},
        {"id": "wrong", "op": "empty", "in_hex": [], "want_hex": "00"},
        {"id": "broken", "op": "what", "in_hex": [], "want_hex": "00"},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"file": "merkle_hasher", "cases": cases}))
    (tmp_path / "b.json").write_text(json.dumps({"file": "unheard_of", "cases": [{"id": "x"}]}))
    script = Path(run_ledger.__file__)
    command = [sys.executable, str(script), str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert [json.loads(one)["ok"] for one in lines[:-1]] == [True, False, False, False]
    assert lines[-1] == "1 passed, 3 failed"
    assert done.returncode == 1


def test_runner_knows_notes_keys_and_large_trees(tmp_path):
    from zhicheng.proof import note

    key = bytes(range(32))
    signed = note.sign_note("text\n", "tester", key)
    vkey = note.make_vkey("tester", key)
    seed = __import__("base64").b64encode(b"\1" + key).decode()
    notes = [
        {"id": "open", "note": signed, "note_b64": None, "vkeys": [vkey], "ok": True, "verified": ["tester"]},
        {
            "id": "other",
            "note": signed[:-6] + "AAA=\n",
            "note_b64": None,
            "vkeys": [vkey],
            "ok": False,
            "verified": [],
        },
        {"id": "key", "vkey": vkey, "ok": True},
        {"id": "bad-key", "vkey": vkey[:-1], "ok": False},
        {
            "id": "sign",
            "skey_test_only": f"PRIVATE+KEY+tester+{vkey.split('+')[1]}+{seed}",
            "text": "text\n",
            "want": signed,
        },
    ]
    leaves = run_ledger.large_leaves(5)
    root = root_of(leaves)
    large = {
        "id": "n5",
        "size": 5,
        "root": run_ledger.base64s([root])[0],
        "inclusion": [{"i": 4, "proof": run_ledger.base64s(inclusion_proof(leaves, 4))}],
        "consistency": [
            {
                "m": 3,
                "root_m": run_ledger.base64s([root_of(leaves[:3])])[0],
                "proof": run_ledger.base64s(consistency_proof(leaves, 3)),
            }
        ],
    }
    for kind, cases in (("signed_note", notes), ("merkle_large", [large])):
        path = tmp_path / f"{kind}.json"
        path.write_text(json.dumps({"file": kind, "cases": cases}))
        assert [one for one in run_ledger.run(path) if not one["ok"]] == []
