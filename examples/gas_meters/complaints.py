"""Customers, shipments and complaints of 2017: names and single cases are invented, the promises they are held against are not.

No source prints how many complaints there were; the number here is invented like the cases. Deterministic, except the
three that came in just now, so that somebody's clock runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from examples.drawing import Draw
from examples.gas_meters.year import Presented
from examples.loading import Example, Progress, Sheets
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import log

COMPLAINTS = 34
LAST_RECEIVED = dt.date(2017, 12, 8)
LATE_ANSWER, LATE_VISIT = frozenset({6, 17, 29}), frozenset({4, 22})
"""Which complaints, counted in the order of their coming, were answered or visited too late."""
LATE_COORDINATION = 1
"""Which of those that no office answers was coordinated too late."""
RECURS_WITHIN = dt.timedelta(days=360)
"""Twelve months as the process counts them (parameter complaint.recurring_months)."""


@dataclass(frozen=True)
class Kind:
    """A kind of complaint: what is said, found and done, and what it costs; ``weight`` says how common it is."""

    category: str
    defect: str
    severity: str
    responsibility: str
    said: str
    found: str
    cause: str
    solution: str
    corrective: str
    cost: int
    visit: bool
    weight: int


KINDS = (
    Kind("performance", "P01", "major", "ours", "与上一级计量比对，示值偏大", "现场检定示值误差超限", "修正系数写入后未复核",
         "更换机芯并重新检定", "出厂检定增加系数复核一项", 860, True, 9),
    Kind("performance", "P04", "major", "supplier", "显示屏时有时无", "显示板焊点虚焊", "外购显示板焊接不良",
         "更换显示板", "显示板进货检验加振动试验", 420, True, 8),
    Kind("performance", "P02", "critical", "ours", "法兰连接处闻到燃气味", "密封圈压偏", "装配时密封圈未就位",
         "当日停用并更换密封圈，保压合格后恢复", "密封工位增加就位检查与双人确认", 650, True, 4),
    Kind("appearance", "P05", "minor", "ours", "表壳有磕碰痕", "漆面碰伤，不影响计量", "成品周转架间距小",
         "补漆或更换外壳", "周转架加隔条", 120, False, 4),
    Kind("packaging", "", "minor", "carrier", "木箱破损，一台倾倒", "承运途中受撞", "承运方叠放过高",
         "补发一台，破损一台退厂复检", "与承运方约定叠放层数", 980, False, 3),
    Kind("installation", "", "minor", "customer", "投运后流量计不走", "管道未吹扫，焊渣卡住叶轮", "",
         "有偿清洗，并提供安装要求", "", 300, True, 4),
    Kind("documents", "P06", "minor", "ours", "铭牌压力等级与合同不一致", "铭牌装错", "同批两种铭牌混放",
         "更换铭牌并补合格证", "铭牌按生产单单独发放", 60, False, 2),
    Kind("quantity", "", "minor", "ours", "装箱单列有转接头，箱内没有", "附件漏装", "装箱核对单未逐项勾选",
         "次日补寄附件", "装箱核对单两人签字", 45, False, 2),
)  # fmt: skip
SENT = ("phone", "call_centre", "wechat", "qq", "mail", "fax", "visit")


def customers(example: Example, progress: Progress) -> None:
    """The service offices and the customers."""
    by = example.actor("sales")
    example.take_in_table("customer.office", "offices", by, progress)
    example.take_in_table("customer.customer", "customers", by, progress)


def promise(example: Example, progress: Progress) -> None:
    """What the enterprise promised, as its published report has it: how soon it serves, and its warranty."""
    by = example.actor("quality_manager")
    example.take_in_table("warranty.term", "warranty", by, progress)
    example.take_in_table("complaint.promise", "promises", by, progress)


def ship(example: Example, plan: Iterable[Presented], days: Sequence[dt.date], progress: Progress) -> None:
    """Every released unit leaves for a customer with its batch and serial numbers."""
    heads = ("document", "line", "customer", "product", "batch", "quantity", "unit", "occurred_on")
    rows, serials = [], []
    buyers = example.table("customers")
    for document, line, customer, batch, units, day in _parts(buyers, plan, days):
        rows.append((document, line, customer, batch.product, batch.document, len(units), "台", day))
        serials += [(document, line, batch.serial(a), batch.serial(b)) for a, b in _runs(units)]
    sheets: Sheets = {
        "发货": (heads, rows),
        "出厂编号": (("发货单号", "行号", "编号或起号", "止号"), serials),
    }
    by = example.actor("sales")
    example.take_in("delivery.shipment", sheets, "发货 2017.xlsx", by, progress, Provenance.RECONSTRUCTED)


def _parts(
    buyers: Sequence[dict[str, str]], plan: Iterable[Presented], days: Sequence[dt.date]
) -> Iterator[tuple[str, int, str, Presented, list[int], dt.date]]:
    """Document, line, customer, batch, units and day of each shipment; one batch in four is split between two customers."""
    draw, weights = Draw("shipments"), [int(b["weight"]) for b in buyers]
    for i, batch in enumerate(plan, 1):
        units = [n for n, defect in enumerate(batch.units, 1) if defect is None]
        day = days[min(days.index(batch.released) + draw.below(5), len(days) - 1)]
        cut = len(units) // 2 if draw.below(4) == 0 and len(units) > 1 else len(units)
        for part in (units[:cut], units[cut:]):
            if part:
                line = 1 if part[0] == units[0] else 2
                yield f"FH{day:%y%m%d}-{i:04d}", line, draw.one(buyers, weights)["name"], batch, part, day


def _runs(units: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Units as ranges of neighbours."""
    first = last = units[0]
    for unit in units[1:]:
        if unit != last + 1:
            yield first, last
            first = unit
        last = unit
    yield first, last


