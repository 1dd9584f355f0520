"""Time stamps and their certificates written by hand, byte by byte: what is read, what is refused and with which words."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.proof.test_parts_to_the_letter import refused
from zhicheng.proof import verify as v

MESSAGE = b"example.org/quality\n1\nroot\n"
NOON = "20200105120000"
FIRST, LAST = "20200101000000", "20200111000000"
SHA1, SHA256, SHA384, SHA512 = "1.3.14.3.2.26", *[f"2.16.840.1.101.3.4.2.{n}" for n in (1, 2, 3)]
TRUE, FALSE = b"\x01\x01\xff", b"\x01\x01\x00"


def der(tag: int, *parts: bytes) -> bytes:
    """An element, with the shortest length."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(size)]) + size + body


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = b""
    for arc in (40 * first + second, *rest):
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        out += bytes(reversed(digits))
    return der(6, out)


def named(name: str) -> bytes:
    return oid(v._OIDS[name])


@cache
def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def certificate(
    subject: int, issuer: int, *extensions: bytes, serial: int = 7, fields: bytes = b"", version: bytes = der(0xA0, integer(2)),
    signer: int | None = None, times: tuple[str, str] = (FIRST, LAST), after: bytes = b"",
) -> v.Certificate:  # fmt: skip
    """The certificate of key ``subject`` by key ``issuer``; ``fields`` and ``after`` stand before and behind the extensions."""
    public = key(subject).public_key().public_bytes_raw()
    signed = sequence(
        version,
        integer(serial),
        sequence(named("ed25519")),
        sequence(der(12, b"name %d" % issuer)),
        sequence(*[der(24, one.encode() + b"Z") for one in times]),
        sequence(der(12, b"name %d" % subject)),
        sequence(sequence(named("ed25519")), der(3, b"\0", public)),
        fields,
        der(0xA3, sequence(*extensions)) if extensions else b"",
        after,
    )
    signature = key(issuer if signer is None else signer).sign(signed)
    return v.Certificate(sequence(signed, sequence(named("ed25519")), der(3, b"\0", signature)))


def extension(name: str, *parts: bytes) -> bytes:
    """The last part is the value, in its octet string."""
    return sequence(named(name), *parts[:-1], der(4, parts[-1]))


AUTHORITY = extension("basic_constraints", TRUE, sequence(TRUE))
PURPOSE = extension("key_usage_extended", TRUE, sequence(named("time_stamping")))
ROOT, MIDDLE = certificate(0, 0, AUTHORITY), certificate(1, 0, AUTHORITY)
SIGNER = certificate(2, 1, PURPOSE)


def attribute(name: str, *values: bytes) -> bytes:
    return sequence(named(name), der(0x31, *values))


def essential(digest: str, *algorithm: bytes, of: v.Certificate = SIGNER) -> bytes:
    """SigningCertificate or SigningCertificateV2 with this certificate's digest (RFC 5035)."""
    return sequence(
        sequence(sequence(*algorithm, der(4, hashlib.new(digest, of.raw).digest()), sequence(integer(1))))
    )


def token(**changed: Any) -> v.Token:
    """A token over MESSAGE, right but for what is changed."""
    digest: tuple[str, str] = changed.get("digest", (SHA256, "sha256"))
    imprint: tuple[str, str] = changed.get("imprint", (SHA256, "sha256"))
    sums = sequence(sequence(oid(imprint[0])), der(4, hashlib.new(imprint[1], MESSAGE).digest()))
    time = der(24, changed.get("time", NOON).encode() + b"Z")
    content = sequence(integer(1), oid("1.2.3.4.1"), sums, integer(5), time)
    attributes = {
        "content_type": attribute("content_type", named("tst_info")),
        "message_digest": attribute("message_digest", der(4, hashlib.new(digest[1], content).digest())),
        "signing_certificate_v2": attribute("signing_certificate_v2", essential("sha256")),
    } | changed.get("attributes", {})
    stated = b"".join(attributes.values())
    signature = key(changed.get("key", 2)).sign(der(0x31, stated))
    signer = sequence(
        integer(1),
        changed.get("sid", sequence(SIGNER.issuer, integer(SIGNER.serial))),
        sequence(oid(digest[0])),
        der(0xA0, stated),
        sequence(changed.get("algorithm", named("ed25519"))),
        der(4, signature),
    )
    fields = sequence(
        integer(3),
        der(0x31, sequence(oid(digest[0]))),
        sequence(named("tst_info"), der(0xA0, der(4, content))),
        changed.get("certificates", der(0xA0, MIDDLE.raw, SIGNER.raw)),
        changed.get("more", b""),
        der(0x31, *[signer] * changed.get("signers", 1)),
    )
    return v.Token(sequence(named("signed_data"), der(0xA0, fields)))


