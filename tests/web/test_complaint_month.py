"""顾客回馈处理统计表 each month, and the summary of the quarter (J-6.2.3, J-6.2.7, T-6.7.1)."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.http import Http404

from tests.house import today
from tests.processes.test_complaint import ago, complain, customer, promise
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import compute, grouped
from zhicheng.web.complaint_month import COLUMNS, Period, channels, handling

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House


def month_of(house: House) -> list[Any]:
    """A few complaints of this month, one brought to its end, one a duplicate."""
    promise(house, (("identify", "all", 2, "hour", "received_at"),))
    buyer, made = customer(house), []
    for category, channel in (
        ("performance", "phone"),
        ("performance", "wechat"),
        ("packaging", "phone"),
        ("other", "public"),
    ):
        made.append(
            complain(house, buyer, category=category, channel=channel, product=house.product, quantity="1")
        )
    asked = {"finding": "属实", "responsibility": "ours", "category": "performance", "severity": "major"}
    one = house.perform(made[0], "identify", "after_sales", asked)
    one = house.perform(one, "contain", "after_sales", {"containment": "隔离"})
    one = house.perform(one, "analyse", "quality_manager", {"cause": "密封圈"})
    one = house.perform(one, "agree", "after_sales", {"solution": "更换"})
    action = {"corrective_action": "改图", "corrective_owner": house.people["production"]}
    one = house.perform(one, "correct", "quality_manager", action)
    one = house.perform(one, "carry_out", "after_sales", {"work_done": "已换", "cost": "120.50"})
    one = house.perform(one, "confirm_effect", "quality_manager", {"effective": True, "effect": "好"})
    call = {"at": ago(minutes=0), "satisfied": True, "said": "满意"}
    one = house.perform(one, "follow_up", "after_sales", {"calls": [call]})
    house.perform(one, "close", "quality_manager")
    house.perform(
        made[2], "identify", "after_sales", {**asked, "category": "packaging", "responsibility": "customer"}
    )
    house.perform(made[3], "merge", "after_sales", {"duplicate_of": made[1]})
    return made


def texts(numbers: Any) -> list[str]:
    return [n.text for n in numbers]


@pytest.mark.proves("J-6.2.3")
def test_the_table_says_what_was_done_and_adds_up(house: House) -> None:
    """J-6.2.3: by common problem: corrective action, verified, called back."""
    month_of(house)
    period = Period(today().year, today().month, 1)
    table = handling(period)
    rows = dict(table.rows)
    assert texts(rows["性能与精度"]) == ["2", "1/1", "1", "1", "1", "1", "1/2", "1", "120.50"]
    assert texts(rows["包装运输"]) == ["1", "1/1", "0", "0", "0", "0", "0/1", "0", "0"]
    assert texts(rows["其他"]) == ["0", "", "0", "0", "0", "0", "", "0", "0"]
    assert texts(table.total) == ["3", "2/2", "1", "1", "1", "1", "1/3", "1", "120.50"]
    for at, (name, _title) in enumerate(COLUMNS):
        whole = compute(metrics[name], period.first, period.last)
        parts = grouped(metrics[name], period.first, period.last, ("category",)).values()
        assert whole.numerator == sum(c.numerator for c in parts)
        shown = (
            f"{whole.numerator}/{whole.denominator}"
            if metrics[name].denominator
            else whole.text(metrics[name])
        )
        assert table.total[at].text == shown
    ways = channels(period)
    assert ways.heads[-1][0] == "合计"
    for row in (*(numbers for _w, numbers in ways.rows), ways.total):
        assert sum(int(n.text) for n in row[:-1]) == int(row[-1].text)
    assert texts(ways.total)[-1] == "3"


def test_each_number_leads_to_its_records(house: House, enter: Callable[[str], Client]) -> None:
    month_of(house)
    client, key = enter("after_sales"), f"{today():%Y-%m}"
    page = client.get(f"/complaints/month?period={key}").content.decode()
    assert "顾客回馈处理统计表" in page
    cells = re.findall(r'<a href="(/figure/[^"]+)">([^<]+)</a>', page)
    assert len(cells) > 20
    for address, text in cells:
        answer = client.get(unescape(address))
        assert answer.status_code == 200
        listed = len(re.findall(r"data-open href=", answer.content.decode()))
        if "complaint_cost" not in address:
            assert listed == int(text.rpartition("/")[2]), address
    assert client.get("/complaints/month?period=2026-13").status_code == 404
    assert client.get("/").content.decode().count('href="/complaints/month"') == 1
    assert enter("reader").get(f"/complaints/month?period={key}").status_code == 403


def test_months_and_quarters_follow_each_other() -> None:
    assert (Period.read("2024-02").first, Period.read("2024-02").last) == (
        dt.date(2024, 2, 1),
        dt.date(2024, 2, 29),
    )
    fourth = Period.read("2025-Q4")
    assert (fourth.first, fourth.last) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert (fourth.beside(1).key, fourth.beside(-4).key) == ("2026-Q1", "2024-Q4")
    assert Period.read("2026-12").beside(1).key == "2027-01"
    assert Period.read("2026-08").quarter.key == "2026-Q3"
    for wrong in ("x", "2026", "2026-0", "2026-13", "2026-Q5", "2026-Q", "99999-01", "2026-²", "0000-01"):
        with pytest.raises(Http404):
            Period.read(wrong)


@pytest.mark.proves("T-6.7.1")
def test_the_quarter_and_the_files_say_the_same(house: House, enter: Callable[[str], Client]) -> None:
    """T-6.7.1: the monthly report and the summary of the quarter."""
    import python_calamine

    month_of(house)
    quarter = Period(today().year, today().month, 1).quarter
    assert texts(handling(quarter).total)[0] == "3"
    client = enter("after_sales")
    answer = client.get(f"/complaints/month.xlsx?period={quarter.key}")
    assert answer.status_code == 200
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert ["合计", 3.0, "2/2", 1.0, 1.0, 1.0, 1.0, "1/3", 1.0, 120.5] in [row[:10] for row in rows]
    answer = client.get(f"/complaints/month.pdf?period={quarter.key}")
    assert answer.content.startswith(b"%PDF")
