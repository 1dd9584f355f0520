"""Asking a time-stamping authority for a token (RFC 3161 §2.4): the request, the answer, the exchange over HTTP (§3.4)."""

import hashlib
import os
import urllib.request

from zhicheng.proof.verify import Der, Refused, Token

SHA256 = bytes.fromhex("300d06096086480165030402010500")
LONGEST_ANSWER = 2**20


def _element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else b"\x81" + bytes([len(body)])
    return bytes([tag]) + length + body


def request(message: bytes, nonce: int) -> bytes:
    """A TimeStampReq (DER) over SHA-256 of ``message`` that asks for the authority's certificate."""
    imprint = _element(0x30, SHA256, _element(4, hashlib.sha256(message).digest()))
    number = _element(2, nonce.to_bytes(9, "big"))
    return _element(0x30, _element(2, b"\x01"), imprint, number, _element(1, b"\xff"))


def token_of(answer: bytes, message: bytes, nonce: int) -> bytes:
    """The token (DER) of a TimeStampResp. Errors: Refused when it was not granted or is over something else."""
    parts = Der(answer).parts()
    if not parts or not parts[0].parts() or parts[0].parts()[0].number() not in (0, 1) or len(parts) < 2:
        raise Refused("时间戳服务拒绝了请求", "the authority did not grant a time stamp")
    token = Token(parts[1].raw)
    stated = [one.number() for one in Der(token.content).parts() if one.tag == 2]
    if token.imprint != hashlib.sha256(message).digest() or nonce not in stated:
        raise Refused("时间戳不是对所请求内容的", "the time stamp is over something else")
    return parts[1].raw


def stamp(message: bytes, address: str, seconds: float = 20) -> bytes:
    """A token over ``message`` from the authority at ``address``. Errors: Refused, OSError."""
    if not address.startswith(("http://", "https://")):
        raise Refused(
            "时间戳服务的地址须以 http:// 或 https:// 开头",
            "an authority's address starts with http:// or https://",
        )
    nonce = int.from_bytes(os.urandom(8), "big") | 1 << 63
    asked = urllib.request.Request(
        address, request(message, nonce), {"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(asked, timeout=seconds) as answer:
        return token_of(answer.read(LONGEST_ANSWER), message, nonce)
