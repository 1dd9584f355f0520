"""Cause-and-effect diagram (fishbone) as data: an effect, main branches, causes below causes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

BRANCHES_5M1E = ("人", "机", "料", "法", "环", "测")


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause with the causes below it; ``verified`` True: confirmed by data, False: excluded, None: not looked into yet."""

    name: str
    causes: tuple[Cause, ...] = ()
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class CauseAndEffect:
    """An effect and its main branches."""

    effect: str
    branches: tuple[Cause, ...]

    def walk(self) -> Iterator[tuple[tuple[str, ...], Cause]]:
        """Each cause with the path of names from its branch to it, in the order of the diagram."""

        def down(path: tuple[str, ...], cause: Cause) -> Iterator[tuple[tuple[str, ...], Cause]]:
            here = (*path, cause.name)
            yield here, cause
            for below in cause.causes:
                yield from down(here, below)

        for branch in self.branches:
            yield from down((), branch)

    @property
    def confirmed(self) -> tuple[tuple[str, ...], ...]:
        """Paths of the causes that data confirmed."""
        return tuple(path for path, cause in self.walk() if cause.verified)

    @property
    def open(self) -> tuple[tuple[str, ...], ...]:
        """Paths of the last causes that nobody has looked into yet."""
        return tuple(path for path, cause in self.walk() if cause.verified is None and not cause.causes)


@dataclass(slots=True)
class _Node:
    verified: bool | None = None
    below: dict[str, _Node] = field(default_factory=dict)


def cause_and_effect(
    effect: str,
    paths: Sequence[tuple[Sequence[str], bool | None]],
    branches: Sequence[str] = BRANCHES_5M1E,
) -> CauseAndEffect:
    """The diagram from rows: a path of names from a main branch down to a cause, and what is known of that cause.

    Errors: ValueError for an effect or a name that is empty, or a path that starts at no branch.

    >>> found = cause_and_effect("焊缝气孔", [(["料", "焊丝受潮"], True), (["法", "电流过小"], None)])
    >>> found.confirmed, found.open[0]
    ((('料', '焊丝受潮'),), ('人',))
    """
    if not effect.strip():
        raise ValueError("因果图须写明结果（要解决的问题）。")
    top = {name: _Node() for name in branches}
    for path, verified in paths:
        if not path or path[0] not in top:
            raise ValueError(f"“{' → '.join(path)}”不从任何大骨开始：大骨为 {'、'.join(branches)}。")
        if any(not name.strip() for name in path):
            raise ValueError("原因的名称不能是空的。")
        node = top[path[0]]
        for name in path[1:]:
            node = node.below.setdefault(name, _Node())
        node.verified = verified

    def freeze(name: str, node: _Node) -> Cause:
        return Cause(name, tuple(freeze(*pair) for pair in node.below.items()), node.verified)

    return CauseAndEffect(effect, tuple(freeze(*pair) for pair in top.items()))
