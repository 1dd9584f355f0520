"""The second verifier (src/zhicheng/proof/page) in Chromium: its primitives, its agreement with the first, its page."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.proof import build, mutate, second
from tests.proof.build import LOT, METRIC, PDF, Case, fingerprint, good_house, metric
from tests.proof.second import SecondVerifier, differences
from tests.vectors.es6_sequence import sequence
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs
from zhicheng.proof.offline import FOLDER, verify_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def script(second_verifier: SecondVerifier) -> Any:
    """Runs JavaScript in the page, where ``ZC`` holds the verifier's parts."""
    second_verifier.page.evaluate((HERE / "js/vectors.js").read_text("utf-8"))
    return second_verifier.page.evaluate


# Primitives


NOT_OF_THE_PAGE = {"rfc3161", "sm2", "sm3", "tlog_tiles"}
"""Kinds of vectors of what the page leaves to verify.py or has no use for."""
VECTORS = [path for path in sorted((HERE / "vectors").glob("*.json")) if path.stem not in NOT_OF_THE_PAGE]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_published_vectors(script, path):
    vectors = json.loads(path.read_text("utf-8"))
    if path.stem == "jcs_numbers_sha256":  # a rule for making the numbers rather than the numbers
        bits = list(islice(sequence(), 10_000))
        texts = script(
            "all => { const view = new DataView(new ArrayBuffer(8));"
            " return all.map(hex => { view.setBigUint64(0, BigInt('0x' + hex)); return ZC.canonical(view.getFloat64(0)); }) }",
            [f"{one:x}" for one in bits],
        )
        lines = [f"{one:x},{text}\n" for one, text in zip(bits, texts, strict=True)]
        for case in (one for one in vectors["cases"] if one["lines"] <= len(bits)):
            whole = "".join(lines[: case["lines"]]).encode()
            assert hashlib.sha256(whole).hexdigest() == case["sha256"]
        return
    # Not of this format: a checkpoint of more than three lines, subtrees of a draft.
    cases = [one for one in vectors["cases"] if not one["id"].startswith(("extension", "subtree"))]
    assert script("([name, cases]) => runVectors(name, cases)", [vectors["file"], cases]) == []


def test_roots_of_every_size(script):
    got = script(
        """() => { const tree = new ZC.Tree(), roots = [];
          for (let n = 0; n < 300; n++) tree.add(ZC.leafHash(Uint8Array.of(n & 255, n >> 8)));
          for (let n = 0; n <= 300; n++) roots.push(ZC.hex(tree.root(n)));
          return roots; }"""
    )
    leaves = [v.leaf_hash(bytes([n & 255, n >> 8])) for n in range(300)]
    assert got == [v.root_of(leaves[:n]).hex() for n in range(301)]


def test_hashes_are_those_of_fips_180_and_come_out_the_same_in_pieces(script):
    # FIPS 180-2 appendix B.1, B.3 and C.1
    assert script("ZC.hex(ZC.sha256(ZC.utf8('abc')))").startswith("ba7816bf8f01cfea414140de5dae2223")
    assert script("ZC.hex(ZC.sha256(ZC.utf8('a'.repeat(1e6))))").startswith(
        "cdc76e5c9914fb9281a1c7e284d73e67"
    )
    assert script("ZC.hex(ZC.sha512(ZC.utf8('abc')))").startswith("ddaf35a193617abacc417349ae204131")
    data = bytes(range(256)) * 2
    lengths = [*range(0, 300, 7), 511]
    got = script(
        """([data, lengths]) => lengths.map(n => { const bytes = ZC.unbase64(data).subarray(0, n), hash = new ZC.Sha256();
          for (let at = 0; at < n; at += 37) hash.update(bytes.subarray(at, Math.min(at + 37, n)));
          return [ZC.hex(hash.digest()), ZC.hex(ZC.sha512(bytes)), ZC.base64(bytes)]; })""",
        [base64.b64encode(data).decode(), lengths],
    )
    for length, found in zip(lengths, got, strict=True):
        part = data[:length]
        want = [
            hashlib.sha256(part).hexdigest(),
            hashlib.sha512(part).hexdigest(),
            base64.b64encode(part).decode(),
        ]
        assert found == want


