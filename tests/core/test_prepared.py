"""Queries compiled once give the same rows as querysets."""

import pytest

from tests.house import House
from zhicheng.core.account import ApiToken
from zhicheng.core.organisation import Person
from zhicheng.core.prepared import NUMBER, Prepared


def test_rows_are_those_of_the_queryset(house: House) -> None:
    numbers = list(Person.objects.order_by("k").values_list("number", flat=True))
    prepared = Prepared(lambda number: Person.objects.filter(number=number))
    for number in numbers[:3]:
        found, wanted = prepared.first(Person, number), Person.objects.get(number=number)
        assert {f.attname: getattr(found, f.attname) for f in Person._meta.concrete_fields} == {
            f.attname: getattr(wanted, f.attname) for f in Person._meta.concrete_fields
        }
    assert prepared.first(Person, "nobody") is None


def test_values_come_as_pythons_own(house: House) -> None:
    person = Person.objects.order_by("k").first()
    assert person is not None
    prepared = Prepared(
        lambda k: Person.objects.filter(k=k).values_list("occurred_on", "late", "opened_at"), NUMBER
    )
    assert prepared.values(person.k) == [(person.occurred_on, person.late, person.opened_at)]


def test_a_queryset_that_depends_on_nothing_is_refused(house: House) -> None:
    with pytest.raises(ValueError, match="depend"):
        Prepared(lambda digest: ApiToken.objects.all()).values("x")
