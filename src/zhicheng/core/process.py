"""What a process is: plain, frozen, typed definitions, and the registry that ``config.processes`` fills.

Definitions hold names, sets and functions, never expressions in strings. Pages, API, import, bundle and documents
are made from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist

from zhicheng.core.retention import Retention
from zhicheng.core.roles import INTERNAL

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhicheng.core.pictures import Picture
    from zhicheng.core.records import Record
    from zhicheng.core.writers import Write

Text = Any  # a translatable string


@dataclass(frozen=True)
class Missing:
    """Why something may not be done now: a sentence, and the record where it can be mended."""

    sentence: Text
    at: Record | None = None


Requirement: TypeAlias = Callable[[Any], Missing | None]
Effect: TypeAlias = "Callable[[Any, Write], None]"


@dataclass(frozen=True)
class Transition:
    """One step of the shop floor: from which states, to which (None: the effect sets the state), by whom, asking for what.

    ``requires`` are facts that must hold before (shown as sentences on the page); ``checks`` judge the facts just asked for.
    ``four_eyes`` names earlier acts whose author may not do this one. ``meaning`` makes it a signature that needs
    re-authentication: the word printed beside the name. ``reason`` demands one. ``through`` names the service that alone may
    take the step, because it does more than change facts (publication renders and hashes first). ``confined``: the step decides for
    others, as a ``confined`` process does with every step.
    """

    name: str
    title: Text
    sources: frozenset[str]
    to: str | None
    roles: frozenset[str] | Callable[[Any], frozenset[str]]
    effect: Effect
    asks: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    requires: tuple[Requirement, ...] = ()
    checks: tuple[Requirement, ...] = ()
    four_eyes: tuple[str, ...] = ()
    meaning: Text = ""
    reason: bool = False
    through: str = ""
    confined: bool = False
    help: str = ""

    def roles_for(self, record: Record) -> frozenset[str]:
        """The roles that may take this step of this record; a function where a parameter gives their order."""
        return self.roles(record) if callable(self.roles) else self.roles


def transition(
    title: Text,
    *sources: str,
    to: str | None = None,
    roles: Iterable[str] | Callable[[Any], frozenset[str]],
    asks: tuple[str, ...] = (),
    optional: Iterable[str] = (),
    requires: tuple[Requirement, ...] = (),
    checks: tuple[Requirement, ...] = (),
    four_eyes: tuple[str, ...] = (),
    meaning: Text = "",
    reason: bool = False,
    through: str = "",
    confined: bool = False,
) -> Callable[[Effect], Transition]:
    """Make a Transition of a function ``(record, by)``; its name is the act that the log holds, its docstring the help."""

    def wrap(effect: Effect) -> Transition:
        return Transition(
            name=effect.__name__,
            title=title,
            sources=frozenset(str(s) for s in sources),
            to=None if to is None else str(to),
            roles=roles if callable(roles) else frozenset(str(r) for r in roles),
            effect=effect,
            asks=asks,
            optional=frozenset(optional),
            requires=requires,
            checks=checks,
            four_eyes=four_eyes,
            meaning=meaning,
            reason=reason,
            through=through,
            confined=confined,
            help=(effect.__doc__ or "").strip(),
        )

    return wrap


@dataclass(frozen=True)
class Limit:
    """How long something may take: an amount of a unit of ``core.working_time``, and what sets it (number and version of a
    record, or ``default``). What was promised to the public (``public``) is not lengthened by pauses."""

    amount: int
    unit: str
    rule: str = ""
    public: bool = False


@dataclass(frozen=True)
class Span:
    """What a clock measures on a record: from when, the limit, until when (None: it runs), and the pauses between."""

    since: dt.datetime
    limit: Limit
    until: dt.datetime | None = None
    pauses: tuple[tuple[dt.datetime, dt.datetime], ...] = ()


@dataclass(frozen=True)
class Clock:
    """A time limit on a record. Either it starts with one act and stops with others, and ``within`` names the parameter
    that holds its hours (working days with ``working_time``); or ``span`` tells it from the record's facts, and ``stops`` only
    names the steps by which people get there."""

    name: str
    title: Text
    starts: str = ""
    stops: frozenset[str] = frozenset()
    within: str = ""
    working_time: bool = False
    span: Callable[[Any], Span | None] | None = None


@dataclass(frozen=True)
class ParameterSpec:
    """A number, text or choice that an administrator may set: its default and where that comes from."""

    key: str
    title: Text
    default: Any
    kind: type = int
    unit: Text = ""
    source: Text = ""


@dataclass(frozen=True)
class Likeness:
    """How records like one that is being entered are found: the facts by which, and a function of those that are given and of
    the rows in sight, which yields records with the word why, the likeliest first. It asks few, indexed queries: it runs while
    a person types."""

    facts: tuple[str, ...]
    find: Callable[[Mapping[str, Any], QuerySet[Any]], Iterable[tuple[Any, Text]]]


def nothing(record: Any, by: Write) -> None:
    """The effect of an act that changes no other fact."""


@dataclass(frozen=True)
class Process:
    """Everything the generic parts know about one kind of record. ``name`` is logged and never changed."""

    name: str
    title: Text
    model: Any  # the Record subclass; its own fields are known only to its process
    series: str
    opens: frozenset[str]
    start: str
    asks: tuple[str, ...]
    transitions: tuple[Transition, ...] = ()
    final: frozenset[str] = frozenset()
    opened: Effect = nothing
    amended: Effect = nothing
    open_requires: tuple[Requirement, ...] = ()
    open_title: Text = ""
    amends: frozenset[str] = frozenset()
    amendable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clocks: tuple[Clock, ...] = ()
    parameters: tuple[ParameterSpec, ...] = ()
    may_open: tuple[str, ...] = ()
    readers: frozenset[str] = INTERNAL
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ("number",)
    groups: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    importable: frozenset[str] = frozenset()
    import_columns: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()
    forgets: Callable[[Any], None] | None = None
    """Called when personal facts of a record are erased: what lies outside the log says no more of them either."""
    retention: Retention = field(kw_only=True)
    """How long its records are kept and why, until a parameter says otherwise."""
    pictures: Callable[[Any], list[Picture]] | None = None
    """What is drawn of a record on its page (``core.pictures``)."""
    folded: tuple[Text, ...] = ()
    """Groups that the form of a new record shows folded: what can as well be filled in later."""
    alike: Likeness | None = None
    """Shown under the form of a new record: what may be the same, entered before."""
    concerns: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Facts that play a part only where another fact has one of these values: only then does a form ask for them and a page show them."""
    owners: tuple[str, ...] = ()
    """Facts that name the person who must see to the record: they pass to a successor when that person leaves."""
    rail: str = "register"
    help: Text = ""
    working_date: str = "occurred_on"
    confined: bool = False
    """Whether the record decides for others (rights, rules, whose data go): who holds a role for one site or department
    only may then write those that decide for nothing else (``Record.reach``)."""

    def __post_init__(self) -> None:
        names = {f.name for f in self.model._meta.get_fields()}
        used = {
            *self.owners,
            *self.asks,
            *self.columns,
            *self.filters,
            *self.may_open,
            *self.key,
            *self.import_columns,
            *filter(None, [self.retention.until]),
        }
        used |= set(self.alike.facts) if self.alike else set()
        used |= {*self.concerns, *(other for other, _values in self.concerns.values())}
        used |= {n for t in self.transitions for n in t.asks} | {
            n for fields in self.amendable.values() for n in fields
        }
        unknown = used - names - {"submission"}
        if unknown:
            raise FieldDoesNotExist(f"{self.name}: {sorted(unknown)}")
        if alien := self.retention.ends - {state for state, _word in self.model.State.choices}:
            raise ValueError(f"{self.name}: no such states: {sorted(alien)}")
        if not self.retention.always and not (self.retention.ends or self.final):
            raise ValueError(f"{self.name}: its records never end: say why they are always kept")
        if set(self.may_open) & self.personal:
            raise ValueError(f"{self.name}: personal facts may never be opened")

    @property
    def states(self) -> dict[str, Text]:
        """Every state with its word, in the order of the model."""
        return dict(self.model.State.choices)

    @property
    def acts(self) -> dict[str, Transition]:
        """Transitions by name."""
        return {t.name: t for t in self.transitions}

    def graph(self) -> dict[str, Any]:
        """The state graph as plain data, for the log's definitions and the documents."""
        return {
            "start": self.start,
            "final": sorted(self.final),
            "acts": {
                t.name: {
                    "from": sorted(t.sources),
                    "to": t.to,
                    "roles": ["by_parameter"] if callable(t.roles) else sorted(t.roles),
                    "four_eyes": list(t.four_eyes),
                }
                for t in self.transitions
            },
        }


class Registry:
    """The processes of this installation by name and by model."""

    def __init__(self) -> None:
        self._by_name: dict[str, Process] = {}
        self._by_model: dict[type, Process] = {}

    def add(self, *processes: Process) -> None:
        """Register; a name or model twice is an error (ValueError)."""
        for process in processes:
            if process.name in self._by_name and self._by_name[process.name] is not process:
                raise ValueError(f"{process.name} is registered twice")
            self._by_name[process.name] = process
            self._by_model[process.model] = process

    def __getitem__(self, name: str) -> Process:
        return self._by_name[name]

    def get(self, name: str) -> Process | None:
        """The process of this name, or None."""
        return self._by_name.get(name)

    def of(self, model: type | Record) -> Process:
        """The process of a model or record."""
        return self._by_model[model if isinstance(model, type) else type(model)]

    def all(self) -> tuple[Process, ...]:
        """Every process in the order of registration."""
        return tuple(self._by_name.values())


registry = Registry()
