"""What a template asks of whoever knows the records: the numbers, tables and charts behind its
placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from zhicheng.reports.document import Chart, SignOff, Table


class Unresolved(LookupError):
    """A Resolver does not know a name or its settings: the two texts say what, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")


class Resolver(Protocol):
    """Knows what the placeholders of a template stand for. Every method raises Unresolved.

    Numbers come back as F…, T…, D…; asked again for the same, it answers with the same. Tables and charts
    come back without number; caption and note may be replaced by the template.
    """

    def figure(self, name: str, params: Mapping[str, str]) -> str: ...
    def target(self, name: str, params: Mapping[str, str]) -> str: ...
    def declared(self, name: str, params: Mapping[str, str]) -> str: ...
    def table(self, name: str, params: Mapping[str, str]) -> Table: ...
    def register(self, name: str, params: Mapping[str, str]) -> Table: ...
    def chart(self, name: str, params: Mapping[str, str]) -> Chart: ...
    def sign_off(self, name: str, params: Mapping[str, str]) -> SignOff: ...
