"""Import with a preview, export of what is seen."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from zhicheng.core.process import registry

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]
PRODUCT = registry["inspection.product"]


def upload(text: str) -> Any:
    file = BytesIO(text.encode("utf-8-sig"))
    file.name = "型号.csv"
    return file


def test_a_file_is_looked_at_before_it_is_written_and_written_once(house: House, enter: Enter) -> None:
    client = enter("quality_manager")
    lines = "型号代码,型号名称,产品族\nA-1,甲,turbine\nA-2,乙,turbine\nA-3,,turbine\n"
    seen = client.post("/inspection.product/import", {"upload": upload(lines), "source": "旧台账"})
    assert (len(seen.context["checked"].ready), seen.context["rows_refused"]) == (2, 1)
    assert "型号名称" in seen.content.decode() or "不能为空" in seen.content.decode()
    assert PRODUCT.model.objects.count() == 1, "only what the house began with"
    form = {"file": seen.context["file"], "token": seen.context["token"], "source": "旧台账"}
    wrong = client.post("/inspection.product/import", form | {"errors": "1"})
    assert wrong.content[:2] == b"PK"
    first = client.post("/inspection.product/import", form | {"confirm": "1"})
    again = client.post("/inspection.product/import", form | {"confirm": "1"})
    assert first["Location"] == again["Location"]
    run = registry["core.import"].model.objects.get()
    assert (run.rows_read, run.rows_opened, run.rows_refused, run.source) == (3, 2, 1, "旧台账")
    opened = PRODUCT.model.objects.get(code="A-1")
    assert opened.provenance == "imported"
    assert "导入" in client.get(f"/inspection.product/{opened.number}/").content.decode()


def test_a_file_that_cannot_be_read_says_why(house: House, enter: Enter) -> None:
    client = enter("quality_manager")
    answer = client.post("/inspection.product/import", {"upload": upload("什么,都,不是\n1,2,3\n")})
    assert answer.status_code == 422
    assert answer.context["refused"]
    assert client.post("/inspection.product/import", {}).context["refused"] == "请选择文件。"
    assert client.post("/inspection.product/import", {"file": "forged"}).status_code == 422
    assert enter_as(client, "general_manager").get("/inspection.product/import").status_code == 403


def enter_as(client: Client, role: str) -> Client:
    from zhicheng.core.account import Account

    client.force_login(
        Account.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_an_export_holds_exactly_what_the_filters_leave(house: House, enter: Enter) -> None:
    from openpyxl import load_workbook

    house.judged("E-1", "rejected")
    kept = house.lot("E-2")
    client = enter("inspector")
    answer = client.get("/inspection.lot/export?state=received")
    book = load_workbook(BytesIO(b"".join(answer)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [r[rows[0].index("编号")] for r in rows[1:]] == [kept.number]
    template = client.get("/inspection.lot/template")
    assert template.content[:2] == b"PK"
    assert "attachment" in template["Content-Disposition"]