def test_signatures_of_rfc_8032_and_nothing_near_them(script):
    # RFC 8032 §7.1, TEST 2
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    s = (
        int.from_bytes(bytes.fromhex(signature[64:]), "little")
        + 2**252
        + 27742317777372353535851937790883648493
    )
    longer = signature[:64] + s.to_bytes(32, "little").hex()
    identity = "01" + "00" * 31
    not_canonical = "ee" + "ff" * 30 + "7f"  # y = p + 1, which is the same point
    cases = [(key, "72", signature), (key, "73", signature), (key, "72", longer), (identity, "72", identity + "00" * 32),
             (not_canonical, "72", identity + "00" * 32), (key, "72", signature[:-2] + "20")]  # fmt: skip
    want = [v.verify_ed25519(*(bytes.fromhex(one) for one in case)) for case in cases]
    got = script("all => all.map(one => ZC.ed25519(...one.map(ZC.unhex)))", cases)
    assert got == want == [True, False, False, False, False, False]


def test_both_take_the_same_texts_for_canonical_json(script):
    chance = random.Random(5)
    good = [
        '{"a":1,"b":[true,null,"质\\n"]}',
        '"\\u001f\\"\\\\/"',
        "-9007199254740991",
        '{"":0}',
        "[[],{}]",
        '"\U00020bb7"',
    ]
    odd = ["1.0", "-0", "01", "9007199254740992", '{"a":1,"a":1}', '{"b":1,"a":1}', '{"质":1}', '"\\ud800"', "[1,]", " 1", "tru", "",
           '"\\/"', '"\t"', "[" * 100 + "]" * 100, "[" * 101 + "]" * 101, "[" * 102 + "]" * 102, '{"__proto__":1}', "nul", "1 2", '"\x7f"']  # fmt: skip
    texts = good + odd
    for _ in range(400):
        text = chance.choice(good)
        at = chance.randrange(len(text))
        texts.append(
            text[:at] + chance.choice(['"', "{", ",", "0", "\\", "e1", "", "：", "-"]) + text[at + 1 :]
        )

    def taken(text: str) -> bool:
        try:
            v.parse_strict(text.encode())
        except v.Refused:
            return False
        return True

    got = script(
        "all => all.map(one => { try { ZC.readCanonical(one); return true; } catch { return false; } })",
        texts,
    )
    assert [
        one for one, mine, other in zip(texts, map(taken, texts), got, strict=True) if mine != other
    ] == []
    assert all(map(taken, good))


def test_both_print_the_same_value_of_the_same_numbers(script):
    chance, cases = random.Random(6), []
    for _ in range(4000):
        form = chance.choice(v.FORMS)
        one = metric(
            form=form, round=chance.choice(v.ROUNDINGS), places=chance.randint(0, 3), fact_places=chance.randint(0, 3),
            scale=chance.choice([1, 2, 100]), denominator=None if form in ("count", "sum") else METRIC["denominator"],
        )  # fmt: skip
        bottom = None if one["denominator"] is None else chance.choice([0, 1, 8, 16, 400, 2000, 10**15, -8])
        top = chance.choice([0, 1, -1, 5, 3, 12345, 10**18 + 1, (bottom or 8) - 1, bottom or 25])
        cases.append((one, top, bottom))
    want = [v.figure_text(top, bottom, v.parse_metric(one)) for one, top, bottom in cases]
    got = script(
        "all => all.map(([metric, a, b]) => ZC.valueText(metric, {numerator: BigInt(a), denominator: b === null ? null : BigInt(b)}))",
        [(one, str(top), None if bottom is None else str(bottom)) for one, top, bottom in cases],
    )
    assert [(c, a, b) for c, a, b in zip(cases, want, got, strict=True) if a != b] == []


