"""The verifier's own arithmetic of signatures against the library's, for every curve, modulus and digest that it knows."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

from zhicheng.proof import note as notes
from zhicheng.proof import verify as v

MESSAGE = b"what is signed"
DIGESTS: dict[str, Any] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
CURVES = [ec.SECP256R1(), ec.SECP384R1()]


def info(key: Any) -> v.Der:
    """SubjectPublicKeyInfo."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return v.Der(public)


def point(key: Any) -> bytes:
    out: bytes = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return out


def curve_of(key: Any) -> Any:
    return v._CURVES[info(key).parts()[0].parts()[1].oid()]


@pytest.mark.parametrize("curve", CURVES, ids=lambda one: one.name)
@pytest.mark.parametrize("digest", DIGESTS)
def test_ecdsa_agrees_with_the_library(curve: Any, digest: str) -> None:
    """A digest longer than the order of the curve is cut, a shorter one is taken whole."""
    key = ec.generate_private_key(curve)
    signature = key.sign(MESSAGE, ec.ECDSA(DIGESTS[digest]))
    assert v._signed(info(key), digest, MESSAGE, signature)
    assert not v._signed(info(key), digest, MESSAGE + b"!", signature)
    assert not v._signed(info(ec.generate_private_key(curve)), digest, MESSAGE, signature)
    other = next(one for one in DIGESTS if one != digest)
    assert not v._signed(info(key), other, MESSAGE, signature)