def holds(found: v.Token, *anchors: v.Certificate, between: tuple[v.Certificate, ...] = ()) -> bool:
    return v.verify_token(found, MESSAGE, anchors or [ROOT], between)


# Elements (X.690)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cut short"), (b"\x05", "cut short"), (b"\x04\x01", "cut short"), (b"\x04\x81", "cut short"),
        (b"\x04\x82\x01\x00" + bytes(255), "cut short"), (b"\x04\x84\xff\xff\xff\xff", "cut short"),
        (b"\x1f\x01\x00", "not DER"), (b"\xbf\x01\x00", "not DER"), (b"\x30\x80\x00\x00", "not DER"),
        (b"\x04\x85\x00\x00\x00\x00\x01\x00", "not DER"), (b"\x04\xff" + bytes(300), "not DER"),
    ],
)  # fmt: skip
def test_what_is_no_element_is_refused(data: bytes, words: str) -> None:
    assert refused(v.Der, data).en == f"malformed time stamp: {words}"
    behind = v.Der(der(0x30, b"\x05\x00", data))
    if data:
        assert refused(behind.parts).en == f"malformed time stamp: {words}"


@pytest.mark.parametrize(
    ("data", "tag", "body"),
    [
        (b"\x05\x00", 5, b""), (b"\x04\x01x", 4, b"x"), (b"\x1e\x00", 30, b""), (b"\x04\x7f" + bytes(127), 4, bytes(127)),
        (b"\x04\x81\x80" + bytes(128), 4, bytes(128)), (b"\x04\x81\x81" + bytes(129), 4, bytes(129)),
        (b"\x04\x82\x01\x02" + bytes(258), 4, bytes(258)), (b"\x04\x84\x00\x00\x00\x01x", 4, b"x"),
    ],
)  # fmt: skip
def test_an_element_of_any_length_is_read(data: bytes, tag: int, body: bytes) -> None:
    for found in (v.Der(data), v.Der(b"abc" + data, 3), v.Der(der(0x30, data, data)).parts()[1]):
        assert (found.tag, found.body, found.raw) == (tag, body, data)
    assert v.Der(data + b"more").end == len(data)


def test_numbers_have_a_sign() -> None:
    for number in (0, 1, -1, 127, 128, -128, 255, 2**64, -(2**64)):
        assert v.Der(integer(number)).number() == number


# Certificates (RFC 5280)


def test_what_is_read_of_a_certificate() -> None:
    assert (SIGNER.serial, SIGNER.validity, SIGNER.usages, SIGNER.usage_critical, SIGNER.authority) == (
        7, (FIRST, LAST), ["1.3.6.1.5.5.7.3.8"], True, False,
    )  # fmt: skip
    assert (MIDDLE.usages, MIDDLE.usage_critical, MIDDLE.authority) == ([], False, True)
    assert MIDDLE.subject == SIGNER.issuer != SIGNER.subject
    assert SIGNER.signed_by(MIDDLE)
    assert not SIGNER.signed_by(ROOT)
    assert not certificate(2, 1, signer=0).signed_by(MIDDLE)
    assert not certificate(2, 0, signer=1).signed_by(MIDDLE), "right key, other name"