def test_what_cannot_be_seen_is_spelt_out(script):
    shown = script("text => ZC.quote(text)", "好\u202e坏\x1b[31m\u200b\u3164\ufe0f「全部证明」\u2028 \u3000x")
    assert (
        shown
        == "「好⟨U+202E⟩坏⟨U+001B⟩[31m⟨U+200B⟩⟨U+3164⟩⟨U+FE0F⟩⟨U+300C⟩全部证明⟨U+300D⟩⟨U+2028⟩ \u3000x」"
    )


# Agreement: every bundle of the other tests is compared in Node (tests/conftest.py); here are random ones, and the browser


@pytest.mark.proves("E-2.1")
def test_random_reports_and_random_damage_come_to_the_same_verdict(second_verifier, tmp_path):
    exits = []
    for turn, (kind, data) in enumerate(mutate.mutations(320, 7, tmp_path / "b.zip")):
        found = v.verify_bundle(data, PDF, fingerprint())  # compares
        exits.append((kind, found.exit))
        if turn < 80:
            assert differences(found, second_verifier.verify(data, PDF, fingerprint())) == []
    assert {
        ("truthful", 0),
        ("lie", 0),
        ("lie", 1),
        ("lie", 2),
        ("member", 1),
        ("member", 2),
        ("bit", 1),
        ("bit", 2),
    } <= set(exits)


class Liar(second.Second):
    """A second verifier that has nothing proved."""

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"exit": 3, "figures": [], "findings": []}


@pytest.mark.proves("E-2.1")
def test_a_difference_would_be_seen(second_verifier, tmp_path):
    data = Case(good_house()).bundle(tmp_path)
    first, other = v.verify_bundle(data, PDF, fingerprint()), second_verifier.verify(data, PDF, fingerprint())
    assert differences(first, other) == []
    figure = other["figures"][0]
    assert differences(first, {**other, "exit": 3})
    assert differences(first, {**other, "findings": []})
    assert differences(first, {**other, "log": {**other["log"], "first_anchor": {"d": "2017-01-01"}}})
    with pytest.raises(AssertionError, match="exit 0 and 3"):
        second.both(Liar())(data, PDF, fingerprint())
    assert differences(first, {**other, "figures": [{**figure, "status": "false"}]})
    assert differences(first, {**other, "figures": []})
    assert differences(first, {**other, "figures": [{**figure, "undecided": 7}]})


# Where the first verifier once departed from the document; the fixture holds the second to the same


def spoilt(folder: Path, change: Any, **case: Any) -> v.Verdict:
    members = Case(good_house(), **case).members()
    change(members)
    write_bundle(folder / "b.zip", members)
    return v.verify_bundle(folder / "b.zip", PDF, fingerprint())


def test_facts_that_the_log_does_not_hold_prove_no_figure(tmp_path):
    def change(members: dict[str, bytes]) -> None:
        lines = members["opened.jsonl"].splitlines()
        at = next(i for i, one in enumerate(lines) if b"first_verdict" in one)
        value = json.loads(lines[at])
        value["digests"]["first_verdict"] = v.sha256(
            jcs([value["facts"]["first_verdict"][0], "first_verdict", "rejected"])
        ).hexdigest()
        value["facts"]["first_verdict"][1] = "rejected"
        lines[at] = jcs(value)
        members["opened.jsonl"] = b"".join(one + b"\n" for one in lines)

    found = spoilt(tmp_path, change)
    assert (found.exit, found.data["figures"][0]["status"]) == (1, "false")


def test_a_figure_on_a_definition_not_in_force_is_not_proved(tmp_path):
    house = build.House()
    house.define({"other": metric(name="other")}, {})
    found = v.verify_bundle(Case(house).bundle(tmp_path), PDF, fingerprint())
    assert (found.exit, found.data["figures"][0]["status"]) == (1, "false")