@pytest.mark.parametrize("curve", CURVES, ids=lambda one: one.name)
def test_numbers_out_of_range_and_points_beside_the_curve_sign_nothing(curve: Any) -> None:
    key = ec.generate_private_key(curve)
    order = curve_of(key).n
    r, s = decode_dss_signature(key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    hashed, public = hashlib.sha256(MESSAGE).digest(), point(key)

    def holds(signature: bytes, public: bytes = public) -> bool:
        return v._ecdsa(curve_of(key), public, hashed, signature)

    assert holds(encode_dss_signature(r, s))
    assert holds(encode_dss_signature(r, order - s)), "the other one of the two, as the standard has it"
    for pair in ((0, s), (r, 0), (order, s), (r, order), (r + order, s), (r, s + order)):
        assert not holds(encode_dss_signature(*pair)), pair
    negative = v.Der(encode_dss_signature(1, s)).parts()[1].raw
    assert not holds(b"\x30" + bytes([3 + len(negative)]) + b"\x02\x01\xff" + negative)
    three = v.Der(encode_dss_signature(r, s)).body + b"\x02\x01\x01"
    assert not holds(
        b"\x30" + bytes([len(three)]) + three
        if len(three) < 128
        else b"\x30\x81" + bytes([len(three)]) + three
    )
    good, size = encode_dss_signature(r, s), (len(public) - 1) // 2
    for spoiled in (
        b"\x02" + public[1:],
        public + b"\x00",
        public[:-1],
        public[:1] + public[2:] + public[1:2],
    ):
        assert not holds(good, spoiled)
    # the same point with x beyond the modulus is another encoding of it, not another point
    x = int.from_bytes(public[1 : size + 1], "big") + curve_of(key).p
    if x < 256**size:
        assert not holds(good, b"\x04" + x.to_bytes(size, "big") + public[size + 1 :])
    with pytest.raises(v.Refused):
        holds(good + b"\x00")


@pytest.mark.parametrize("curve", CURVES, ids=lambda one: one.name)
def test_points_are_added_as_the_library_multiplies(curve: Any) -> None:
    ours = curve_of(ec.generate_private_key(curve))
    base, size = (ours.x, ours.y), (ours.p.bit_length() + 7) // 8
    for scalar in (1, 2, 3, 4, 5, 17, ours.n - 1, ours.n // 3):
        public = point(ec.derive_private_key(scalar, curve))
        found = v.curve_multiply(ours, scalar, base)
        assert found == (
            int.from_bytes(public[1 : size + 1], "big"),
            int.from_bytes(public[size + 1 :], "big"),
        )
    opposite = (ours.x, ours.p - ours.y)
    assert v.curve_add(ours, base, opposite) is None
    assert v.curve_add(ours, None, base) == base == v.curve_add(ours, base, None)
    assert v.curve_multiply(ours, ours.n, base) is None


@cache
def rsa_key(bits: int, *, another: bool = False) -> rsa.RSAPrivateKey:
    """Made once: it takes its time."""
    return rsa.generate_private_key(65537, bits)


@pytest.mark.parametrize("bits", [2048, 3072])
@pytest.mark.parametrize("digest", DIGESTS)
def test_rsa_agrees_with_the_library(bits: int, digest: str) -> None:
    key = rsa_key(bits)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), DIGESTS[digest])
    assert v._signed(info(key), digest, MESSAGE, signature)
    other = next(one for one in DIGESTS if one != digest)
    for public, named, message, signed in (
        (key, digest, MESSAGE + b"!", signature),
        (key, other, MESSAGE, signature),
        (key, digest, MESSAGE, signature[:-1] + bytes([signature[-1] ^ 1])),
        (key, digest, MESSAGE, b"\x00" + signature),
        (key, digest, MESSAGE, signature[1:]),
        (rsa_key(bits, another=True), digest, MESSAGE, signature),
    ):
        assert not v._signed(info(public), named, message, signed)
    modulus = key.public_key().public_numbers().n
    beyond = int.from_bytes(signature, "big") + modulus
    if beyond < 256 ** (bits // 8):
        assert not v._signed(info(key), digest, MESSAGE, beyond.to_bytes(bits // 8, "big"))


def test_a_short_modulus_signs_nothing() -> None:
    key = rsa.generate_private_key(65537, 1024)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert not v._signed(info(key), "sha256", MESSAGE, signature)


def test_a_certificates_ed25519_key_signs_and_what_is_not_known_is_said() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    assert v._signed(info(key), "", MESSAGE, key.sign(MESSAGE))
    assert not v._signed(info(key), "", MESSAGE + b"!", key.sign(MESSAGE))
    known = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(v.Unknown, match="unknown signature algorithm"):
        v._signed(info(known), "", MESSAGE, known.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    foreign = ec.generate_private_key(ec.SECP521R1())
    with pytest.raises(v.Unknown, match="unknown signature algorithm"):
        v._signed(info(foreign), "sha512", MESSAGE, foreign.sign(MESSAGE, ec.ECDSA(hashes.SHA512())))


def test_ed25519_points_that_are_none() -> None:
    """Not reduced, not on the curve, minus zero (RFC 8032 §5.1.3)."""
    prime = 2**255 - 19
    for number in (prime, prime + 1, 2**255 - 1, 2, 1 | 1 << 255, (prime - 1) | 1 << 255):
        assert v._decode_point(number.to_bytes(32, "little")) is None, number
    for number in (0, 1, prime - 1, 3, 0 | 1 << 255):
        found = v._decode_point(number.to_bytes(32, "little"))
        assert found is not None, number
        assert v._encode_point(found) == number.to_bytes(32, "little")


def certificate(key: Any, subject: str, issuer: str, signer: Any, *, authority: bool | None = None, days: tuple[int, int] = (0, 10)) -> v.Certificate:  # fmt: skip
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(7).not_valid_before(start + dt.timedelta(days[0])).not_valid_after(start + dt.timedelta(days[1]))
    )  # fmt: skip
    if authority is not None:
        built = built.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return v.Certificate(built.sign(signer, algorithm).public_bytes(serialization.Encoding.DER))


def test_a_chain_leads_by_authorities_only_each_in_its_time_and_not_for_ever() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(8)]
    root = certificate(keys[0], "c0", "c0", keys[0], authority=True)
    links = [certificate(keys[n], f"c{n}", f"c{n - 1}", keys[n - 1], authority=True) for n in range(1, 8)]
    noon = "20200105120000"
    assert v._leads_to(links[0], [], [root], noon)
    assert v._leads_to(root, [], [root], "19990101000000"), "the anchor itself is the reader's word"
    assert v._leads_to(links[4], links, [root], noon)
    assert not v._leads_to(links[6], links, [root], noon), "too long"
    assert not v._leads_to(links[0], [], [root], "20200112000000")
    assert not v._leads_to(links[1], [], [root], noon), "what is between is lacking"
    plain = certificate(keys[1], "c1", "c0", keys[0], authority=False)
    assert not v._leads_to(links[1], [plain], [root], noon)
    lapsed = certificate(keys[1], "c1", "c0", keys[0], authority=True, days=(0, 2))
    assert not v._leads_to(links[1], [lapsed], [root], noon)
    assert v._leads_to(links[1], [lapsed, links[0]], [root], noon)
    forged = certificate(keys[1], "c1", "c0", keys[5], authority=True)
    assert not v._leads_to(links[1], [forged], [root], noon)
    first, last = root.validity
    assert (first, last) == ("20200101000000", "20200111000000")
    assert v._leads_to(links[0], [], [root], first)
    assert v._leads_to(links[0], [], [root], last)


@pytest.mark.parametrize(
    ("tag", "text", "read"),
    [
        (23, b"500101000000Z", "19500101000000"),
        (23, b"491231235959Z", "20491231235959"),
        (24, b"20260102030405Z", "20260102030405"),
        (24, b"20260102030405.678Z", "20260102030405"),
        (23, b"20260102030405Z", ""),
        (24, b"260102030405Z", ""),
        (24, b"20260102030405", ""),
        (4, b"20260102030405Z", ""),
    ],
)
def test_moments(tag: int, text: bytes, read: str) -> None:
    element = v.Der(bytes([tag, len(text)]) + text)
    if read:
        assert v._moment(element) == read
    else:
        with pytest.raises(v.Refused, match="time"):
            v._moment(element)


@pytest.mark.parametrize(
    ("body", "dotted"),
    [
        (b"\x2a\x03\x04", "1.2.3.4"),
        (b"\x00", "0.0"),
        (b"\x27", "0.39"),
        (b"\x28", "1.0"),
        (b"\x4f", "1.39"),
        (b"\x50", "2.0"),
        (b"\x88\x37\x03", "2.999.3"),
        (b"\x2a\x86\x48\x86\xf7\x0d", "1.2.840.113549"),
        (b"\x2a\x81\x80\x00\x7f", "1.2.16384.127"),
    ],
)
def test_object_identifiers(body: bytes, dotted: str) -> None:
    assert v.Der(b"\x06" + bytes([len(body)]) + body).oid() == dotted


def test_what_is_no_object_identifier() -> None:
    for data in (b"\x06\x00", b"\x05\x01\x2a"):
        with pytest.raises(v.Refused, match="no object identifier"):
            v.Der(data).oid()


def test_keys_whose_id_is_not_theirs_are_refused() -> None:
    log_key = notes.make_vkey("example.org/q", bytes(range(32)))
    witness = notes.witness_key("w.example/1", bytes(range(32)))[0]
    assert v.parse_vkey(log_key).name == "example.org/q"
    assert v.parse_witness(witness).name == "w.example/1"
    for text, parse in ((log_key, v.parse_vkey), (witness, v.parse_witness)):
        name, id_, key = text.split("+", 2)
        flipped = f"{int(id_, 16) ^ 1:08x}"
        with pytest.raises(v.Refused, match="does not match its id"):
            parse(f"{name}+{flipped}+{key}")


def test_a_note_of_more_signatures_than_the_limit_is_refused() -> None:
    note = notes.sign_note("a\n1\nb\n", "example.org/q", bytes(range(32)))
    text, line = note[: -len(note.split("\n\n")[1])], note.split("\n\n")[1]
    limit = v.SIGNATURES_LIMIT
    assert v.verify_note(v.parse_note((text + line * limit).encode()), [v.parse_vkey(notes.make_vkey("example.org/q", bytes(range(32))))]) == ["example.org/q"]  # fmt: skip
    with pytest.raises(v.Refused, match="too many signatures"):
        v.parse_note((text + line * (limit + 1)).encode())


@pytest.mark.parametrize(
    "text",
    [
        "a\n18446744073709551616\nAAAA\n",
        "a\n01\nAAAA\n",
        "a\n1\n!\n",
        "\n1\nAAAA\n",
        "a\n1\nAAAA",
        "a\n-1\nAAAA\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(v.Refused, match="checkpoint"):
        v.parse_checkpoint(text, strict=False)


def test_a_checkpoint_as_it_is_written() -> None:
    root = "A" * 43 + "="
    assert v.parse_checkpoint(f"a\n18446744073709551615\n{root}\n").size == 2**64 - 1
    assert v.parse_checkpoint(f"a\n0\n{root}\nmore\n", strict=False).root == bytes(32)
    for text in (f"a\n0\n{root}\nmore\n", "a\n0\nAAAA\n", f"a\n0\n{root}\n\n"):
        with pytest.raises(v.Refused):
            v.parse_checkpoint(text)
