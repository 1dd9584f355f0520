"""Sealed facts as they are stored, sealed again from their text: an audit reads millions, most of them of few shapes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from zhicheng.proof.verify import Shape

VALUE: Final = Shape.VALUE[:-1] + rb"|\[\])"


class Sealed:
    """Sealed facts with the same names: a pattern of their text, and how their digests are written.

    The pattern takes salts and plain values only (no escapes, no lists but empty ones, at most 15 digits), whose text is canonical as
    it stands; what it does not take is for the strict reader.
    """

    __slots__ = ("_digests", "_match", "_middles")

    def __init__(self, names: list[str]) -> None:
        one = rb'"%s":(\["[0-9a-f]{32}",)(' + VALUE + rb"\])"
        facts = b",".join([one.replace(b"%s", name.encode()) for name in names])
        self._match = re.compile(rb"\{" + facts + rb"\}").fullmatch
        self._middles = [f'"{name}",'.encode() for name in names]
        self._digests = "{" + ",".join([f'"{name}":"%s"' for name in sorted(names)]) + "}"

    def digests(self, content: bytes) -> str | None:
        """The canonical digests of facts written so, as ``digests_text`` has them; None if they are not of this shape."""
        found = self._match(content)
        if found is None:
            return None
        parts = found.groups()
        return self._digests % tuple(
            [
                sha256(a + b + c).hexdigest()
                for a, b, c in zip(parts[::2], self._middles, parts[1::2], strict=True)
            ]
        )


class Shapes:
    """The shapes seen so far, the last one used first."""

    MOST, NAMES = 200, 200
    _NAME = re.compile(r"_?[a-z][a-z0-9_]*")

    def __init__(self) -> None:
        self._shapes: list[Sealed] = []
        self._seen: set[tuple[str, ...]] = set()

    def digests(self, content: str) -> str | None:
        """As ``Sealed.digests``; None where no shape fits."""
        try:
            data = content.encode()
        except UnicodeEncodeError:
            return None
        for at, shape in enumerate(self._shapes):
            found = shape.digests(data)
            if found is not None:
                if at:
                    self._shapes.insert(0, self._shapes.pop(at))
                return found
        return None

    def learn(self, names: list[str]) -> None:
        """Keep the shape of facts that were read strictly and are sorted by name."""
        key = tuple(names)
        if key in self._seen or len(self._shapes) >= self.MOST or not 0 < len(names) <= self.NAMES:
            return
        self._seen.add(key)
        if names == sorted(names) and all(self._NAME.fullmatch(name) for name in names):
            self._shapes.insert(0, Sealed(names))