def test_a_malformed_line_behind_a_false_one_is_unreadable(tmp_path):
    def change(members: dict[str, bytes]) -> None:
        lines = members["opened.jsonl"].splitlines()
        lines[3] = lines[3].replace(b'"accepted"', b'"rejected"')
        members["opened.jsonl"] = b"".join(one + b"\n" for one in [*lines, b"{}"])

    assert spoilt(tmp_path, change).exit == 2


@pytest.mark.parametrize("again", ["good", "bad"])
def test_every_line_of_a_witness_must_verify(tmp_path, again):
    witness, key = "w.example/1", b"\7" * 32

    def anchors(house: Any, a: str, b: str) -> list[dict[str, Any]]:
        other = witness if again == "good" else "w.example/2"
        second = notes.cosign(a, other, key, 1_500_000_001).replace(other, witness).splitlines()[-1]
        if again == "bad":  # the key id of this witness before a signature that is not its own
            mine = base64.b64decode(notes.cosign(a, witness, key, 1).splitlines()[-1].split()[-1])
            blob = bytearray(mine)
            blob[-1] ^= 1
            second = f"\u2014 {witness} {base64.b64encode(blob).decode()}"
        return [{"note": notes.cosign(a, witness, key, 1_500_000_000) + second + "\n", "tsr": None}]

    held = v.Held(witnesses=[v.parse_witness(notes.witness_key(witness, key)[0])])
    data = Case(good_house(), anchors=anchors).bundle(tmp_path)
    assert v.verify_bundle(data, PDF, fingerprint(), held).exit == (0 if again == "good" else 1)


def test_a_version_that_is_true_is_not_one(tmp_path):
    found = v.verify_bundle(
        Case(good_house(), spoil_definitions=lambda one: {**one, "v": True}).bundle(tmp_path),
        PDF,
        fingerprint(),
    )
    assert found.exit == 2


# The page