def test_a_certificate_of_the_first_version_and_one_with_more_fields() -> None:
    old = certificate(2, 1, version=b"")
    assert (old.serial, old.issuer, old.subject, old.validity) == (
        7,
        SIGNER.issuer,
        SIGNER.subject,
        (FIRST, LAST),
    )
    assert (old.usages, old.usage_critical, old.authority) == ([], False, False)
    assert old.signed_by(MIDDLE)
    for one in (
        certificate(2, 1, AUTHORITY, PURPOSE, fields=der(0xA1, b"\0id")),
        certificate(2, 1, PURPOSE, AUTHORITY, fields=der(0xA1, b"\0id") + der(0xA2, b"\0id")),
        certificate(2, 1, AUTHORITY, extension("ec", b"\x05\x00"), PURPOSE, after=der(0xA4, b"\x05\x00")),
    ):
        assert (one.usages, one.usage_critical, one.authority) == (["1.3.6.1.5.5.7.3.8"], True, True)


@pytest.mark.parametrize(
    ("parts", "critical"),
    [((TRUE,), True), ((), False), ((FALSE,), False)],
)
def test_whether_a_purpose_is_critical(parts: tuple[bytes, ...], critical: bool) -> None:
    one = certificate(2, 1, extension("key_usage_extended", *parts, sequence(named("time_stamping"))))
    assert (one.usages, one.usage_critical) == (["1.3.6.1.5.5.7.3.8"], critical)


@pytest.mark.parametrize(
    ("value", "authority"),
    [
        (sequence(TRUE), True), (sequence(TRUE, integer(0)), True), (sequence(), False), (sequence(FALSE), False),
        (sequence(integer(0)), False), (sequence(integer(-1)), False), (sequence(FALSE, integer(-1)), False),
    ],
)  # fmt: skip
def test_who_is_an_authority(value: bytes, authority: bool) -> None:
    assert certificate(1, 0, extension("basic_constraints", TRUE, value)).authority is authority
    assert certificate(1, 0, extension("basic_constraints", value)).authority is authority


def pem(raw: bytes) -> bytes:
    text = base64.encodebytes(raw)
    return b"-----BEGIN CERTIFICATE-----\n" + text + b"-----END CERTIFICATE-----\n"


def test_certificates_are_read_from_pem_or_der() -> None:
    assert [one.raw for one in v.read_certificates(SIGNER.raw)] == [SIGNER.raw]
    both = v.read_certificates(b"words\n" + pem(SIGNER.raw) + b"more\n" + pem(ROOT.raw))
    assert [one.raw for one in both] == [SIGNER.raw, ROOT.raw]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text", b"\x30\x00", SIGNER.raw[:-1], SIGNER.raw + b"\0", pem(SIGNER.raw).replace(b"\n", b"!\n", 2), pem(b"text"),
        pem(SIGNER.raw).replace(b"MI", b"M"), pem(SIGNER.raw) + pem(b""),
    ],
)  # fmt: skip
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    found = refused(v.read_certificates, data)
    assert (found.en, found.where) == ("not a certificate (PEM or DER)", "--tsa")


# ECDSA (FIPS 186-5)

P256, P384 = (v._CURVES[one] for one in ("1.2.840.10045.3.1.7", "1.3.132.0.34"))
Pair = tuple[int, int]


