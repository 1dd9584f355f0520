"""From a batch to the customers who have it, from a serial number to its shipment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet, Sum

from zhicheng.processes.customer.models import Customer
from zhicheng.processes.delivery.models import SerialRange, SerialsRead, Shipment
from zhicheng.processes.delivery.serials import LEVELS, Serial, Unreadable

CHUNK = 500


@dataclass(frozen=True)
class Holder:
    """A customer who got units of a batch: how many in all, and when last."""

    customer: Customer
    quantity: Decimal
    unit: str
    shipped_on: dt.date


def shipments_of_batch(batch: str, product: Any = None) -> QuerySet[Any]:
    """What was shipped of a batch (and not voided), of one product type where it is given."""
    rows: QuerySet[Any] = Shipment.objects.filter(batch=batch.strip(), state=Shipment.State.SHIPPED)
    return rows.filter(product=product) if product is not None else rows


def customers_with_batch(batch: str, product: Any = None) -> list[Holder]:
    """Every customer who got units of the batch, most first; none for an empty batch."""
    if not batch.strip():
        return []
    held = shipments_of_batch(batch, product).values("customer", "unit")
    rows = held.annotate(total=Sum("quantity"), last=Max("occurred_on")).order_by("-total", "customer")
    customers = Customer.objects.in_bulk([row["customer"] for row in rows])
    return [Holder(customers[r["customer"]], r["total"], r["unit"], r["last"]) for r in rows]


def shipment_of_serial(text: str) -> Any:
    """The shipment, not voided, that this serial number last left with; None if there is none or it cannot be read."""
    try:
        serial = Serial.read(text)
    except Unreadable:
        return None
    catch_up()
    # One question for each level: an OR of them would keep both databases from the index.
    near = [_around(serial, level) for level in LEVELS]
    found = Shipment.objects.filter(k__in=list(near[0].union(*near[1:])), state=Shipment.State.SHIPPED)
    return found.order_by("-occurred_on", "-k").first()


def _around(serial: Serial, level: int) -> QuerySet[Any, int]:
    """The shipments of ranges of this level that hold the serial number."""
    close = (serial.number - 2**level + 1, serial.number)
    rows = SerialRange.objects.filter(prefix=serial.prefix, width=serial.width, level=level, low__range=close)
    return rows.filter(high__gte=serial.number).values_list("shipment", flat=True)


def catch_up() -> int:
    """Read shipments written since the index last was; returns how many.

    The index follows the log's order, so it needs no hook in the writers and imports; what is written is numbered in the
    order of commits, so nothing is passed over.
    """
    newest = Shipment.objects.aggregate(newest=Max("seq"))["newest"]
    done = SerialsRead.objects.values_list("seq", flat=True).first()
    if newest is None or (done is not None and newest <= done):
        return 0
    with transaction.atomic():
        SerialsRead.objects.get_or_create(pk=1)
        read = SerialsRead.objects.select_for_update().get(pk=1)
        count = 0
        while part := list(Shipment.objects.filter(seq__gt=read.seq).order_by("seq")[:CHUNK]):
            SerialRange.objects.filter(shipment__in=[s.k for s in part]).delete()
            _index(part)
            read.seq = part[-1].seq
            count += len(part)
        read.save(update_fields=["seq"])
    return count


def reindex() -> int:
    """Build the index anew from all shipments; returns how many were read."""
    with transaction.atomic():
        SerialRange.objects.all().delete()
        SerialsRead.objects.all().delete()
        return catch_up()


def _index(shipments: list[Any]) -> None:
    """Add the rows of these shipments with one prepared statement: of a million, Django would make a million objects."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, ("shipment_id", "prefix", "width", "level", "low", "high")))
    rows = [(s.k, r.prefix, r.width, r.level, r.low, r.high) for s in shipments for r in s.ranges]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(SerialRange._meta.db_table)} ({columns}) VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