def closed(example: Example, progress: Progress) -> None:
    """The complaints of the year, each with the moments of its stages, as they were closed."""
    rows = list(cases())
    heads = list(rows[0])
    sheets: Sheets = {"投诉": (heads, [[row[h] for h in heads] for row in rows])}
    by = example.actor("after_sales")
    example.take_in("complaint.complaint", sheets, "投诉 2017.xlsx", by, progress, Provenance.RECONSTRUCTED)


def cases() -> Iterator[dict[str, Any]]:
    """The rows of the file, in the order of receipt."""
    draw = Draw("complaints")
    shipments = list(
        registry["delivery.shipment"]
        .model.objects.filter(occurred_on__lt=LAST_RECEIVED - dt.timedelta(days=20))
        .select_related("customer", "product")
        .order_by("k")
    )
    drawn = [(draw.one(shipments), draw.one(KINDS, [k.weight for k in KINDS])) for _ in range(COMPLAINTS)]
    begun = sorted(
        ((_received(draw, shipment.occurred_on), shipment, kind) for shipment, kind in drawn),
        key=lambda one: one[0],
    )
    before: list[tuple[tuple[str, ...], dt.datetime]] = []
    slow = [i for i, (_at, shipment, _kind) in enumerate(begun) if not shipment.customer.office_id]
    for i, (received, shipment, kind) in enumerate(begun):
        what = (shipment.product.code, kind.category, kind.defect)
        again = any(w == what and received - at <= RECURS_WITHIN for w, at in before)
        before.append((what, received))
        row = _row(draw, i, received, shipment, kind) | {"recurring": "是" if again else "否"}
        yield row | _answer(
            draw, i, received, i == slow[LATE_COORDINATION], bool(shipment.customer.office_id)
        )


def _received(draw: Draw, shipped: dt.date) -> dt.datetime:
    latest = LAST_RECEIVED - dt.timedelta(days=draw.below(10))
    day = min(shipped + dt.timedelta(days=5 + draw.below(70)), latest)
    return dt.datetime.combine(day, dt.time(8 + draw.below(9), draw.below(60)))


def _row(draw: Draw, i: int, received: dt.datetime, shipment: Any, kind: Kind) -> dict[str, Any]:
    serial = shipment.serial_numbers[draw.below(len(shipment.serial_numbers))]["first"]
    quantity = 1 if kind.category not in ("packaging", "quantity") else 1 + draw.below(2)
    return {
        "channel": draw.one(SENT, (9, 6, 5, 3, 3, 1, 2)),
        "received_at": received,
        "customer": shipment.customer.name,
        "product": shipment.product.code,
        "batch": shipment.batch,
        "serial": serial,
        "quantity": quantity,
        "unit": "台",
        "category": kind.category,
        "defect_code": kind.defect,
        "description": kind.said,
        "severity": kind.severity,
        "finding": kind.found,
        "responsibility": kind.responsibility,
        "cause": kind.cause,
        "solution": kind.solution,
        "work_done": f"{kind.solution}，顾客已签收",
        "corrective_action": kind.corrective,
        "effective": "是",
        "effect": "回访时使用正常",
        "cost": kind.cost * quantity + draw.below(90),
        "state": "投诉已关闭",
        **_rest(draw, i, received, kind, bool(shipment.customer.office_id)),
    }


