"""Canonical bytes of entries and the seals over facts: the writing side of the format, §1 and §2."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, Final

from zhicheng.proof.verify import INTEGER_LIMIT, TEXT_LIMIT, Refused, check_fact, jcs, read_header

__all__ = ["Refused", "digests_text", "facts_digest", "header_bytes", "jcs", "seal", "seals", "text_digest"]

_HEX_DIGITS: Final = "0123456789abcdef"
_middles: dict[str, str] = {}


def _middle(name: str) -> str:
    """The text between salt and value; a name is checked the first time it is seen."""
    plain = name.removeprefix("_")
    if not plain.isascii() or not plain.isidentifier() or plain != plain.lower() or plain.startswith("_"):
        raise Refused("事实名不合格式：" + name[:60], "not a fact's name: " + name[:60])
    return _middles.setdefault(name, f'","{name}",')


def _check_salt(salt: str) -> None:
    if len(salt) != 32 or salt.strip(_HEX_DIGITS):
        raise Refused("盐应为 32 位十六进制", "a salt is 32 lower-case hex digits")


def _value_text(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise Refused("整数超出 ±(2^53-1)", "integer beyond 2^53 - 1")
        return str(int(value))
    value = list(value) if isinstance(value, tuple) else value
    check_fact(value)
    return jcs(value).decode()


def seal(salt: str, name: str, value: Any) -> str:
    """The seal of one fact: hex SHA-256 of canonical ``[salt, name, value]`` (format §2).

    ``salt`` is 32 hex digits, ``value`` a scalar or a list of at most 200 rows.
    Errors: Refused for what the format does not allow.
    """
    return seals({name: (salt, value)})[name]


def seals(salted: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """The seals of all facts of an entry, given as ``{name: (salt, value)}``. Errors as in ``seal``."""
    out = {}
    for name, (salt, value) in salted.items():
        if len(salt) != 32 or salt.strip(_HEX_DIGITS):
            _check_salt(salt)
        # RFC 8785 §3.2.2.2 escapes a string exactly as the library's encoder for non-ASCII output does.
        text = encode_basestring(value) if type(value) is str else _value_text(value)
        try:
            data = f'["{salt}{_middles.get(name) or _middle(name)}{text}]'.encode()
        except UnicodeEncodeError:
            raise Refused("含有不成对的代理字符", "unpaired surrogate") from None
        if len(data) > TEXT_LIMIT:
            raise Refused("一个事实超过 64 KiB", "a fact of more than 64 KiB")
        out[name] = sha256(data).hexdigest()
    return out


def facts_digest(outer: str, digests: Mapping[str, str]) -> str:
    """The facts digest of a header: hex SHA-256 of canonical ``[outer, {name: digest, …}]`` (format §2).

    ``digests`` are the results of ``seal``, by name. Errors: Refused for a malformed salt or name.
    """
    _check_salt(outer)
    for name in digests:
        if name not in _middles:
            _middle(name)
    return text_digest(outer, digests_text(digests))


def text_digest(outer: str, digests: str) -> str:
    """The facts digest of what ``digests_text`` returned; nothing is checked."""
    return sha256(f'["{outer}",{digests}]'.encode()).hexdigest()


def digests_text(digests: Mapping[str, str]) -> str:
    """Digests by name as canonical JSON; names and digests are not checked here."""
    return "{" + ",".join([f'"{name}":"{digests[name]}"' for name in sorted(digests)]) + "}"


def header_bytes(*, seq: int, d: str, type: str, k: int, ver: int, act: str, facts: str) -> bytes:  # noqa: A002
    """The canonical header of an entry (format §2), read back before it is returned. Errors: Refused."""
    data = (
        f'{{"act":"{act}","d":"{d}","facts":"{facts}","k":{k},"seq":{seq},"type":"{type}","v":1,"ver":{ver}}}'
    ).encode()
    read_header(data)
    return data