def point_at(curve: v.Curve, x: int) -> Pair:
    """A point with this x; both primes leave 3 when divided by 4."""
    y = pow(x**3 - 3 * x + curve.b, (curve.p + 1) // 4, curve.p)
    assert (y * y - x**3 + 3 * x - curve.b) % curve.p == 0
    return x, y


def times(curve: v.Curve, scalar: int, point: Pair) -> Pair:
    found = v.curve_multiply(curve, scalar % curve.n, point)
    assert found
    return found


def ecdsa(curve: v.Curve, public: Pair, hashed: bytes, r: int, s: int) -> bool:
    size = (curve.p.bit_length() + 7) // 8
    key = b"\x04" + public[0].to_bytes(size, "big") + public[1].to_bytes(size, "big")
    return v._ecdsa(curve, key, hashed, sequence(integer(r), integer(s)))


SMALL = v.Curve(23, 15, 1, 6, 17)
"""A curve of seventeen points, on which every signature can be tried; some points have an x of 0 or 1 modulo the order."""


def added(a: Pair, b: Pair) -> Pair:
    """Two points of SMALL that are not opposite, by the textbook."""
    p = SMALL.p
    slope = (3 * a[0] ** 2 - 3) * pow(2 * a[1], -1, p) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
    x = (slope**2 - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def test_every_signature_on_a_small_curve() -> None:
    """Key d, text z: (r, s) holds just if both lie between 0 and the order and r is the x of (z + r d) / s."""
    n, base = SMALL.n, (SMALL.x, SMALL.y)
    points = [base]
    while len(points) < n - 1:
        points.append(added(points[-1], base))
    assert {x % n for x, _ in points} >= {0, 1}
    for d, z in ((1, 0), (1, 9), (6, 16), (11, 5), (16, 7), (16, 12)):
        for r in range(-2, n + 3):
            for s in range(-2, n + 3):
                at = (z + r * d) * pow(s, -1, n) % n if s % n else 0
                good = 0 < r < n and 0 < s < n and at > 0 and points[at - 1][0] % n == r
                assert ecdsa(SMALL, points[d - 1], bytes([z << 3 | r & 7]), r, s) is good, (d, z, r, s)


@pytest.mark.parametrize("curve", [P256, P384])
def test_a_coordinate_of_the_modulus_is_no_zero(curve: v.Curve) -> None:
    """The point (0, y) is one of the curve, (p, y) another spelling of it."""
    public = point_at(curve, 0)
    found = v.curve_add(curve, times(curve, 5, (curve.x, curve.y)), times(curve, 7, public))
    assert found
    r = found[0] % curve.n
    s = r * pow(7, -1, curve.n) % curve.n
    hashed = (5 * s % curve.n).to_bytes((curve.n.bit_length() + 7) // 8, "big")
    assert ecdsa(curve, public, hashed, r, s)
    assert not ecdsa(curve, (curve.p, public[1]), hashed, r, s)


# Chains


def test_a_chain_has_up_to_four_certificates_between_and_each_is_valid_to_the_second() -> None:
    links = [certificate(n, n - 1, AUTHORITY) for n in range(1, 8)]
    assert v._leads_to(links[4], links, [ROOT], NOON)
    assert not v._leads_to(links[5], links, [ROOT], NOON), "five between"
    assert not v._leads_to(links[6], links, [ROOT], NOON)
    for time, valid in ((FIRST, True), (LAST, True), ("20191231235959", False), ("20200111000001", False)):
        assert v._leads_to(SIGNER, [MIDDLE], [ROOT], time) is valid
        assert v._leads_to(MIDDLE, [], [ROOT], time) is valid
        assert v._leads_to(ROOT, [], [ROOT], time)
    for times in ((FIRST, "20200105115959"), ("20200105120001", LAST)):
        assert not v._leads_to(SIGNER, [certificate(1, 0, AUTHORITY, times=times)], [ROOT], NOON)
        assert not v._leads_to(MIDDLE, [], [certificate(0, 0, times=times)], NOON)
    for times in ((FIRST, NOON), (NOON, LAST), (NOON, NOON)):
        assert v._leads_to(SIGNER, [certificate(1, 0, AUTHORITY, times=times)], [ROOT], NOON)
        assert v._leads_to(MIDDLE, [], [certificate(0, 0, times=times)], NOON)


def test_a_chain_does_not_lead_through_what_does_not_certify() -> None:
    assert not v._leads_to(SIGNER, [certificate(1, 0)], [ROOT], NOON), "no authority"
    assert not v._leads_to(SIGNER, [certificate(1, 0, AUTHORITY, signer=3)], [ROOT], NOON), "forged"
    assert not v._leads_to(certificate(2, 1, signer=3), [MIDDLE], [ROOT], NOON), "forged below"
    assert not v._leads_to(certificate(0, 0), [certificate(0, 0)], [MIDDLE], NOON), "round in a circle"


# Tokens (RFC 3161, RFC 5816)


def test_what_is_read_of_a_token() -> None:
    found = token()
    assert (found.digest, found.imprint_digest, found.time) == ("sha256", "sha256", NOON)
    assert found.imprint == hashlib.sha256(MESSAGE).digest()
    assert [one.raw for one in found.certificates] == [MIDDLE.raw, SIGNER.raw]
    for anchor in (ROOT, MIDDLE, SIGNER):
        assert holds(found, anchor)
    assert not holds(found, certificate(3, 3, AUTHORITY))


@pytest.mark.parametrize(
    "changed",
    [
        {"more": der(0xA1)},
        {"more": der(0xA1, sequence(integer(1)))},
        {"certificates": der(0xA0, MIDDLE.raw, der(0xA1, b"\x05\x00"), der(0x31, integer(1)), SIGNER.raw)},
        {"sid": der(0x80, b"key id")},
        {"digest": (SHA512, "sha512")},
        {"digest": (SHA384, "sha384"), "imprint": (SHA512, "sha512")},
        {"time": FIRST},
        {"time": LAST},
        {"attributes": {"signing_certificate_v2": attribute("signing_certificate", essential("sha1"))}},
        {"attributes": {"signing_certificate": attribute("signing_certificate", essential("sha256"))}},
    ],
)  # fmt: skip
def test_a_token_may_be_written_in_other_ways(changed: dict[str, Any]) -> None:
    """Revocation lists, other kinds of certificates, a signer named by its key's id, other digests, the first and the last second."""
    assert holds(token(**changed))


@pytest.mark.parametrize(("number", "digest"), [(SHA256, "sha256"), (SHA384, "sha384"), (SHA512, "sha512")])
def test_the_certificate_is_named_by_any_digest(number: str, digest: str) -> None:
    stated = attribute("signing_certificate_v2", essential(digest, sequence(oid(number))))
    assert holds(token(attributes={"signing_certificate_v2": stated}))
    other = attribute("signing_certificate_v2", essential(digest, sequence(oid(number)), of=MIDDLE))
    assert not holds(token(attributes={"signing_certificate_v2": other}), SIGNER)


@pytest.mark.parametrize(
    "changed",
    [
        {"sid": sequence(SIGNER.issuer, integer(8))},
        {"sid": sequence(SIGNER.subject, integer(7))},
        {"attributes": {"signing_certificate_v2": b""}},
        {"attributes": {"signing_certificate_v2": attribute("signing_certificate_v2", essential("sha1", sequence(oid(SHA1))))}},
        {"attributes": {"signing_certificate_v2": attribute("signing_certificate_v2", essential("sha1"))}},
        {"attributes": {"signing_certificate_v2": attribute("signing_certificate", essential("sha256"))}},
        {"attributes": {"signing_certificate": attribute("signing_certificate", essential("sha1")),
                        "signing_certificate_v2": attribute("signing_certificate_v2", essential("sha256", of=ROOT))}},
        {"certificates": der(0xA0, MIDDLE.raw)},
        {"certificates": der(0xA0, SIGNER.raw)},
        {"certificates": b""},
        {"time": "20191231235959"},
    ],
)  # fmt: skip
def test_a_token_whose_signer_is_not_named_or_not_certified_leads_nowhere(changed: dict[str, Any]) -> None:
    assert holds(token(**changed)) is False


def test_certificates_of_the_reader_help_to_lead_on() -> None:
    assert holds(token(certificates=der(0xA0, SIGNER.raw)), between=(MIDDLE,))
    assert holds(token(certificates=b""), between=(MIDDLE, SIGNER))
    assert holds(token(certificates=b""), SIGNER)


INVALID = "the time stamp's signature is invalid"
PURPOSES = "the time stamp's certificate is not for time stamping"
OUTSIDE = "the time stamp's certificate was not valid at the time"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"key": 1}, INVALID),
        ({"attributes": {"content_type": b""}}, INVALID),
        ({"attributes": {"content_type": attribute("content_type")}}, INVALID),
        ({"attributes": {"content_type": attribute("content_type", named("signed_data"))}}, INVALID),
        ({"attributes": {"message_digest": b""}}, INVALID),
        ({"attributes": {"message_digest": attribute("message_digest")}}, INVALID),
        ({"attributes": {"content_type": b"", "message_digest": b""}}, INVALID),
        ({"attributes": {"message_digest": attribute("message_digest", der(4, bytes(32)))}}, INVALID),
        ({"digest": (SHA256, "sha512")}, INVALID),
        ({"imprint": (SHA256, "sha512")}, "the time stamp is over something else"),
    ],
)  # fmt: skip
def test_a_token_that_leads_there_and_is_wrong_is_refused(changed: dict[str, Any], words: str) -> None:
    assert refused(holds, token(**changed)).en == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"digest": (SHA1, "sha1")}, "an unknown digest algorithm"),
        ({"imprint": (SHA1, "sha1")}, "an unknown digest algorithm"),
        ({"algorithm": named("pss")}, "the signature algorithm RSASSA-PSS is not known here"),
    ],
)  # fmt: skip
def test_a_token_with_an_unknown_algorithm_is_not_called_false(changed: dict[str, Any], words: str) -> None:
    assert refused(holds, token(**changed), kind=v.Unknown).en == words