def _answer(draw: Draw, i: int, received: dt.datetime, slow: bool, office: bool) -> dict[str, Any]:
    """Coordination (where no office answers) and reply; the promise is one and two hours."""
    coordinated = received + dt.timedelta(minutes=75 if slow else 10 + draw.below(40))
    minutes = 135 + draw.below(180) if i in LATE_ANSWER else 55 + draw.below(60)
    replied = received + dt.timedelta(minutes=max(minutes, 80) if slow else minutes)
    return {
        "coordinated_at": "" if office else coordinated,
        "responded_at": replied,
        "response": "已记录，说明由谁处理",
        "replied_at": replied,
        "reply": "已答复处理办法与时间",
    }


def _rest(draw: Draw, i: int, received: dt.datetime, kind: Kind, office: bool) -> dict[str, Any]:
    """Visit, finding, cause, agreement, carrying out, effect, call and closing."""
    needed = received + dt.timedelta(hours=6, minutes=draw.below(50))
    visit = kind.visit or i in LATE_VISIT
    hours = (24 if office else 48) - 1 - draw.below(3) + (5 if i in LATE_VISIT else 0)
    arrived = received + dt.timedelta(hours=hours)
    identified = (arrived if visit else needed) + dt.timedelta(minutes=30 + draw.below(80))
    ours = kind.responsibility != "customer"
    cause = identified + dt.timedelta(days=1 + draw.below(4), minutes=draw.below(120))
    agreed = cause + dt.timedelta(days=1, minutes=draw.below(90))
    carried = agreed + dt.timedelta(days=1 + draw.below(5), minutes=draw.below(90))
    confirmed = carried + dt.timedelta(days=10 + draw.below(12))
    return {
        "visit_needed_at": needed if visit else "",
        "arrived_at": arrived if visit else "",
        "identified_at": identified,
        "contained_at": identified + dt.timedelta(hours=1) if ours else "",
        "containment": "同批库存停发，通知同批其他顾客自查" if ours else "",
        "cause_confirmed_at": cause if ours else "",
        "plan_sent_at": cause + dt.timedelta(hours=2) if ours else "",
        "agreed_at": agreed,
        "carried_out_at": carried,
        "corrective_at": cause + dt.timedelta(hours=3) if ours else "",
        "effect_confirmed_at": confirmed,
        "followed_up_at": confirmed + dt.timedelta(days=1),
        "closed_at": confirmed + dt.timedelta(days=2),
    }


def live(example: Example) -> None:
    """Three that came in just now: one overdue for its answer, one answered that waits for a visit, one fresh."""
    after_sales, now = example.actor("after_sales"), log.now().replace(microsecond=0)
    shipments = registry["delivery.shipment"].model.objects.order_by("-k")
    ways = (
        (shipments.filter(customer__office=None)[0], 200, KINDS[0]),
        (shipments.exclude(customer__office=None)[0], 150, KINDS[1]),
        (shipments.exclude(customer__office=None)[3], 15, KINDS[3]),
    )
    for i, (shipment, minutes, kind) in enumerate(ways):
        facts = {
            "channel": SENT[i],
            "received_at": now - dt.timedelta(minutes=minutes),
            "customer": shipment.customer,
            "product": shipment.product,
            "batch": shipment.batch,
            "serial": shipment.serial_numbers[0]["first"],
            "quantity": 1,
            "category": kind.category,
            "defect_code": kind.defect,
            "description": f"{kind.said}（示例）",
            "severity": kind.severity,
        }
        opened = open_record(registry["complaint.complaint"], facts, by=after_sales)
        if i == 1:
            told = {"reply": "已答复，派人到场", "replied_at": now - dt.timedelta(minutes=90)}
            opened = perform(opened, "answer", told, by=after_sales, version=opened.version)
            perform(opened, "need_visit", {}, by=after_sales, version=opened.version)
