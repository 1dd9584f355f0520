"""SM3 and SM2 against the standards' own examples; an SM2 line beside the log's."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.proof.build import KEY, ORIGIN
from zhicheng.core.audit import audit
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.proof import national
from zhicheng.proof import note as notes
from zhicheng.proof.verify import Refused, parse_note, parse_vkey, verify_note

# GB/T 32918.5-2017 annex A.2
PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
ONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
R = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
S = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"


@pytest.mark.proves("E-1.3")
def test_the_example_digests_of_gbt_32905() -> None:
    assert national.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert national.sm3(b"abcd" * 16).hex() == long


@pytest.mark.proves("E-1.3")
def test_the_example_signature_of_gbt_32918() -> None:
    public, message = national.public_key(PRIVATE), b"message digest"
    made = national.sign(PRIVATE, message, k=lambda: ONCE)
    assert made.hex() == R + S
    assert national.verify(public, message, made)


def test_what_is_changed_is_refused() -> None:
    private = national.new_key()
    public = national.public_key(private)
    made = national.sign(private, b"text")
    assert national.verify(public, b"text", made)
    assert not national.verify(public, b"Text", made)
    assert not national.verify(public, b"text", made, b"another user")
    assert not national.verify(national.public_key(national.new_key()), b"text", made)
    for at in range(0, 64, 5):
        assert not national.verify(public, b"text", made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :])
    zero, n = bytes(32), national.CURVE.n.to_bytes(32, "big")
    for r, s in ((zero, made[32:]), (made[:32], zero), (n, made[32:]), (made[:32], n)):
        assert not national.verify(public, b"text", r + s)
    off_curve = public[:64] + bytes([public[64] ^ 1])
    assert not national.verify(off_curve, b"text", made)
    assert not national.verify(public[:64], b"text", made)
    with pytest.raises(Refused):
        national.public_key(national.CURVE.n - 1)


def test_a_line_of_its_own_stands_beside_the_logs() -> None:
    note = notes.sign_note(notes.checkpoint_text(ORIGIN, 3, bytes(32)), ORIGIN, KEY)
    private, name = national.new_key(), f"{ORIGIN}/sm2"
    both = note + national.signature_line(note, name, private)
    assert verify_note(parse_note(both.encode()), [parse_vkey(notes.make_vkey(ORIGIN, KEY))]) == [ORIGIN]
    assert national.verify_note(both, name, national.public_key(private))
    assert not national.verify_note(note, name, national.public_key(private))
    assert not national.verify_note(both, name, national.public_key(national.new_key()))


def test_checkpoints_carry_the_line_once_the_key_is_made(house: House) -> None:
    assert checkpoints.sign("on_demand").note.count("\u2014") == 1
    try:
        public = bytes.fromhex(keys.make_national())
        assert keys.make_national() == public.hex()
        house.lot()
        note = checkpoints.sign("on_demand").note
        assert national.verify_note(note, f"{log.head().origin}/sm2", public)
        assert audit().findings == []
    finally:
        keys.national_path().unlink(missing_ok=True)  # the home outlives the test
