"""Time stamps of a real authority (``openssl ts``): what is accepted, what is refused, what is only not checked."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.authority import Authority
from tests.proof.build import PDF, Case, fingerprint, good_house
from tests.proof.test_verdict import codes
from zhicheng.proof import timestamp
from zhicheng.proof import verify as v

MESSAGE = b"example.org/quality\n1\nroot\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


def token(authority: Authority, message: bytes = MESSAGE) -> bytes:
    return timestamp.token_of(authority.answer(timestamp.request(message, 1 << 63)), message, 1 << 63)


def certificates(authority: Authority, name: str) -> list[v.Certificate]:
    return v.read_certificates((authority.folder / name).read_bytes())


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
@pytest.mark.parametrize("anchor", ["root.pem", "middle.pem", "tsa.pem"])
def test_a_token_leads_to_the_signer_or_to_whoever_certified_it(
    tmp_path: Path, kind: Any, anchor: str
) -> None:
    one = Authority(tmp_path, kind)
    found = v.Token(token(one))
    assert v.verify_token(found, MESSAGE, certificates(one, anchor))
    with pytest.raises(v.Refused, match="something else"):
        v.verify_token(found, MESSAGE + b"!", certificates(one, anchor))


def test_a_token_of_another_authority_leads_nowhere(tmp_path: Path, authority: Authority) -> None:
    other = Authority(tmp_path)
    assert not v.verify_token(v.Token(token(other)), MESSAGE, certificates(authority, "root.pem"))


def test_a_certificate_that_is_not_for_time_stamping_is_refused(tmp_path: Path, authority: Authority) -> None:
    raw = token(authority)
    found = v.Token(raw)
    for one in found.certificates:
        one.usages = ["1.3.6.1.5.5.7.3.1"]
    with pytest.raises(v.Refused, match="not for time stamping"):
        v.verify_token(found, MESSAGE, certificates(authority, "root.pem"))


def test_a_certificate_outside_its_time_is_refused(authority: Authority) -> None:
    found = v.Token(token(authority))
    found.time = "20010101000000"
    assert not v.verify_token(found, MESSAGE, certificates(authority, "root.pem"))
    with pytest.raises(v.Refused, match="not valid at the time"):
        v.verify_token(found, MESSAGE, certificates(authority, "tsa.pem"))


@pytest.mark.proves("E-1.3")
def test_no_changed_byte_of_a_token_is_accepted(authority: Authority) -> None:
    raw, anchors = token(authority), certificates(authority, "root.pem")
    inside = len(v.Token(raw).certificates[0].raw)
    for at in range(0, len(raw), 7):
        spoiled = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        try:
            accepted = v.verify_token(v.Token(spoiled), MESSAGE, anchors)
        except v.Refused:
            continue
        # A byte that nothing signs (the version, a certificate that nobody needs) may differ, a signed one may not.
        assert not accepted or v.Token(spoiled).content == v.Token(raw).content, at
    assert inside > 300


def test_an_unknown_algorithm_is_not_called_false(authority: Authority) -> None:
    found = v.Token(token(authority))
    found.digest = ""
    with pytest.raises(v.Unknown):
        v.verify_token(found, MESSAGE, certificates(authority, "root.pem"))


def stamped(authority: Authority, spoil: Any = lambda one: one) -> Case:
    def anchors(house: Any, a: str, b: str) -> list[dict[str, Any]]:
        text = v.parse_note(a.encode()).text.encode()
        return [{"note": a, "tsr": base64.b64encode(spoil(token(authority, text))).decode()}]

    return Case(good_house(), anchors=anchors)


def verify(case: Case, folder: Path, authority: Authority, name: str = "root.pem") -> v.Verdict:
    held = v.Held(authorities=certificates(authority, name))
    return v.verify_bundle(case.bundle(folder), PDF, fingerprint(), held)


def test_a_time_stamp_by_an_algorithm_that_is_not_known_leaves_something_unchecked(
    tmp_path: Path, authority: Authority
) -> None:
    """SHA-256 in the token becomes 2.16.840.1.101.3.4.2.12, SHAKE256, which the verifier does not know."""
    name = bytes.fromhex("06096086480165030402")
    case = stamped(authority, lambda one: one.replace(name + b"\x01", name + b"\x0c"))
    found = verify(case, tmp_path, authority)
    assert found.exit == 3
    assert {"stamp.unknown"} <= {one.code for one in found.findings if one.unchecked}


@pytest.mark.proves("E-4.2")
def test_a_stamped_checkpoint_is_proved_by_the_readers_certificate(
    tmp_path: Path, authority: Authority
) -> None:
    tokens: list[bytes] = []

    def kept(one: bytes) -> bytes:
        tokens.append(one)
        return one

    found = verify(stamped(authority, kept), tmp_path, authority)
    assert (found.exit, codes(found)) == (0, set())
    size = found.data["report"]["checkpoint_a"]["size"]
    at = dt.datetime.strptime(v.Token(tokens[0]).time, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    (told,) = found.data["anchors"]
    assert told["entries"] == size
    assert (
        told["text_en"]
        == f"A time stamp proves that the first {size} entries were there by {at:%Y-%m-%d %H:%M} (UTC)."
    )
    assert f"时间戳证明前 {size} 条在 {at:%Y-%m-%d %H:%M}（UTC）之前已在。" in found.text("zh")
    assert found.data["log"]["first_anchor"] == {"entries": size, "d": f"{at:%Y-%m-%d}"}


def test_a_forgers_own_authority_counts_for_nothing(tmp_path: Path, authority: Authority) -> None:
    forger = Authority(tmp_path / "forger")
    found = verify(stamped(forger), tmp_path, authority)
    assert found.exit == 3
    assert "stamp.none" in codes(found, "amber")


def test_a_token_over_another_checkpoint_is_false(tmp_path: Path, authority: Authority) -> None:
    found = verify(stamped(authority, lambda one: token(authority, b"other")), tmp_path, authority)
    assert found.exit == 1
    assert "stamp.invalid" in codes(found)


def test_without_a_token_the_report_is_not_checked_for_one(tmp_path: Path, authority: Authority) -> None:
    found = verify(Case(good_house()), tmp_path, authority)
    assert found.exit == 3


def test_an_authority_that_refuses_is_told(tmp_path: Path) -> None:
    refusal = bytes.fromhex("30053003020102")
    with pytest.raises(v.Refused, match="did not grant"):
        timestamp.token_of(refusal, MESSAGE, 1)
    with pytest.raises(v.Refused, match="http"):
        timestamp.stamp(MESSAGE, "ftp://example.org")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cut short"),
        (b"\x30", "cut short"),
        (b"\x30\x01", "cut short"),
        (b"\x1f\x01\x00", "not DER"),  # a tag of several bytes
        (b"\xbf\x01\x00", "not DER"),
        (b"\x30\x80\x00\x00", "not DER"),  # a length that is told by its end
        (b"\x30\x85\x00\x00\x00\x00\x00", "not DER"),
        (b"\x04\x84\x00\x00\x00\x02x", "cut short"),
    ],
)
def test_what_is_no_der_is_refused(data, said):
    with pytest.raises(v.Refused, match=said):
        v.Der(data)


def test_der_lengths_of_up_to_four_bytes_are_read():
    for data in (b"\x04\x01x", b"\x04\x81\x01x", b"\x04\x84\x00\x00\x00\x01x"):
        element = v.Der(b"??" + data + b"more", 2)
        assert (element.tag, element.body, element.raw, element.end) == (4, b"x", data, 2 + len(data))
    assert [one.body for one in v.Der(b"\x30\x06\x04\x01a\x04\x01b").parts()] == [b"a", b"b"]