def test_a_token_over_another_text_is_refused() -> None:
    assert (
        refused(v.verify_token, token(), MESSAGE + b"!", [ROOT]).en == "the time stamp is over something else"
    )


def signed_by(signer: v.Certificate, **changed: Any) -> v.Token:
    stated = attribute("signing_certificate_v2", essential("sha256", of=signer))
    return token(
        certificates=der(0xA0, MIDDLE.raw, signer.raw),
        attributes={"signing_certificate_v2": stated},
        **changed,
    )


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (extension("key_usage_extended", sequence(named("time_stamping"))),),
        (extension("key_usage_extended", FALSE, sequence(named("time_stamping"))),),
        (extension("key_usage_extended", TRUE, sequence(oid("1.3.6.1.5.5.7.3.1"))),),
        (extension("key_usage_extended", TRUE, sequence()),),
        (extension("key_usage_extended", TRUE, sequence(named("time_stamping"), oid("1.3.6.1.5.5.7.3.1"))),),
    ],
)  # fmt: skip
def test_a_signer_is_for_time_stamping_only_and_critically(extensions: tuple[bytes, ...]) -> None:
    assert refused(holds, signed_by(certificate(2, 1, *extensions))).en == PURPOSES
    assert holds(signed_by(certificate(2, 1, AUTHORITY, PURPOSE)))


@pytest.mark.parametrize(
    ("times", "valid"),
    [
        ((NOON, NOON), True), ((FIRST, NOON), True), ((NOON, LAST), True),
        ((FIRST, "20200105115959"), False), (("20200105120001", LAST), False),
    ],
)  # fmt: skip
def test_a_signer_is_valid_to_the_second(times: tuple[str, str], valid: bool) -> None:
    found = signed_by(certificate(2, 1, PURPOSE, times=times))
    if valid:
        assert holds(found)
    else:
        assert refused(holds, found).en == OUTSIDE


@pytest.mark.parametrize("number", [0, 2])
def test_a_token_has_one_signer(number: int) -> None:
    assert refused(lambda: token(signers=number)).en == "malformed time stamp: not one signer"