def test_it_is_one_file_whose_policy_admits_its_own_parts_and_no_address():
    page = verify_html().decode()
    policy = re.search(r'content="(default-src [^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    assert "http" not in policy[1]
    assert "unsafe" not in policy[1]
    parts = re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL)
    assert len(parts) == len(list(FOLDER.glob("*.js"))) + 1
    for _, text in parts:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy[1]
    assert not re.search(
        r'\son\w+="|\ssrc=|\shref=|style="|innerHTML|insertAdjacent|document\.write|eval\(|fetch\(|XMLHttp',
        page,
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    house = good_house()
    case = Case(house, document=[{"text": "共 3 批\u202e，百分之七十五"}, {"figure": "F1"}])
    kept = house.checkpoint()
    (tmp_path / "bundle.zip").write_bytes(case.bundle(tmp_path))
    (tmp_path / "report.pdf").write_bytes(PDF)
    (tmp_path / "kept.txt").write_text(kept, "utf-8", newline="\n")
    (tmp_path / "verify.html").write_bytes(verify_html())
    return {one.name: one for one in tmp_path.iterdir()}


def drop(page: Page, *paths: Path) -> None:
    """Drop files anywhere on the page."""
    given = [[one.name, base64.b64encode(one.read_bytes()).decode()] for one in paths]
    page.evaluate(
        """given => { const held = new DataTransfer();
          for (const [name, text] of given) held.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
          document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: held, bubbles: true, cancelable: true})); }""",
        given,
    )


@pytest.mark.proves("E-2.1")
def test_a_reader_drops_the_files_and_reads_sentences(page: Page, files):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(files["verify.html"].as_uri())
    drop(page, files["bundle.zip"], files["report.pdf"], files["kept.txt"])
    page.get_by_label("公钥指纹").fill(fingerprint())
    page.get_by_role("button", name="核对", exact=True).click()
    verdict = page.locator("#verdict")
    verdict.wait_for()
    assert "全部证明" in verdict.inner_text()
    assert verdict.evaluate(
        "one => one === document.activeElement && one === one.parentElement.lastElementChild"
    )
    text = page.locator("#result").inner_text()
    assert "您保存的检查点 「kept.txt」" in text
    assert "75.00" in text
    assert "[object" not in text
    page.get_by_text("正文里手写的数字").first.click()
    assert "百分之七十五" in page.locator("#result").inner_text()
    assert "⟨U+202E⟩" in page.locator("#result").inner_text()
    page.get_by_role("button", name="English").click()
    assert "Everything is proved" in verdict.inner_text()
    assert page.title().startswith("Check a report offline")
    assert not re.search("[\u4e00-\u9fff]", verdict.inner_text())
    # The page, and the worker made of its own text: nothing else was asked for.
    assert [one.split(":")[0] for one in asked] == ["file", "blob"]


def test_nothing_can_leave_the_page(second_verifier):
    ways = [
        "fetch('https://example.org/')",
        "new Promise((a, b) => { const i = new Image(); i.onload = a; i.onerror = b; i.src = 'https://example.org/x.png'; })",
    ]
    for way in ways:
        assert second_verifier.page.evaluate(f"{way}.then(() => 'reached', () => 'refused')") == "refused"


def test_amber_and_red_say_why(page: Page, files):
    page.goto(files["verify.html"].as_uri())
    page.set_input_files("#bundle", files["bundle.zip"])
    page.get_by_role("button", name="核对", exact=True).click()
    verdict = page.locator("#verdict")
    verdict.wait_for()
    assert "没有证明，因为" in verdict.inner_text()
    assert "指纹" in verdict.inner_text()
    assert "amber" in (verdict.get_attribute("class") or "")
    data = files["bundle.zip"].read_bytes()
    files["bundle.zip"].write_bytes(data.replace(b'"value":"75.00"', b'"value":"85.00"'))
    page.set_input_files("#bundle", [])
    page.set_input_files("#bundle", files["bundle.zip"])
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("#verdict.red").wait_for()
    assert "report.json" in page.locator("#verdict").inner_text()
    assert page.locator(".figure[open]").count() == 1


def test_keyboard_alone_is_enough(page: Page, files):
    page.goto(files["verify.html"].as_uri())
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached == ["language", "bundle", "report", "key", "SUMMARY", "go"]
    page.keyboard.press("Enter")
    page.get_by_text("请先放入证明包").wait_for()
    assert page.evaluate("document.activeElement.id") == "bundle"
    page.set_input_files("#bundle", files["bundle.zip"])
    page.focus("#key")
    page.keyboard.type(fingerprint())
    page.keyboard.press("Enter")
    page.locator("#verdict").wait_for()
    page.locator(".figure > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".figure[open]").count() == 1


@pytest.mark.parametrize("width", [390, 1366])
def test_it_fits_the_screen(page: Page, files, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(files["verify.html"].as_uri())
    page.set_input_files("#bundle", files["bundle.zip"])
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("#verdict").wait_for()
    for one in page.locator("details").all():
        one.evaluate("one => one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width == 390:
        low = page.evaluate(
            "[...document.querySelectorAll('button, summary, .drop')].filter(e => e.offsetParent && e.offsetHeight < 43).length"
        )
        assert low == 0


def test_the_parts_work_unassembled_and_without_a_worker(page: Page, files):
    page.goto((FOLDER / "index.html").as_uri())
    page.set_input_files("#bundle", files["bundle.zip"])
    page.set_input_files("#report", files["report.pdf"])
    page.get_by_label("公钥指纹").fill(fingerprint())
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("#verdict.ok").wait_for()


def test_a_foreign_kind_of_record_is_no_obstacle(second_verifier, tmp_path):
    """A type named like something that every JavaScript object has."""
    house = good_house()
    house.write("constructor.prototype", "open", state="x", occurred_on="2017-01-01", provenance="entered")
    data = Case(house, document=[{"__proto__": {"text": "1"}, "constructor": 2}]).bundle(tmp_path)
    assert v.verify_bundle(data, PDF, fingerprint()).exit == 0
    assert LOT in second_verifier.verify(data)["log"]["types"]
